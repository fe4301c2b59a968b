"""A release, measured on held-out ratings as it would be served."""

from __future__ import annotations

import numpy as np

from taproom.metrics import LIKED_AT_10, LIKED_AT_10_RETRIEVED
from trainer.data.histories import Histories
from trainer.data.reviews import Ids, Ratings
from trainer.data.split import Split
from trainer.evaluation import metrics, offline
from trainer.evaluation.offline import Measured
from trainer.release import blending
from trainer.release.models import ReleaseModels


def evaluate(models: ReleaseModels, ranking_weight: float, split: Split) -> Measured:
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
    retrieved = models.retrieve(histories.select(users), split.usernames[users], split.beers)
    lists = blending.score_lists(models, split, held_out, histories)
    liked = held_out.select(metrics.liked(held_out, split.observed) & np.isin(held_out.user, lists.users))
    return {
        **offline.measure_lists(users, retrieved.beers, split),
        **offline.measure_scores(predicted, held_out.score),
        LIKED_AT_10: _liked_at_10(lists.blended(ranking_weight), lists.users, liked),
        LIKED_AT_10_RETRIEVED: _liked_at_10(lists.blended(0.0), lists.users, liked),
    }


def _liked_at_10(lists: Ids, users: Ids, liked: Ratings) -> float:
    return metrics.hits_at(10, offline.ranks_in(lists, users, liked), len(users))
