"""Bursts: accounts that in a day give nothing but the lowest, or nothing but the highest score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.data.burst_rule import are_together, is_alone, may_be_together
from trainer.data.reviews import Ratings, Reviews

_RATINGS_AT_ONCE = 1_048_576

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
    extremes = ratings.score.min(), ratings.score.max()
    # Few are in an account that may be a burst, and nothing of all others has to be held.
    places = np.concatenate([_of_one_sided(ratings, some, extremes) for some in _by_users(ratings.user)])
    found = [np.zeros(count, np.bool_) for _ in extremes]
    for flags, is_burst in zip(found, _among(ratings.select(places), extremes), strict=True):
        flags[places] = is_burst
    return found[0] | found[1], found[0]


def _by_users(user: npt.NDArray[np.int32]) -> Iterator[npt.NDArray[np.int64]]:
    """All places of ratings [ratings], some users' at once."""
    users = int(user.max()) + 1
    order = None if (user[1:] >= user[:-1]).all() else np.argsort(user, kind="stable")
    ends = np.cumsum(np.bincount(user, minlength=users))
    start = 0
    while start < len(user):
        last = min(int(np.searchsorted(ends, start + _RATINGS_AT_ONCE)), users - 1)
        places = np.arange(start, ends[last])
        yield places if order is None else order[places]
        start = int(ends[last])


def _of_one_sided(
    ratings: Ratings, places: npt.NDArray[np.int64], extremes: tuple[np.float32, np.float32]
) -> npt.NDArray[np.int64]:
    """Of `places`, which have all ratings of their users, those of accounts that are large and one-sided enough."""
    some = ratings.select(places)
    account, sizes = _accounts(some)
    may_be = np.zeros(len(sizes), np.bool_)
    for extreme in extremes:
        may_be |= may_be_together(np.bincount(account, some.score == extreme, len(sizes)), sizes)
    return places[may_be[account]]


def _accounts(ratings: Ratings) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Each rating's account, which is a user on a day, [ratings], and how many ratings each account has."""
    day = ratings.day.astype(np.int64) if len(ratings.day) else np.zeros(len(ratings), np.int64)
    span = int(day.max(initial=0)) + 1
    _, account, sizes = np.unique(ratings.user * span + day, return_inverse=True, return_counts=True)
    return account, sizes


def _among(ratings: Ratings, extremes: tuple[np.float32, np.float32]) -> Iterator[Flags]:
    """For each of the extremes which of `ratings` [ratings] are of a burst."""
    account, sizes = _accounts(ratings)
    for extreme in extremes:
        is_extreme = ratings.score == extreme
        counts = np.bincount(account, is_extreme, len(sizes))
        may_be = is_extreme & may_be_together(counts, sizes)[account]
        together = np.unique(account[may_be & _is_crowded(ratings, may_be)])
        yield is_alone(counts, sizes)[account] | np.isin(account, together)


def _is_crowded(ratings: Ratings, counted: Flags) -> Flags:
    """Of which `ratings` [ratings] those that are `counted` and of the same beer and day are together."""
    day = ratings.day.astype(np.int64) if len(ratings.day) else np.zeros(len(ratings), np.int64)
    _, key = np.unique(day * (int(ratings.beer.max(initial=0)) + 1) + ratings.beer, return_inverse=True)
    return np.asarray(are_together(np.bincount(key, counted))[key], np.bool_)
