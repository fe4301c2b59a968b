"""Whether the release in service does worse with people than the one before it, beyond chance."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.online_quality import ReleaseQuality
from monitor.outcomes import Outcome
from monitor.sequential_test import ALPHA, Difference, difference

COMPARED = (Outcome.TAKEN, Outcome.LIKED)
# Together they are wrong in ALPHA of all comparisons at most.
_ALPHA = ALPHA / len(COMPARED)


@dataclass(frozen=True)
class Comparison:
    """The release in service beside the one before it, on equally many `days` of each.

    `differences` are by COMPARED, and none while there are too few users.
    """

    release: str
    previous: str
    days: int
    differences: dict[Outcome, Difference]

    @property
    def is_worse(self) -> bool:
        """Whether answers are taken or liked less often, beyond chance."""
        return any(found.is_less for found in self.differences.values())

    def __str__(self) -> str:
        if not self.differences:
            return f"Too few users or days to tell {self.release} from {self.previous}."
        told = [
            f"answers are {outcome.value} {'less' if found.value < 0 else 'more'} often by {abs(found.value):.1%} of "
            f"all ({found.lower:+.1%} to {found.upper:+.1%})"
            for outcome, found in self.differences.items()
        ]
        days = "1 day" if self.days == 1 else f"{self.days} days"
        return f"Next to {self.previous}, on {days} of each: {', '.join(told)}."


def compare(release: str, quality: ReleaseQuality, previous: str, other: ReleaseQuality, days: int) -> Comparison:
    """`release` on the first `days` since it came into service beside `previous` on as many before that."""
    own, others = range(days), range(-days, 0)
    found = {each: difference(quality.judged(each, own), other.judged(each, others), alpha=_ALPHA) for each in COMPARED}
    return Comparison(release, previous, days, {name: each for name, each in found.items() if each is not None})
