"""What a model must beat: no model at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from taproom.contract import USER_SHRINKAGE
from trainer.data.reviews import Ratings

# So many reviews with a deviation of 0 are added to a beer's own.
BEER_SHRINKAGE = 10.0
_RATINGS_AT_ONCE = 1_048_576


def popularity(ratings: Ratings, beers: int) -> npt.NDArray[np.int32]:
    """Beer ids [beers], the most reviewed first; of equals the lower id first."""
    return np.argsort(-np.bincount(ratings.beer, minlength=beers), kind="stable").astype(np.int32)


@dataclass(frozen=True)
class Bias:
    """Score = mean + what the beer adds + what the user adds."""

    mean: float
    beer: npt.NDArray[np.float64]  # [beers]
    user: npt.NDArray[np.float64]  # [users]

    def predict(self, ratings: Ratings) -> npt.NDArray[np.float64]:
        """Scores [ratings] of the users and beers of `ratings`."""
        return self.mean + self.beer[ratings.beer] + self.user[ratings.user]


def fit_bias(ratings: Ratings, users: int, beers: int) -> Bias:
    """Deviations shrunk towards 0, the beers' first, then the users' on what is left.

    Notes
    -----
    b_i = sum(r - mu) / (lambda_2 + n_i), b_u = sum(r - mu - b_i) / (lambda_3 + n_u): Koren, "Factor in the
    Neighbors", 2010, section 2.1. A beer or user without a rating adds 0.
    """
    parts = [slice(start, start + _RATINGS_AT_ONCE) for start in range(0, len(ratings), _RATINGS_AT_ONCE)]
    mean = float(sum(ratings.score[some].astype(np.float64).sum() for some in parts) / len(ratings))

    def shrunk_means(
        owner: npt.NDArray[np.int32], owners: int, expected: Callable[[slice], Any], shrinkage: float
    ) -> npt.NDArray[np.float64]:
        sums = np.zeros(owners)
        for some in parts:
            sums += np.bincount(owner[some], ratings.score[some].astype(np.float64) - expected(some), owners)
        return sums / (np.bincount(owner, minlength=owners) + shrinkage)

    beer = shrunk_means(ratings.beer, beers, lambda _: mean, BEER_SHRINKAGE)
    user = shrunk_means(ratings.user, users, lambda some: mean + beer[ratings.beer[some]], USER_SHRINKAGE)
    return Bias(mean, beer, user)
