"""What the gate says about a run, and how it reads."""

from __future__ import annotations

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
