"""What a model must beat: no model at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.data.reviews import Rows

# Reviews' worth of doubt about a beer's and about a user's deviation.
BEER_DOUBT = 10.0
USER_DOUBT = 5.0


def popularity(fitted: Rows, beers: int) -> npt.NDArray[np.int32]:
    """Beer codes [beers], the most reviewed first; of equals the lower code first."""
    return np.argsort(-np.bincount(fitted.beer, minlength=beers), kind="stable").astype(np.int32)


@dataclass(frozen=True)
class Bias:
    """Score = mean + what the beer adds + what the user adds."""

    mean: float
    beer: npt.NDArray[np.float64]  # [beers]
    user: npt.NDArray[np.float64]  # [users]

    def predicted(self, rows: Rows) -> npt.NDArray[np.float64]:
        """Scores [rows]."""
        return self.mean + self.beer[rows.beer] + self.user[rows.user]


def bias(fitted: Rows, users: int, beers: int) -> Bias:
    """Deviations shrunk towards 0, the beers' first, then the users' on what is left.

    Notes
    -----
    b_i = sum(r - mu) / (lambda_2 + n_i), b_u = sum(r - mu - b_i) / (lambda_3 + n_u): Koren, "Factor in the
    Neighbors", 2010, section 2.1. A beer or user without a fitted review adds 0.
    """
    scores = fitted.score.astype(np.float64)
    mean = float(scores.mean())
    beer = _shrunk(fitted.beer, scores - mean, beers, BEER_DOUBT)
    user = _shrunk(fitted.user, scores - mean - beer[fitted.beer], users, USER_DOUBT)
    return Bias(mean, beer, user)


def _shrunk(
    owner: npt.NDArray[np.int32], deviations: npt.NDArray[np.float64], owners: int, doubt: float
) -> npt.NDArray[np.float64]:
    sums = np.bincount(owner, weights=deviations, minlength=owners)
    return sums / (np.bincount(owner, minlength=owners) + doubt)
