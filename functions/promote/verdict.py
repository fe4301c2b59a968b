"""What the gate says about a run, and how it reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Comparison(BaseModel):
    """One number of the candidate beside one of another's, and the bound that it had to keep.

    Where it was compared with another release, `gain` is by how much the candidate is better, as a share of `other`
    (negative: worse), `lower` and `upper` are its bounds (those of all metrics hold together with 95 % confidence), and
    `sure` says whether they decided; where they could not, `bound` is the wider one that the gain itself has to keep.
    """

    model_config = ConfigDict(frozen=True)

    metric: str
    against: str
    candidate: float
    other: float | None
    bound: float
    higher_is_better: bool
    passed: bool
    gain: float | None = None
    lower: float | None = None
    upper: float | None = None
    sure: bool | None = None

    def __str__(self) -> str:
        sign = ">=" if self.higher_is_better else "<="
        mark = "ok  " if self.passed else "FAIL"
        other = self.against if self.other is None else f"{self.against}: {self.other:.4f}"
        line = f"{mark} {self.metric:22} {self.candidate:.4f}   wanted {sign} {self.bound:.4f}   {other}"
        if self.gain is None:
            return line
        doubt = "" if self.sure else ", too few to tell"
        return f"{line}   {self.gain:+.1%}{self.interval}{doubt}"

    @property
    def interval(self) -> str:
        """Between which bounds the gain lies, empty where nobody can tell."""
        return "" if self.lower is None or self.upper is None else f" ({self.lower:+.1%} to {self.upper:+.1%})"


class Verdict(BaseModel):
    """What became of a run, with every comparison and its numbers; `reason` is a sentence or two for anybody."""

    model_config = ConfigDict(frozen=True)

    run: str
    status: Literal["promoted", "refused", "failed"]
    serving: str | None
    reason: str | None = None
    comparisons: tuple[Comparison, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [self.reason] if self.reason else []
        return "\n".join([*lines, *(str(comparison) for comparison in self.comparisons), *self.notes])


def failed(run: str, serving: str | None, reason: str) -> Verdict:
    """Of a run that brought no model."""
    return Verdict(run=run, status="failed", serving=serving, reason=reason)


def reason_to_promote(comparisons: Sequence[Comparison]) -> str:
    """What its passing rests on; every comparison has passed."""
    beside = [comparison for comparison in comparisons if comparison.gain is not None]
    if not beside:
        return "It beats what needs no model, and there is no release to compare it with."
    unsure = [comparison for comparison in beside if not comparison.sure]
    if not unsure:
        return "With 95 % confidence it is no worse than " + " and ".join(_others(beside)) + "."
    return (
        f"Too few held-out users to tell by {_listed([one.metric for one in unsure])} whether it is worse than "
        f"{' or '.join(_others(unsure))}; what they show is within the wider bounds."
    )


def reason_to_refuse(comparisons: Sequence[Comparison]) -> str:
    """A sentence on each comparison that failed, the three weightiest: scores first, for they spoil all others."""
    failed = [comparison for comparison in comparisons if not comparison.passed]
    failed.sort(key=lambda comparison: comparison.other is not None)
    sentences = [_failed(comparison) for comparison in failed[:3]]
    more = len(failed) - len(sentences)
    return " ".join([*sentences, *([f"{more} more comparisons failed."] if more else [])])


def _failed(one: Comparison) -> str:
    if one.other is None:
        return _broken_scores(one)
    if one.gain is None:
        wanted = f"wanted {'at least' if one.higher_is_better else 'at most'} {one.bound:.4f}"
        return f"Its {one.metric} is {one.candidate:.4f}, {wanted} ({one.against}: {one.other:.4f})."
    allowed = f"{abs(one.bound / one.other - 1):.1%}" if one.other else "nothing"
    if one.sure and one.upper is not None:
        return (
            f"Its {one.metric} is {-one.gain:.1%} worse than that of {_named(one)}, with 95 % confidence at least "
            f"{-one.upper:.1%}, and {allowed} is allowed."
        )
    return (
        f"Its {one.metric} is {-one.gain:.1%} worse than that of {_named(one)}. Held-out users are too few to tell by "
        f"how much{one.interval}, and then {allowed} is allowed."
    )


def _broken_scores(one: Comparison) -> str:
    """A check of scores that failed."""
    if one.higher_is_better:
        found = f"beers' mean scores run against those of {_named(one)} ({one.metric}: {one.candidate:.2f})"
    else:
        found = (
            f"the scores that it learnt from are unlike those of {_named(one)} "
            f"({one.metric}: {one.candidate:.2f}, and at most {one.bound:.2f} is believed)"
        )
    return f"A drop may be upside down or on another scale: {found}."


def _named(one: Comparison) -> str:
    return f"the release {one.against}" if one.against.startswith("in ") else f"the {one.against}"


def _others(comparisons: Sequence[Comparison]) -> list[str]:
    return list(dict.fromkeys(map(_named, comparisons)))


def _listed(names: Sequence[str]) -> str:
    different = list(dict.fromkeys(names))
    return different[0] if len(different) == 1 else f"{', '.join(different[:-1])} and {different[-1]}"
