"""EASE: a linear autoencoder over the user's history, in closed form (Steck, 2019, "Embarrassingly Shallow
Autoencoders for Sparse Data")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.data.ratings import Places, Ratings
from benchmarks.peers.model import Settings
from benchmarks.tasks.top_lists import Scores
from trainer.data.attributes import ItemAttributes

SETTINGS: tuple[Settings, ...] = (
    {"penalty": 400.0},
    {"penalty": 200.0},
    {"penalty": 800.0},
    {"penalty": 100.0},
    {"penalty": 2000.0},
    {"penalty": 50.0},
)
_COLUMNS_AT_ONCE = 1024


@dataclass(frozen=True)
class Linear:
    """B, which sums up a history's beers: a score is (h B)."""

    settings: Settings
    weights: Scores  # [beers of a history, beers]

    def scores(self, users: Places, histories: Any) -> Scores:  # noqa: ARG002 (a peer's interface)
        return np.asarray(histories @ self.weights, np.float32)


@dataclass(frozen=True)
class LinearByRows:
    """The same scores from the rows' side, for catalogues with more beers than X has rows.

    Notes
    -----
    With S = diag(penalties)^-1/2 and K = (X S S X' + I)^-1, P = (X'X + diag(penalties))^-1 = S (I - S X' K X S) S
    (Woodbury), and a history h scores h B = h - (h P) / diag(P).
    """

    settings: Settings
    scaled: Any  # X S, CSR [rows, beers]
    kernel: Scores  # K, [rows, rows]
    scale: Scores  # diagonal of S, [beers]
    unexplained: Scores  # diagonal of I - S X' K X S, [beers]

    def scores(self, users: Places, histories: Any) -> Scores:  # noqa: ARG002 (a peer's interface)
        histories = histories.tocsr()
        own = histories.multiply(self.scale).tocsr()
        shared = (own @ self.scaled.T).toarray() @ self.kernel
        projected = np.asarray((self.scaled.T @ shared.T).T, np.float32)
        return np.asarray(
            histories.toarray() - (own.toarray() - projected) / (self.scale * self.unexplained), np.float32
        )


def fit(
    training: Ratings,
    attributes: ItemAttributes,  # noqa: ARG001 (a peer's interface)
    settings: Settings,
    seed: int,  # noqa: ARG001
    validation: Ratings | None,  # noqa: ARG001
) -> Linear | LinearByRows:
    """B = argmin |X - X B|² + penalty |B|² with a diagonal of 0."""
    return solve(training.matrix(), np.full(training.beers, settings["penalty"], np.float32), settings)


def solve(rows: Any, penalties: Scores, settings: Settings) -> Linear | LinearByRows:
    """B_ij = -P_ij / P_jj with a diagonal of 0, where P = (X'X + diag(penalties))^-1; X is CSR `rows` [rows, beers].

    Each fit makes X'X anew and inverts it in place: it is a tenth of the time, and a copy would double the memory.
    """
    if rows.shape[1] <= rows.shape[0]:
        return Linear(settings, weights(inverse(penalised(gram(rows), penalties)).T))
    return by_rows(rows, penalties, settings)


def by_rows(rows: Any, penalties: Scores, settings: Settings) -> LinearByRows:
    scale = (1 / np.sqrt(penalties)).astype(np.float32)
    scaled = rows.multiply(scale).tocsr()
    kernel = inverse(penalised(gram(scaled.T.tocsr()), np.float32(1)))
    explained = np.asarray(scaled.multiply(kernel @ scaled).sum(axis=0)).ravel()
    return LinearByRows(settings, scaled, kernel, scale, (1 - explained).astype(np.float32))


def weights(inverted: Scores) -> Scores:
    """B = I - P / diag(P), its diagonal 0, of P [beers, beers], which is overwritten."""
    inverted /= -np.diagonal(inverted).copy()
    np.fill_diagonal(inverted, 0)
    return inverted


def penalised(both: Scores, penalties: Scores | np.float32) -> Scores:
    """X'X + diag(penalties), in place."""
    both[np.diag_indices_from(both)] += penalties
    return both


def gram(matrix: Any) -> Scores:
    """X'X of a CSR matrix [users, beers], dense in float32 [beers, beers], in Fortran's order as LAPACK wants it.

    It is symmetric, so its transpose is the same in C's order: without that SciPy would copy it for every product.
    """
    beers = matrix.shape[1]
    columns = matrix.tocsc()
    transposed = matrix.T.tocsr()
    counts = np.empty((beers, beers), np.float32, order="F")
    for start in range(0, beers, _COLUMNS_AT_ONCE):
        counts[:, start : start + _COLUMNS_AT_ONCE] = (
            transposed @ columns[:, start : start + _COLUMNS_AT_ONCE]
        ).toarray()
    return counts


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
