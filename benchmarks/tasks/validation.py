"""What hyper-parameters and epochs of a retrieval model are chosen by."""

from __future__ import annotations

import numpy as np

from benchmarks.data.ratings import Ratings
from benchmarks.peers.model import Retrieval
from benchmarks.tasks import top_lists
from benchmarks.tasks.metrics import NDCG_AT_100, list_metrics

# Of the users with validation rows; enough for a standard error below .002.
MOST_USERS = 4096


def ndcg_at_100(model: Retrieval, training: Ratings, validation: Ratings) -> float:
    """NDCG@100 of the validation rows: it counts what is found among 100 beers, and more so at the top."""
    users = np.unique(validation.user).astype(np.int64)
    if len(users) > MOST_USERS:
        users = np.sort(np.random.default_rng(0).choice(users, MOST_USERS, replace=False))
    histories = training.matrix()
    lists = top_lists.from_scores(lambda some: model.scores(some, histories[some]), users, training)
    return list_metrics(lists, users, validation, training)[NDCG_AT_100]
