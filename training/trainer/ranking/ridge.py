"""Ridge regression of scores on features."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# A pseudo-count of ratings that says each weight is 0.
_PENALTY = 10.0
_RATINGS_AT_ONCE = 16_384


class Ridge(NamedTuple):
    """score = features . weights + bias; weights are [columns]."""

    weights: npt.NDArray[np.float32]
    bias: np.float32


def fit_ridge(features: npt.NDArray[np.floating], scores: npt.NDArray[np.float32]) -> Ridge:
    """The exact minimum over standardised `features` [ratings, columns] and scores [ratings].

    Notes
    -----
    |y - X w - b|^2 + 10 |w|^2 (Hoerl and Kennard, "Ridge regression", 1970).
    """
    size = features.shape[1] + 1
    squares, products = np.zeros((size, size)), np.zeros(size)
    for start in range(0, len(features), _RATINGS_AT_ONCE):
        some = features[start : start + _RATINGS_AT_ONCE].astype(np.float64)
        rows = np.column_stack([some, np.ones(len(some))])
        squares += rows.T @ rows
        products += rows.T @ scores[start : start + _RATINGS_AT_ONCE]
    solution = np.linalg.solve(squares + np.diag([_PENALTY] * features.shape[1] + [0.0]), products)
    return Ridge(solution[:-1].astype(np.float32), np.float32(solution[-1]))
