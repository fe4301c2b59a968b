"""EASE: a linear autoencoder over the user's history, in closed form (Steck, 2019, "Embarrassingly Shallow
Autoencoders for Sparse Data")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.data.ratings import Places, Ratings
from benchmarks.peers.gram import gram
from benchmarks.peers.model import Settings
from benchmarks.tasks.top_lists import Scores

SETTINGS: tuple[Settings, ...] = (
    {"penalty": 400.0},
    {"penalty": 200.0},
    {"penalty": 800.0},
    {"penalty": 100.0},
    {"penalty": 1600.0},
    {"penalty": 50.0},
)


@dataclass(frozen=True)
class Ease:
    settings: Settings
    weights: Scores  # [beers of a history, beers]

    def scores(self, users: Places, histories: Any) -> Scores:  # noqa: ARG002 (a peer's interface)
        return np.asarray(histories @ self.weights, np.float32)


@dataclass(frozen=True)
class EaseByUsers:
    """The same scores from the users' side, for catalogues with more beers than there are users.

    Notes
    -----
    With K = (X X' + p I)^-1, P = (X'X + p I)^-1 = (I - X'K X) / p (Woodbury), and a history h scores
    h B = h - (h P) / diag(P).
    """

    settings: Settings
    matrix: Any  # CSR [users, beers]
    kernel: Scores  # K, [users, users]
    diagonal: Scores  # p diag(P), [beers]

    def scores(self, users: Places, histories: Any) -> Scores:  # noqa: ARG002 (a peer's interface)
        histories = histories.tocsr()
        shared = np.asarray((histories @ self.matrix.T) @ self.kernel, np.float32)
        projected = np.asarray((self.matrix.T @ shared.T).T, np.float32)
        own = histories.toarray()
        return np.asarray(own - (own - projected) / self.diagonal, np.float32)


def fit(training: Ratings, settings: Settings, seed: int, validation: Ratings | None) -> Ease | EaseByUsers:  # noqa: ARG001
    matrix = training.matrix()
    if training.beers <= training.users:
        return Ease(settings, weights(inverse(penalised(gram(matrix), settings["penalty"])).T))
    return by_users(matrix, settings)


def by_users(matrix: Any, settings: Settings) -> EaseByUsers:
    kernel = inverse(penalised(gram(matrix.T.tocsr()), settings["penalty"]))
    explained = np.asarray(matrix.multiply(kernel @ matrix).sum(axis=0)).ravel()
    return EaseByUsers(settings, matrix, kernel, (1 - explained).astype(np.float32))


def weights(inverted: Scores) -> Scores:
    """B = I - P / diag(P), its diagonal 0, of P = (X'X + penalty I)^-1 [beers, beers], which is overwritten."""
    inverted /= -np.diagonal(inverted).copy()
    np.fill_diagonal(inverted, 0)
    return inverted


def penalised(both: Scores, penalty: float) -> Scores:
    """X'X + penalty I, in place."""
    both[np.diag_indices_from(both)] += np.float32(penalty)
    return both


def inverse(positive: Scores) -> Scores:
    """The inverse of a symmetric positive definite matrix in Fortran's order, in place, by Cholesky's factor."""
    from scipy.linalg.lapack import spotrf, spotri
    from threadpoolctl import threadpool_limits

    # Two threads wait for each other spinning as soon as a core is shared, and then take ten times as long as one.
    with threadpool_limits(1, "blas"):
        factor, failed = spotrf(positive, lower=1, overwrite_a=1, clean=0)
        if not failed:
            factor, failed = spotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise ValueError(f"LAPACK could not invert the matrix of {len(positive)} rows; choose a larger penalty.")
    for column in range(1, len(factor)):
        factor[:column, column] = factor[column, :column]
    return np.asarray(factor)
