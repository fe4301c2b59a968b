"""The beers that a model would show to each user: the whole catalogue in order, without those reviewed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.data.ratings import Ids, Places, Ratings
from taproom.contract import CANDIDATES

_SCORES_AT_ONCE = 32_000_000

Scores = npt.NDArray[np.float32]


class TopLists(NamedTuple):
    """Beer codes, best first, -1 where a user has fewer beers left, and their scores, there -inf: both [users, k]."""

    beers: Ids
    scores: Scores

    def reordered(self, bonus: Scores) -> Ids:
        """Beer codes [users, k] by score + what each beer gets beside it, `bonus` [beers]."""
        order = np.argsort(-(self.scores + bonus[self.beers]), axis=1, kind="stable")
        return np.take_along_axis(self.beers, order, axis=1)


def from_scores(scored: Callable[[Places], Scores], users: Places, seen: Ratings, k: int = CANDIDATES) -> TopLists:
    """The first `k` beers of `users` [users] that they have not in `seen`.

    `scored(users)` gives scores [users, beers], which may be overwritten. Who has no review in `seen` gets the
    most reviewed beers from every model alike.
    """
    k = min(k, seen.beers)
    order = np.argsort(seen.user, kind="stable")
    beer_of = seen.beer[order]
    counts = np.bincount(seen.user, minlength=seen.users)
    first = np.concatenate([[0], np.cumsum(counts)])
    popularity = seen.beer_counts.astype(np.float32)
    found = TopLists(np.empty((len(users), k), np.int32), np.empty((len(users), k), np.float32))
    size = max(1, _SCORES_AT_ONCE // seen.beers)
    for start in range(0, len(users), size):
        some = users[start : start + size]
        scores = scored(some)
        scores[counts[some] == 0] = popularity
        row = np.repeat(np.arange(len(some)), counts[some])
        own = np.concatenate([beer_of[first[user] : first[user + 1]] for user in some]) if len(row) else row
        scores[row, own] = -np.inf
        found.beers[start : start + size], found.scores[start : start + size] = best(scores, k)
    return found


def best(scores: Scores, k: int) -> TopLists:
    """The `k` highest scores of each row [rows, any], highest first."""
    places = np.argpartition(scores, -k, axis=1)[:, -k:] if k < scores.shape[1] else np.indices(scores.shape)[1]
    found = np.take_along_axis(scores, places, axis=1)
    order = np.argsort(-found, axis=1, kind="stable")
    kept = np.take_along_axis(found, order, axis=1)
    beers = np.where(np.isneginf(kept), -1, np.take_along_axis(places, order, axis=1)).astype(np.int32)
    return TopLists(beers, kept)
