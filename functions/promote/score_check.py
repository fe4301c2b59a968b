"""Whether the scores that a run learnt from still mean what they meant to the release in service.

The job's own metrics can't tell: where a drop is turned upside down, so are the held-out reviews of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from promote.metrics import Correlation, Scores
from promote.verdict import Comparison

# Real drops that came in an unlikely order (light users first, the severest last) moved the mean of what was new by up
# to .96 deviations, and the deviation of all by up to 1.3 times; flipped or shrunk ones moved what was new by 1.9 to 4
# deviations, whatever their share (docs/adr/0044-the-gate.md).
MOST_SHIFT = 1.25
MOST_STRETCH = 1.5
# Fewer say little about a mean.
FEWEST_NEW_REVIEWS = 100
# Standard errors of the normal distribution.
ONE_SIDED_95 = 1.645


def compare_scores(scores: Scores, against: str) -> Iterator[Comparison]:
    """Every check that there is enough to go by for; `against` names the release in service."""
    if scores.serving is not None:
        serving = scores.serving
        yield _at_most(
            "mean score, shift", against, _shift(scores.candidate.mean, serving.mean, serving.deviation), MOST_SHIFT
        )
        if scores.since is not None and scores.since.count >= FEWEST_NEW_REVIEWS:
            shift = _shift(scores.since.mean, serving.mean, serving.deviation)
            yield _at_most("mean of new scores, shift", against, shift, MOST_SHIFT)
        stretch = _stretch(scores.candidate.deviation, serving.deviation)
        yield _at_most("deviation, stretch", against, stretch, MOST_STRETCH)
    if scores.agreement is not None:
        for name, found in (("beers", scores.agreement.all), ("new reviews", scores.agreement.since)):
            if found.correlation is not None:
                yield _agreement(f"agreement of {name}", against, found, found.correlation)


def _at_most(metric: str, against: str, value: float, bound: float) -> Comparison:
    return Comparison(
        metric=metric, against=against, candidate=value, other=None, bound=bound, higher_is_better=False,
        passed=value <= bound,
    )  # fmt: skip


def _shift(mean: float, other: float, deviation: float) -> float:
    """In deviations, which of scores that are all the same is next to nothing."""
    return abs(mean - other) / max(deviation, 1e-9)


def _stretch(deviation: float, other: float) -> float:
    """How many times the larger deviation is the smaller one."""
    low, high = sorted((deviation, other))
    return high / max(low, 1e-9) if high > 0 else 1.0


def _agreement(metric: str, against: str, found: Correlation, correlation: float) -> Comparison:
    """Refused is a correlation that is below 0 with 95 % confidence: good beers have become bad ones.

    Fisher's transformation: atanh(r) is about normal with a standard error of 1 / sqrt(n - 3). Where beers hardly
    differ, chance decides between 0 and 1, so a correlation that is merely low means nothing.
    """
    bound = -math.tanh(ONE_SIDED_95 / math.sqrt(max(found.beers - 3, 1)))
    return Comparison(
        metric=metric, against=against, candidate=correlation, other=None, bound=bound, higher_is_better=True,
        passed=correlation >= bound,
    )  # fmt: skip
