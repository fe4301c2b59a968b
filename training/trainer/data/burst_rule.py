"""What makes a burst, of arrays (trainer.data.bursts) and of Spark's columns (trainer.preparation) alike."""

from __future__ import annotations

from typing import Any

# An account that gives so many scores in a day, this share of them one extreme, is a burst by itself; one of fewer is,
# where as many accounts as MOST_ALIKE do so with the same beer on the same day. On five real files (2.25 million
# reviews, 46,584 users) the first finds one account, the second none (docs/adr/0076-drift-and-bursts.md).
LEAST_ALONE, LEAST_TOGETHER = 20, 5
EXTREME_SHARE = 0.95
MOST_ALIKE = 10


def is_alone(extremes: Any, reviews: Any) -> Any:
    """Whether an account whose `reviews` of a day have so many `extremes` is a burst by itself."""
    return (extremes >= EXTREME_SHARE * reviews) & (reviews >= LEAST_ALONE)


def may_be_together(extremes: Any, reviews: Any) -> Any:
    """Whether it is one where others do so, too."""
    return (extremes >= EXTREME_SHARE * reviews) & (reviews >= LEAST_TOGETHER)


def are_together(alike: Any) -> Any:
    """Whether so many accounts that `may_be_together`, with the same extreme for one beer in a day, are a burst."""
    return alike >= MOST_ALIKE
