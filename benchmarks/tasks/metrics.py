"""What is measured of lists and scores in the benchmark, by the formulas of the training job.

As in metrics.json by name; and metrics that only the benchmark has.
"""

from __future__ import annotations

from dataclasses import replace

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
# What is measured of the list as it is served, too.
SERVED = (RECALL_AT_10, RECALL_AT_100, NDCG_AT_10, LIKED_AT_10)
# Beers by whether they have a fitted review: what is measured of each group alone, over users who have such.
GROUPS = ("reviewed", "unreviewed")
OF_GROUPS = (RECALL_AT_10, RECALL_AT_100, NDCG_AT_10)

Found = dict[Metric, float]


def list_metrics(lists: Ids, users: Places, held_out: Ratings, fitted: Ratings) -> Found:
    """Measure lists [users, k] of beer codes, best first, -1 for none; `users` ascend and all have held-out rows.

    Without a held-out cold beer there is no COLD_RECALL_AT_100, nor are there metrics of a group without any.
    """
    asked = held_out.select(np.isin(held_out.user, users))
    ranks = ranks_in(lists, users, asked)
    counts = fitted.beer_counts[asked.beer]
    found = {
        RECALL_AT_10: metrics.recall_at(10, ranks, asked.user),
        RECALL_AT_100: metrics.recall_at(100, ranks, asked.user),
        NDCG_AT_10: metrics.ndcg_at(10, ranks, asked.user),
        NDCG_AT_100: metrics.ndcg_at(100, ranks, asked.user),
        LIKED_AT_10: metrics.hits_at(10, ranks[metrics.liked(asked, fitted)], len(users)),
    }
    cold: Flags = counts < COLD
    if cold.any():
        found[COLD_RECALL_AT_100] = metrics.recall_at(100, ranks[cold], asked.user[cold])
    for group, own in zip(GROUPS, (counts > 0, counts == 0), strict=True):
        if own.any():
            found |= {
                of_group(RECALL_AT_10, group): metrics.recall_at(10, ranks[own], asked.user[own]),
                of_group(RECALL_AT_100, group): metrics.recall_at(100, ranks[own], asked.user[own]),
                of_group(NDCG_AT_10, group): metrics.ndcg_at(10, ranks[own], asked.user[own]),
            }
    return found


def of_group(metric: Metric, group: str) -> Metric:
    """`metric`, of held-out beers of one of GROUPS alone."""
    return replace(metric, name=f"{group}_{metric.name}")


def of_served(metric: Metric) -> Metric:
    """`metric`, of the order that is served."""
    return replace(metric, name=f"served_{metric.name}")


def score_metrics(predicted: npt.ArrayLike, given: npt.ArrayLike) -> Found:
    """Measure predicted scores; both arguments are [rows]."""
    return {RMSE: metrics.rmse(predicted, given), MAE: metrics.mae(predicted, given)}


def named(found: Found) -> dict[str, float]:
    """As a worker answers them, and benchmarks.json keeps them."""
    return {metric.name: value for metric, value in found.items()}


def both_orders(retrieved: Ids, served: Ids, users: Places, held_out: Ratings, fitted: Ratings) -> dict[str, float]:
    """The metrics, by name, of lists in retrieval's order and as they are served, both [users, k]."""
    own = list_metrics(served, users, held_out, fitted)
    return named(list_metrics(retrieved, users, held_out, fitted)) | named({of_served(one): own[one] for one in SERVED})
