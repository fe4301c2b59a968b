"""The formulas of the metrics: the only ones, for the job, its validation epochs, the gate and the benchmarks.

What is found in lists is measured for each user and averaged over users, so that everybody counts alike; errors of
scores are averaged over ratings. A relevant rating is one that was held back of a user who has a list. `ranks`
[ratings] are its beer's place in that list, from 0, MISSED where it is not in it; `users` [ratings] are whose it is.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from taproom.metrics import is_liked

MISSED = np.iinfo(np.int64).max // 2

Ranks = npt.NDArray[np.int64]
Users = npt.NDArray[np.int32]
Reals = npt.NDArray[np.float64]


class Scored(Protocol):
    """Ratings, of which users and scores matter here; both [ratings]."""

    @property
    def user(self) -> npt.NDArray[np.int32]: ...
    @property
    def score(self) -> npt.NDArray[np.float32]: ...


def recall_at(k: int, ranks: Ranks, users: Users) -> float:
    """Recall@k, 0 to 1: the relevant among the first `k`, divided by all relevant ones of the user.

    Notes
    -----
    recall@k(u) = |{relevant ratings of u with rank < k}| / |{relevant ratings of u}|, averaged over users (Herlocker
    et al., "Evaluating collaborative filtering recommender systems", 2004, section 4.1). It is not divided by
    min(k, relevant), as in some papers: a user with more than k relevant ratings can't reach 1.
    """
    return float(np.mean(recall_of_users(k, ranks, users)))


def recall_of_users(k: int, ranks: Ranks, users: Users) -> Reals:
    """Recall@k of each user in `users`, in ascending order."""
    _, user, relevant = np.unique(users, return_inverse=True, return_counts=True)
    return np.asarray(np.bincount(user, weights=ranks < k) / relevant, np.float64)


def ndcg_at(k: int, ranks: Ranks, users: Users) -> float:
    """Normalised discounted cumulative gain of binary relevance, 0 to 1.

    Notes
    -----
    DCG@k = sum over the relevant with rank < k of 1 / log2(rank + 2); divided by that of the best possible order, and
    averaged over users (Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002).
    """
    return float(np.mean(ndcg_of_users(k, ranks, users)))


def ndcg_of_users(k: int, ranks: Ranks, users: Users) -> Reals:
    """NDCG@k of each user in `users`, in ascending order."""
    _, user, relevant = np.unique(users, return_inverse=True, return_counts=True)
    gains = np.where(ranks < k, discount(ranks), 0.0)
    ideal = np.cumsum(discount(np.arange(k)))
    return np.asarray(np.bincount(user, weights=gains) / ideal[np.minimum(relevant, k) - 1], np.float64)


def discount(ranks: Ranks) -> Reals:
    """What a relevant beer counts at `ranks` (from 0): 1 / log2(rank + 2)."""
    return np.asarray(1 / np.log2(ranks + 2.0), np.float64)


def coverage(lists: npt.NDArray[np.integer], beers: int) -> float:
    """The share of `beers`, 0 to 1, that is in any of `lists` [users, k], which hold beer ids, -1 for none."""
    return len(np.unique(lists[lists >= 0])) / beers


def liked(ratings: Scored, observed: Scored) -> npt.NDArray[np.bool_]:
    """Whether each of `ratings` [ratings] is at least as high as the mean of its user's `observed` ones (is_liked).

    `observed` are all that are not held out. Of a user without any, the mean of all users' stands for it.
    """
    users = max(int(ratings.user.max(initial=-1)), int(observed.user.max(initial=-1))) + 1
    scores = observed.score.astype(np.float64)
    counts = np.bincount(observed.user, minlength=users)
    sums = np.bincount(observed.user, weights=scores, minlength=users)
    means = np.divide(sums, counts, out=np.full(users, scores.mean()), where=counts > 0)
    return np.asarray(is_liked(ratings.score, means[ratings.user]))


def hits_at(k: int, ranks: Ranks, users: int) -> float:
    """How many of the ratings that `ranks` [ratings] are of, say the liked ones, are among the first `k` of a list.

    Averaged over all `users` who have a list, those without such a rating included; 0 to k.
    """
    return float((ranks < k).sum() / users)


def rmse(predicted: npt.ArrayLike, given: npt.ArrayLike) -> float:
    """Root mean squared error of predicted scores [ratings], in points of the scale; less is better."""
    return float(np.sqrt(np.mean(_errors(predicted, given) ** 2)))


def mae(predicted: npt.ArrayLike, given: npt.ArrayLike) -> float:
    """Mean absolute error of predicted scores [ratings], in points of the scale; less is better."""
    return float(np.mean(np.abs(_errors(predicted, given))))


def _errors(predicted: npt.ArrayLike, given: npt.ArrayLike) -> Reals:
    return np.asarray(predicted, np.float64) - np.asarray(given, np.float64)
