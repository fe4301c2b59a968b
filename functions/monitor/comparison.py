"""Whether the release in service does worse with people than the one before it, beyond chance."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.online_quality import ReleaseQuality
from monitor.sequential_test import Difference, difference

# At most so many of the last days of each: the longer ago, the more else has changed.
MOST_DAYS = 14
OUTCOMES = {"taken": 1, "liked": 2}


@dataclass(frozen=True)
class Comparison:
    """The release in service beside the one before it, on equally many `days` of each.

    `differences` are by OUTCOMES, and None while there are too few users.
    """

    release: str
    previous: str
    days: int
    differences: dict[str, Difference] | None

    @property
    def is_worse(self) -> bool:
        """Whether answers are taken or liked less often, beyond chance."""
        return self.differences is not None and any(found.is_less for found in self.differences.values())

    def __str__(self) -> str:
        if self.differences is None:
            return f"Too few users to tell {self.release} from {self.previous}."
        told = [
            f"answers are {name} {'less' if found.value < 0 else 'more'} often by {abs(found.value):.1%} of all "
            f"({found.lower:+.1%} to {found.upper:+.1%})"
            for name, found in self.differences.items()
        ]
        days = "1 day" if self.days == 1 else f"{self.days} days"
        return f"Next to {self.previous}, on {days} of each: {', '.join(told)}."


def compare(release: str, quality: ReleaseQuality, previous: str, other: ReleaseQuality) -> Comparison:
    """`release` beside `previous`, on the last days on which each answered."""
    days = min(len(quality.by_day), len(other.by_day), MOST_DAYS)
    own, others = (sorted(each.by_day)[-days:] if days else [] for each in (quality, other))
    found = {name: difference(quality.group(own, at), other.group(others, at)) for name, at in OUTCOMES.items()}
    told = {name: each for name, each in found.items() if each is not None}
    return Comparison(release, previous, days, told if len(told) == len(found) else None)
