"""The beers that a model would show to each user: the whole catalogue in order, without those reviewed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from benchmarks.data.ratings import Flags, Ids, Places, Ratings

DEEPEST = 100
_SCORES_AT_ONCE = 32_000_000
_USERS_AT_ONCE = 1024

Scores = npt.NDArray[np.float32]


def from_scores(scored: Callable[[Places], Scores], users: Places, seen: Ratings, k: int = DEEPEST) -> Ids:
    """Beer codes [users, k], best first, -1 where a user has fewer beers left.

    `scored(users)` gives scores [users, beers], which may be overwritten. Who has no review in `seen` gets the
    most reviewed beers from every model alike.
    """
    k = min(k, seen.beers)
    order = np.argsort(seen.user, kind="stable")
    beer_of = seen.beer[order]
    counts = np.bincount(seen.user, minlength=seen.users)
    first = np.concatenate([[0], np.cumsum(counts)])
    popularity = seen.beer_counts.astype(np.float32)
    lists = np.empty((len(users), k), np.int32)
    size = max(1, _SCORES_AT_ONCE // seen.beers)
    for start in range(0, len(users), size):
        some = users[start : start + size]
        scores = scored(some)
        scores[counts[some] == 0] = popularity
        row = np.repeat(np.arange(len(some)), counts[some])
        own = np.concatenate([beer_of[first[user] : first[user + 1]] for user in some]) if len(row) else row
        scores[row, own] = -np.inf
        lists[start : start + size] = best(scores, k)
    return lists


def best(scores: Scores, k: int) -> Ids:
    """Places of the `k` highest scores of each row, highest first, -1 for those of -inf."""
    places = np.argpartition(scores, -k, axis=1)[:, -k:] if k < scores.shape[1] else np.indices(scores.shape)[1]
    found = np.take_along_axis(scores, places, axis=1)
    order = np.argsort(-found, axis=1, kind="stable")
    kept = np.take_along_axis(found, order, axis=1)
    return np.where(np.isneginf(kept), -1, np.take_along_axis(places, order, axis=1)).astype(np.int32)


def without(lists: Ids, users: Places, seen: Ratings, k: int = DEEPEST) -> Ids:
    """`lists` [users, any] without the beers that each user has in `seen`: the rest moves up to [users, k]."""
    kept = np.full((len(users), k), -1, np.int32)
    for start in range(0, len(users), _USERS_AT_ONCE):
        some = slice(start, start + _USERS_AT_ONCE)
        new = new_to(lists[some], users[some], seen)
        # Stable: what is new keeps its order, in front of what is not.
        order = np.argsort(~new, axis=1, kind="stable")
        moved = np.take_along_axis(np.where(new, lists[some], -1), order, axis=1)[:, :k]
        kept[some, : moved.shape[1]] = moved
    return kept


def new_to(lists: Ids, users: Places, seen: Ratings) -> Flags:
    """Whether each listed beer [users, any] is one (not -1), and not one that its user has in `seen`."""
    own = seen.where(np.isin(seen.user, users))
    known = own.user.astype(np.int64) * own.beers + own.beer
    pairs = users[:, None].astype(np.int64) * seen.beers + lists
    return (lists >= 0) & ~np.isin(pairs, known)
