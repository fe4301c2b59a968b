"""The metrics, each computed a user and averaged over users, or a row and averaged over rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.ratings import Codes, Flags, Places, Ratings

Reals = npt.NDArray[np.float64]

# A beer with fewer fitted reviews than this is cold.
COLD = 5
# Means of float32 scores are not exact: a score as good as the mean must count as such.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class ListMetrics:
    """Means over users with held-out reviews; all but `liked_at_10` (0 to 10) are from 0 to 1, more is better.

    `cold_recall_at_100` counts held-out reviews of cold beers alone, over users who have such: None without any.
    """

    recall_at_10: float
    recall_at_100: float
    ndcg_at_10: float
    ndcg_at_100: float
    liked_at_10: float
    cold_recall_at_100: float | None

    def named(self) -> dict[str, float | None]:
        return asdict(self)


@dataclass(frozen=True)
class ScoreMetrics:
    """Of predicted scores, on the review scale; less is better."""

    rmse: float
    mae: float

    def named(self) -> dict[str, float | None]:
        return asdict(self)


def list_metrics(lists: Codes, users: Places, held_out: Ratings, fitted: Ratings) -> ListMetrics:
    """Measure lists [users, k] of beer codes, best first, -1 for none; `users` ascend and all have held-out rows."""
    liked = liked_rows(held_out, fitted)
    cold = fitted.beer_counts[held_out.beer] < COLD
    hits = _hits(lists, users, held_out)
    relevant = np.bincount(held_out.user, minlength=held_out.users)[users]
    cold_relevant = np.bincount(held_out.user[cold], minlength=held_out.users)[users]
    cold_hits = _hits(lists, users, held_out.where(cold))[:, :100].sum(axis=1)
    has_cold = cold_relevant > 0
    return ListMetrics(
        recall_at_10=float(np.mean(hits[:, :10].sum(axis=1) / relevant)),
        recall_at_100=float(np.mean(hits[:, :100].sum(axis=1) / relevant)),
        ndcg_at_10=float(np.mean(ndcg(hits[:, :10], relevant))),
        ndcg_at_100=float(np.mean(ndcg(hits[:, :100], relevant))),
        liked_at_10=float(np.mean(_hits(lists[:, :10], users, held_out.where(liked)).sum(axis=1))),
        cold_recall_at_100=float(np.mean(cold_hits[has_cold] / cold_relevant[has_cold])) if has_cold.any() else None,
    )


def score_metrics(predicted: npt.ArrayLike, given: npt.ArrayLike) -> ScoreMetrics:
    """Root mean squared error and mean absolute error; both arguments are [rows]."""
    errors: Reals = np.asarray(predicted, np.float64) - np.asarray(given, np.float64)
    return ScoreMetrics(rmse=float(np.sqrt(np.mean(errors**2))), mae=float(np.mean(np.abs(errors))))


def ndcg(hits: Flags, relevant: Places) -> Reals:
    """Normalised discounted cumulative gain [users] of hits [users, k]; `relevant` [users] counts held-out reviews.

    Notes
    -----
    DCG@k = sum over hits of 1 / log2(rank + 2), the rank counting from 0; divided by that of the best possible
    list (Järvelin and Kekäläinen, 2002).
    """
    gains = 1 / np.log2(np.arange(hits.shape[1]) + 2.0)
    ideal = np.concatenate([[0.0], np.cumsum(gains)])
    best: Reals = ideal[np.minimum(relevant, hits.shape[1])]
    return np.asarray(hits @ gains / best, np.float64)


def liked_rows(held_out: Ratings, fitted: Ratings) -> Flags:
    """Whether each held-out row has at least its user's own mean of fitted scores (the mean of all, without any)."""
    scores = fitted.score.astype(np.float64)
    sums = np.bincount(fitted.user, weights=scores, minlength=fitted.users)
    counts = np.bincount(fitted.user, minlength=fitted.users)
    own = np.where(counts > 0, sums / np.maximum(counts, 1), scores.mean())
    return np.asarray(held_out.score >= own[held_out.user] - _TOLERANCE)


def _hits(lists: Codes, users: Places, held_out: Ratings) -> Flags:
    """Whether each listed beer [users, k] is in its user's held-out rows."""
    wanted = np.unique(held_out.user.astype(np.int64) * held_out.beers + held_out.beer)
    return (lists >= 0) & np.isin(users[:, None].astype(np.int64) * held_out.beers + lists, wanted)
