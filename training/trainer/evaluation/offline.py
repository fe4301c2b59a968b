"""Lists of beers and predicted scores, measured on held-out ratings, whatever they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from taproom.contract import CANDIDATES
from taproom.metrics import (
    COVERAGE,
    MAE,
    NDCG_AT_10,
    RECALL_AT_10,
    RECALL_AT_50,
    RECALL_AT_100,
    RECALL_AT_500,
    RMSE,
    Metric,
)
from trainer.data.reviews import Ids
from trainer.data.split import Split
from trainer.evaluation import baselines, metrics

Measured = Mapping[Metric, float]

_USERS_AT_ONCE = 1024
_ROWS_AT_ONCE = 16_384
_COVERED = 100


class Interactions(Protocol):
    """Who is asked about what; both [n]."""

    @property
    def user(self) -> Ids: ...
    @property
    def beer(self) -> Ids: ...


@dataclass(frozen=True)
class Baselines:
    """What no model at all achieves."""

    popularity: Measured
    bias: Measured
    mean: Measured


def measure_lists(users: Ids, lists: Ids, split: Split) -> Measured:
    """Measure lists of beer ids [users, k], best first, -1 for none, over the whole catalogue.

    `users` [users] ascend and are all who have held-out ratings. Beers that a user has observed ratings of are left
    out, the rest move up.
    """
    new = without(lists, users, split.observed, len(split.beers))
    return measure_ranks(ranks_in(new, users, split.held_out), new, split)


def measure_ranks(ranks: metrics.Ranks, new: Ids, split: Split) -> Measured:
    """Measure the held-out ratings' places in lists [users, k] of `new` beers, without observed ones."""
    owners = split.held_out.user
    return {
        RECALL_AT_10: metrics.recall_at(10, ranks, owners),
        RECALL_AT_50: metrics.recall_at(50, ranks, owners),
        RECALL_AT_100: metrics.recall_at(100, ranks, owners),
        RECALL_AT_500: metrics.recall_at(500, ranks, owners),
        NDCG_AT_10: metrics.ndcg_at(10, ranks, owners),
        COVERAGE: metrics.coverage(new[:, :_COVERED], len(split.beers)),
    }


def measure_scores(predicted: npt.ArrayLike, given: npt.ArrayLike) -> Measured:
    """Measure predicted scores; both arguments are [ratings]."""
    return {RMSE: metrics.rmse(predicted, given), MAE: metrics.mae(predicted, given)}


def measure_baselines(split: Split) -> Baselines:
    """Measure what needs no model: everybody gets the most reviewed beers, as many as a model may return; a score
    is the mean with the beer's and the user's deviation, or the mean alone.
    """
    observed, held_out = split.observed, split.held_out
    users = np.unique(held_out.user)
    popular = baselines.popularity(observed, len(split.beers))[:CANDIDATES]
    bias = baselines.fit_bias(observed, len(split.usernames), len(split.beers))
    return Baselines(
        popularity=measure_lists(users, np.broadcast_to(popular, (len(users), len(popular))), split),
        bias=measure_scores(bias.predict(held_out), held_out.score),
        mean=measure_scores(np.full(len(held_out), bias.mean), held_out.score),
    )


def without(lists: Ids, users: Ids, seen: Interactions, beers: int) -> Ids:
    """`lists` [users, k] without the beers that each of `users` has in `seen`: the rest moves up, -1 fills the end."""
    interactions = np.unique(seen.user.astype(np.int64) * beers + seen.beer)
    kept = np.full(lists.shape, -1, np.int32)
    for start in range(0, len(users), _USERS_AT_ONCE):
        some = slice(start, start + _USERS_AT_ONCE)
        listed = users[some, None].astype(np.int64) * beers + lists[some]
        place = np.minimum(np.searchsorted(interactions, listed), len(interactions) - 1)
        row, column = np.nonzero((lists[some] >= 0) & (interactions[place] != listed))
        # Of each row the first kept beer goes to place 0, the next to place 1, and so on.
        first = np.searchsorted(row, row)
        kept[start + row, np.arange(len(row)) - first] = lists[some][row, column]
    return kept


def ranks_in(lists: Ids, users: npt.NDArray[np.integer], asked: Interactions) -> metrics.Ranks:
    """The place (from 0) of each beer that is `asked` about [n] in its user's list, MISSED where it is not in it.

    `lists` are [users, k] of beer ids, each at most once; `users` ascend and have every user of `asked`.
    """
    ranks = np.full(len(asked.user), metrics.MISSED)
    row = np.searchsorted(users, asked.user)
    for start in range(0, len(ranks), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        hits = lists[row[some]] == asked.beer[some, None]
        ranks[some] = np.where(hits.any(axis=1), hits.argmax(axis=1), metrics.MISSED)
    return ranks
