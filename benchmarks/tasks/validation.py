"""What hyper-parameters, epochs and weights of a retrieval model are chosen by."""

from __future__ import annotations

import numpy as np

from benchmarks.data.ratings import Places, Ratings
from benchmarks.peers.model import Retrieval
from benchmarks.tasks import top_lists
from benchmarks.tasks.metrics import NDCG_AT_100, list_metrics
from benchmarks.tasks.top_lists import Scores, TopLists
from taproom.metrics import LIKED_AT_10
from trainer.evaluation import baselines

# Of the users with validation rows; enough for a standard error below .002.
MOST_USERS = 4096
# Of a point of a beer's mean score, in standard deviations of the scores of the first 100 beers of a list.
WEIGHTS = (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
_DEVIATION_OF = 100


def ndcg_at_100(model: Retrieval, training: Ratings, validation: Ratings) -> float:
    """NDCG@100 of the validation rows: it counts what is found among 100 beers, and more so at the top."""
    users = asked(validation)
    lists = listed(model, users, training, training, 100).beers
    return list_metrics(lists, users, validation, training)[NDCG_AT_100]


def item_mean_weight(model: Retrieval, training: Ratings, validation: Ratings) -> float:
    """How much of a beer's shrunk mean score, beside the model's own, puts most liked validation beers in the top 10.

    Of weights that do equally well the smallest.
    """
    users = asked(validation)
    found = listed(model, users, training, training)
    first = found.scores[:, :_DEVIATION_OF]
    scale = float(np.mean(np.std(first, axis=1, where=np.isfinite(first))))
    means = item_means(training)
    liked = [
        list_metrics(found.reordered(np.float32(scale * weight) * means), users, validation, training)[LIKED_AT_10]
        for weight in WEIGHTS
    ]
    return scale * WEIGHTS[int(np.argmax(liked))]


def item_means(ratings: Ratings) -> Scores:
    """Each beer's mean score as its deviation from that of all [beers], shrunk towards 0 (baselines.fit_bias)."""
    return baselines.fit_bias(ratings, ratings.users, ratings.beers).beer.astype(np.float32)


def asked(validation: Ratings) -> Places:
    """Up to MOST_USERS users who have validation rows, ascending."""
    users = np.unique(validation.user).astype(np.int64)
    if len(users) > MOST_USERS:
        users = np.sort(np.random.default_rng(0).choice(users, MOST_USERS, replace=False))
    return users


def listed(
    model: Retrieval, users: Places, histories: Ratings, seen: Ratings, k: int = top_lists.CANDIDATES
) -> TopLists:
    """The first `k` beers of `users` by their `histories`, without those in `seen`."""
    matrix = histories.matrix()
    return top_lists.from_scores(lambda some: model.scores(some, matrix[some]), users, seen, k)
