"""Bursts: accounts that in a day give nothing but the lowest, or nothing but the highest score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.data.burst_rule import are_together, is_alone, may_be_together
from trainer.data.reviews import Ratings, Reviews

WHY = "in a day nothing but the lowest or the highest score"

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Bursts:
    """How many `reviews` by how many `accounts` are in bursts, and in how many accounts' the lowest score."""

    accounts: int
    reviews: int
    lowest: int


def without_bursts(reviews: Reviews) -> tuple[Reviews, Bursts]:
    """The reviews without those of bursts, which say what somebody wants others to see, and what was left out."""
    ratings = reviews.ratings
    is_burst, is_lowest = find_bursts(ratings)
    found = Bursts(
        accounts=len(np.unique(ratings.user[is_burst])),
        reviews=int(is_burst.sum()),
        lowest=len(np.unique(ratings.user[is_burst & is_lowest])),
    )
    return Reviews(reviews.usernames, reviews.beers, ratings.select(~is_burst)), found


def find_bursts(ratings: Ratings) -> tuple[Flags, Flags]:
    """Which ratings [ratings] are of a burst, and of which of them it is one of the lowest score.

    A day is that of the review, or of its drop where it has no time. The lowest and the highest score are those that
    anybody gave.
    """
    count = len(ratings)
    if not count or ratings.score.min() == ratings.score.max():
        return np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    days = ratings.day if len(ratings.day) else np.zeros(count, np.int32)
    _, day = np.unique(days, return_inverse=True)
    _, account = np.unique(ratings.user.astype(np.int64) * (day.max() + 1) + day, return_inverse=True)
    sizes = np.bincount(account)
    found = []
    for extreme in (ratings.score.min(), ratings.score.max()):
        is_extreme = ratings.score == extreme
        extremes = np.bincount(account, is_extreme)
        may_be = is_extreme & may_be_together(extremes, sizes)[account]
        together = np.unique(account[may_be & _is_crowded(day, ratings.beer, may_be)])
        found.append(is_alone(extremes, sizes)[account] | np.isin(account, together))
    return found[0] | found[1], found[0]


def _is_crowded(day: npt.NDArray[np.integer], beer: npt.NDArray[np.integer], counted: Flags) -> Flags:
    """Of which ratings [ratings] those that are `counted` and of the same beer and day are together."""
    _, key = np.unique(day.astype(np.int64) * (int(beer.max()) + 1) + beer, return_inverse=True)
    return np.asarray(are_together(np.bincount(key, counted))[key], np.bool_)
