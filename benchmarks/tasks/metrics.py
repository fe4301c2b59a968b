"""What is measured of lists and scores in the benchmark, by the formulas of the training job.

As in metrics.json by name; and two metrics that only the benchmark has.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.data.ratings import Flags, Ids, Places, Ratings
from taproom.contract import RETRIEVAL
from taproom.metrics import LIKED_AT_10, MAE, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE, Metric
from trainer.evaluation import metrics
from trainer.evaluation.offline import ranks_in

# A beer with fewer fitted reviews than this is cold.
COLD = 5
NDCG_AT_100 = Metric(RETRIEVAL, "ndcg_at_100", "NDCG@100", "as NDCG@10, of the first 100")
COLD_RECALL_AT_100 = Metric(
    RETRIEVAL, "cold_recall_at_100", "cold recall@100", "recall@100 of held-out cold beers, over users who have such"
)

Found = dict[Metric, float]


def list_metrics(lists: Ids, users: Places, held_out: Ratings, fitted: Ratings) -> Found:
    """Measure lists [users, k] of beer codes, best first, -1 for none; `users` ascend and all have held-out rows.

    Without a held-out cold beer there is no COLD_RECALL_AT_100.
    """
    asked = held_out.where(np.isin(held_out.user, users))
    ranks = ranks_in(lists, users, asked)
    cold: Flags = fitted.beer_counts[asked.beer] < COLD
    found = {
        RECALL_AT_10: metrics.recall_at(10, ranks, asked.user),
        RECALL_AT_100: metrics.recall_at(100, ranks, asked.user),
        NDCG_AT_10: metrics.ndcg_at(10, ranks, asked.user),
        NDCG_AT_100: metrics.ndcg_at(100, ranks, asked.user),
        LIKED_AT_10: metrics.hits_at(10, ranks[metrics.liked(asked, fitted)], len(users)),
    }
    if cold.any():
        found[COLD_RECALL_AT_100] = metrics.recall_at(100, ranks[cold], asked.user[cold])
    return found


def score_metrics(predicted: npt.ArrayLike, given: npt.ArrayLike) -> Found:
    """Measure predicted scores; both arguments are [rows]."""
    return {RMSE: metrics.rmse(predicted, given), MAE: metrics.mae(predicted, given)}


def named(found: Found) -> dict[str, float]:
    """As a worker answers them, and benchmarks.json keeps them."""
    return {metric.name: value for metric, value in found.items()}
