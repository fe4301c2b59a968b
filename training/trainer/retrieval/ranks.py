"""Ranks of beers by their scores, and what they count, while fitting."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from trainer.data.histories import Histories, evenly_taken, users_at_once
from trainer.data.reviews import Ids, Ratings
from trainer.evaluation import metrics

_ROWS_AT_ONCE = 256
_COUNTED = 100


class Asked(NamedTuple):
    """Users with what is known of them and what they are to be found: `known` and `wanted` are of the same users."""

    known: Histories
    wanted: Histories

    @classmethod
    def from_ratings(cls, known: Histories, wanted: Ratings, most_users: int) -> Self:
        """Up to `most_users`, evenly taken, of those who have `wanted` ratings; `known` are all users' histories."""
        users = evenly_taken(np.unique(wanted.user), most_users)
        return cls(known.select(users), Histories.from_ratings(wanted, len(known)).select(users))

    def batches(self, beers: int) -> list[Self]:
        """The same, as many users at once as may have scores of so many `beers`."""
        size = users_at_once(beers)
        places = np.split(np.arange(len(self.known)), range(size, len(self.known), size))
        return [type(self)(self.known.select(some), self.wanted.select(some)) for some in places]


def ranks_by_score(
    scores: npt.NDArray[np.float32], user: npt.NDArray[np.integer], place: npt.NDArray[np.integer]
) -> npt.NDArray[np.int64]:
    """The rank (from 0) of what stands at `place` [n] of the rows `user` [n] of `scores` [users, beers].

    Of equal scores each has the middle of their ranks, so that a model that knows nothing does not find everything.
    """
    ranks = np.empty(len(user), np.int64)
    for start in range(0, len(user), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        rows, own = scores[user[some]], scores[user[some], place[some], None]
        ranks[some] = ((rows > own).sum(axis=1) + (rows >= own).sum(axis=1) - 1) // 2
    return ranks


def summed_gain(ranks: npt.NDArray[np.int64], users: Ids) -> float:
    """What wanted beers at `ranks` [reviews] count, averaged over those of each of `users` [reviews], then summed.

    It is their discount (metrics.discount) up to rank 99: the top 10 alone would be too few to tell.
    """
    gains = np.where(ranks < _COUNTED, metrics.discount(ranks), 0)
    return float((gains / np.bincount(users)[users]).sum())


def ranks_among_new_beers(
    queries: npt.NDArray[np.float32], candidates: npt.NDArray[np.float32], asked: Asked
) -> npt.NDArray[np.int64]:
    """The rank (from 0) of each wanted beer [reviews] among all beers that its user has not reviewed.

    `queries` are [users, dimension], `candidates` [beers, dimension]; scores are their dot products.
    """
    ranks, start = [np.zeros(0, np.int64)], 0
    for some in asked.batches(len(candidates)):
        scores = queries[start : start + len(some.known)] @ candidates.T
        scores[some.known.user, some.known.beer] = -np.inf
        ranks.append(ranks_by_score(scores, some.wanted.user, some.wanted.beer))
        start += len(some.known)
    return np.concatenate(ranks)
