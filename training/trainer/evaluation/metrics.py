"""The metrics, on numbers alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ranks = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RetrievalMeasures:
    """How well held-out beers are found; each from 0 to 1, more is better."""

    recall_at_10: float
    recall_at_50: float
    recall_at_100: float
    recall_at_500: float
    ndcg_at_10: float
    coverage: float


@dataclass(frozen=True)
class RankingMeasures:
    """How far predicted scores are from given ones; on the review scale, less is better."""

    rmse: float
    mae: float


@dataclass(frozen=True)
class ServedMeasures:
    """Held-out beers among the first 10 that their user scored at least their own mean, a user; more is better."""

    liked_at_10: float
    liked_at_10_retrieved: float  # the same in retrieval's order


def recall_at(k: int, ranks: Ranks) -> float:
    """The share of held-out reviews whose beer is among the first `k`; `ranks` [rows] count from 0.

    With one relevant beer a row this is the top-k categorical accuracy of TensorFlow Recommenders.
    """
    return float(np.mean(ranks < k))


def ndcg_at(k: int, ranks: Ranks, users: npt.NDArray[np.int32]) -> float:
    """Normalised discounted cumulative gain of binary relevance, averaged over users.

    Parameters
    ----------
    ranks, users
        [rows], each held-out review's rank (from 0) and user.

    Notes
    -----
    DCG@k = sum over relevant beers of rank < k of 1 / log2(rank + 2); divided by that of the best
    possible order (Järvelin and Kekäläinen, 2002).
    """
    _, user, relevant = np.unique(users, return_inverse=True, return_counts=True)
    gains = np.where(ranks < k, 1 / np.log2(ranks + 2.0), 0.0)
    ideal = np.cumsum(1 / np.log2(np.arange(k) + 2.0))
    return float(np.mean(np.bincount(user, weights=gains) / ideal[np.minimum(relevant, k) - 1]))


def retrieval_measures(ranks: Ranks, users: npt.NDArray[np.int32], coverage: float) -> RetrievalMeasures:
    """All retrieval metrics of held-out rows; `ranks` and `users` are [rows]."""
    return RetrievalMeasures(
        recall_at_10=recall_at(10, ranks),
        recall_at_50=recall_at(50, ranks),
        recall_at_100=recall_at(100, ranks),
        recall_at_500=recall_at(500, ranks),
        ndcg_at_10=ndcg_at(10, ranks, users),
        coverage=coverage,
    )


def ranking_measures(predicted: npt.ArrayLike, given: npt.ArrayLike) -> RankingMeasures:
    """Root mean squared error and mean absolute error; both arguments are [rows]."""
    errors: Reals = np.asarray(predicted, np.float64) - np.asarray(given, np.float64)
    return RankingMeasures(rmse=float(np.sqrt(np.mean(errors**2))), mae=float(np.mean(np.abs(errors))))


def served_measures(served: npt.NDArray[np.bool_], retrieved: npt.NDArray[np.bool_]) -> ServedMeasures:
    """Both arguments are [users, 10]: whether each beer of a list is held out and liked."""
    return ServedMeasures(float(served.sum(axis=1).mean()), float(retrieved.sum(axis=1).mean()))
