"""A release, measured on held-out ratings as it would be served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from taproom.metrics import (
    LIKED_AT_10,
    LIKED_AT_10_RETRIEVED,
    NDCG_AT_10,
    PROBES_RECALL_AT_10,
    PROBES_RECALL_AT_100,
    RECALL_AT_10,
    RECALL_AT_100,
    RMSE,
    Metric,
)
from trainer.data.histories import MOST_RANKED, Histories, evenly_taken
from trainer.data.reviews import Ids, Ratings
from trainer.data.split import Split
from trainer.evaluation import metrics, offline, slices
from trainer.evaluation.bootstrap import UserSums
from trainer.evaluation.offline import Measured
from trainer.release import blending
from trainer.release.models import ReleaseModels


@dataclass(frozen=True)
class Evaluation:
    """What a release measures over all users, what by each user with held-out ratings, and by slices of the data.

    `probes` are by each user with probes, none where there is none.
    """

    measured: Measured
    by_user: Mapping[Metric, UserSums]
    slices: Mapping[str, Any]
    probes: Mapping[Metric, UserSums]


def evaluate(models: ReleaseModels, ranking_weight: float, split: Split) -> Evaluation:
    """Measure `models` through their signatures; users have their observed ratings as history.

    Raises
    ------
    ValueError
        Where a predicted score is not a number.
    """
    held_out, histories = split.held_out, Histories.from_ratings(split.observed, len(split.usernames))
    users = np.unique(held_out.user)
    predicted = models.predict(held_out, histories, split.usernames, split.beers)
    if not np.isfinite(predicted).all():
        raise ValueError("ranking predicts scores that are not numbers")
    lists, ranks = _new_beers(models, users, histories, split, held_out)
    served = blending.score_lists(models, split, held_out, histories)
    liked = held_out.select(metrics.liked(held_out, split.observed) & np.isin(held_out.user, served.users))
    orders = served.blended(ranking_weight), served.retrieved.beers
    places = [offline.ranks_in(order, served.users, liked) for order in orders]
    return Evaluation(
        measured={
            **offline.measure_ranks(ranks, lists, split),
            **offline.measure_scores(predicted, held_out.score),
            LIKED_AT_10: metrics.hits_at(10, places[0], len(served.users)),
            LIKED_AT_10_RETRIEVED: metrics.hits_at(10, places[1], len(served.users)),
        },
        by_user={
            RECALL_AT_10: _equally(metrics.recall_of_users(10, ranks, held_out.user)),
            RECALL_AT_100: _equally(metrics.recall_of_users(100, ranks, held_out.user)),
            NDCG_AT_10: _equally(metrics.ndcg_of_users(10, ranks, held_out.user)),
            LIKED_AT_10: UserSums(
                _by_user(liked.user, users, places[0] < 10), np.isin(users, served.users).astype(np.float64)
            ),
            RMSE: UserSums(
                _by_user(held_out.user, users, (predicted - held_out.score.astype(np.float64)) ** 2),
                _by_user(held_out.user, users, np.ones(len(held_out))),
            ),
        },
        slices={
            "groups": [*_newcomers(models, split, histories), *slices.groups(split, ranks, predicted)],
            "popularity": slices.popularity_deciles(split, lists),
            "calibration": slices.calibration(predicted, held_out.score),
        },
        probes=_of_probes(models, split, histories),
    )


def _new_beers(
    models: ReleaseModels, users: Ids, histories: Histories, split: Split, asked: Ratings
) -> tuple[Ids, metrics.Ranks]:
    """The lists of `users` [users, k] without observed beers, and the places in them of the beers `asked` about."""
    retrieved = models.retrieve(histories.select(users), split.usernames[users], split.beers)
    lists = offline.without(retrieved.beers, users, split.observed, len(split.beers))
    return lists, offline.ranks_in(lists, users, asked)


def _of_probes(models: ReleaseModels, split: Split, histories: Histories) -> Mapping[Metric, UserSums]:
    """What is found of beers that chance had shown: of these alone no model decided whether they were rated."""
    probes = split.probes
    if not len(probes):
        return {}
    _, ranks = _new_beers(models, np.unique(probes.user), histories, split, probes)
    return {
        PROBES_RECALL_AT_10: _equally(metrics.recall_of_users(10, ranks, probes.user)),
        PROBES_RECALL_AT_100: _equally(metrics.recall_of_users(100, ranks, probes.user)),
    }


def _newcomers(models: ReleaseModels, split: Split, histories: Histories) -> list[slices.Slice]:
    """What users would get whose history were five ratings: the models know of nobody but by a history."""
    users = evenly_taken(np.unique(split.held_out.user), MOST_RANKED)
    asked = split.held_out.select(np.isin(split.held_out.user, users))
    short = histories.shortened(slices.NEW_USER_RATINGS)
    _, ranks = _new_beers(models, users, short, split, asked)
    predicted = models.predict(asked, short, split.usernames, split.beers)
    return [slices.group(f"new users, with {slices.NEW_USER_RATINGS} reviews", asked, ranks, predicted)]


def _equally(values: metrics.Reals) -> UserSums:
    """Every user counts once."""
    return UserSums(values, np.ones(len(values)))


def _by_user(owner: Ids, users: Ids, values: npt.ArrayLike) -> metrics.Reals:
    """Sums of `values` [ratings] by their `owner` among `users`."""
    sums = np.bincount(np.searchsorted(users, owner), np.asarray(values, np.float64), len(users))
    return np.asarray(sums, np.float64)
