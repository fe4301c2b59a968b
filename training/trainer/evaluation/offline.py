"""Both models, the pair in service and the baselines, measured on the same held-out rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from taproom.contract import CANDIDATES
from trainer.data import histories
from trainer.data.reviews import Rows
from trainer.data.split import Split
from trainer.evaluation import baselines
from trainer.evaluation.metrics import (
    RankingMeasures,
    Ranks,
    RetrievalMeasures,
    ServedMeasures,
    ranking_measures,
    retrieval_measures,
    served_measures,
)
from trainer.release import blending as served_order
from trainer.release.models import Pair

# Rank of a held-out beer that was not retrieved.
MISSED = np.iinfo(np.int64).max // 2
_USERS_AT_ONCE = 1024
_COVERED = 100


@dataclass(frozen=True)
class Evaluation:
    """A pair's measures."""

    retrieval: RetrievalMeasures
    ranking: RankingMeasures
    served: ServedMeasures

    def named(self) -> dict[str, float]:
        """Under the names of metric_names.py."""
        return {f"{task}_{name}": value for task, measures in asdict(self).items() for name, value in measures.items()}


@dataclass(frozen=True)
class Baselines:
    """What no model at all achieves."""

    popularity: RetrievalMeasures
    bias: RankingMeasures
    mean: RankingMeasures


def of_pair(pair: Pair, ranking_weight: float, split: Split) -> Evaluation:
    """Measure a pair through its signatures; users have their fitted reviews as history.

    Retrieval is measured on the whole catalogue, as it is served: of the (up to 500) beers it returns,
    those that the user reviewed in fitted rows are dropped, the rest move up.

    Raises
    ------
    ValueError
        Where a predicted score is not a number.
    """
    held_out, known = split.held_out, histories.of_rows(split.fitted, len(split.usernames))
    users = np.unique(held_out.user)
    predicted = pair.ranked(held_out, known, split.usernames, split.beers)
    if not np.isfinite(predicted).all():
        raise ValueError("ranking predicts scores that are not numbers")
    lists = pair.retrieved(known.of(users), split.usernames[users], split.beers)
    served = served_order.of_users(pair, split, held_out, known)
    liked = served_order.liked_rows(held_out, split)
    return Evaluation(
        retrieval=of_lists(users, lists.beers, split),
        ranking=ranking_measures(predicted, held_out.score),
        served=served_measures(
            served_order.hits(served, ranking_weight, liked, served_order.SHOWN),
            served_order.hits(served, 0.0, liked, served_order.SHOWN),
        ),
    )


def of_baselines(split: Split) -> Baselines:
    """Measure what needs no model: everybody gets the most reviewed beers, as many as a model may return; a score
    is the mean with the beer's and the user's deviation, or the mean alone.
    """
    fitted, held_out = split.fitted, split.held_out
    users = np.unique(held_out.user)
    listed = baselines.popularity(fitted, len(split.beers))[:CANDIDATES]
    bias = baselines.bias(fitted, len(split.usernames), len(split.beers))
    return Baselines(
        popularity=of_lists(users, np.broadcast_to(listed, (len(users), len(listed))), split),
        bias=ranking_measures(bias.predicted(held_out), held_out.score),
        mean=ranking_measures(np.full(len(held_out), bias.mean), held_out.score),
    )


def of_lists(users: npt.NDArray[np.int32], listed: npt.NDArray[np.int32], split: Split) -> RetrievalMeasures:
    """Measure lists of beer codes [users, k], best first, -1 for none, of `users` in ascending order."""
    ranks = np.full(len(split.held_out), MISSED)
    covered = np.zeros(len(split.beers), np.bool_)
    seen = np.unique(_pairs(split.fitted.user, split.fitted.beer, split))
    by_user = np.argsort(split.held_out.user, kind="stable")
    asked = split.held_out.where(by_user)
    for start in range(0, len(users), _USERS_AT_ONCE):
        some = users[start : start + _USERS_AT_ONCE]
        beers = listed[start : start + _USERS_AT_ONCE]
        new = (beers >= 0) & ~_among(_pairs(some[:, None], beers, split), seen)
        place = np.cumsum(new, axis=1) - 1  # rank of each beer among those that are new to the user
        covered[beers[new & (place < _COVERED)]] = True
        first, last = np.searchsorted(asked.user, [some[0], some[-1] + 1])
        ranks[by_user[first:last]] = _ranks(asked.where(np.arange(first, last)), some, beers, new, place)
    return retrieval_measures(ranks, split.held_out.user, float(covered.mean()))


def _ranks(
    asked: Rows,
    users: npt.NDArray[np.int32],
    beers: npt.NDArray[np.int32],
    new: npt.NDArray[np.bool_],
    place: npt.NDArray[np.int64],
) -> Ranks:
    row = np.searchsorted(users, asked.user)
    hits = (beers[row] == asked.beer[:, None]) & new[row]
    found = hits.argmax(axis=1)
    return np.where(hits.any(axis=1), place[row, found], MISSED)


def _pairs(user: npt.NDArray[np.int32], beer: npt.NDArray[np.int32], split: Split) -> npt.NDArray[np.int64]:
    return user.astype(np.int64) * len(split.beers) + beer


def _among(pairs: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether each pair is in `known`, which is sorted."""
    place = np.minimum(np.searchsorted(known, pairs), len(known) - 1)
    return known[place] == pairs
