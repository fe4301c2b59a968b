"""Which beers the same people drink: what a user gave beers like the one asked about."""

from __future__ import annotations

from typing import Self

import numpy as np
import tensorflow as tf

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Floats
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.features.base import FeatureBlock, State, gather_known

# Of a vector.
WIDTH = 64
# More directions than are kept, and iterations, until those that are kept stand still.
_SPARE = 32
_ITERATIONS = 8
# Of the largest: what is smaller is an error of rounding.
_LEAST_SQUARE = 1e-12
_SEED = 1
# Powers of similarity that a tried beer counts by, each with the pseudo-count that shrinks the mean residual.
POWERS = {2: 0.2, 4: 0.2, 8: 0.1}


class CoOccurrence(FeatureBlock):
    """residual_p(u, i) = sum(s(i, j)^p * residual(u, j)) / (sum(s(i, j)^p) + shrinkage), over u's reviews of beers j.

    s are cosines of co-occurrence vectors, 0 where they are below 0. An item-based neighbourhood (Sarwar et al.,
    "Item-based collaborative filtering recommendation algorithms", 2001) of what the blocks before it leave, with the
    sharpening of Breese, Heckerman and Kadie ("Empirical analysis of predictive algorithms", 1998, section 2.2.3).

    Without it RMSE rises by .001 on beeradvocate_5500 and .009 on movielens_small, and falls by .001 on ratebeer_text
    (docs/ablations.md).
    """

    names = tuple(f"similar_beers_{what}_{power}" for power in POWERS for what in ("residual", "log_weight"))

    def __init__(self, vectors: Floats) -> None:
        super().__init__()
        self._vectors = tf.Variable(vectors, trainable=False)

    @classmethod
    def fit(cls, reviews: Histories, attributes: ItemAttributes, _config: Hyperparameters) -> Self:
        """Vectors of who reviewed what.

        They need no scores; yet a review that is asked about must not be among theirs: it would make its beer alike
        to those of its user, which no later one will be.
        """
        return cls(fit_vectors(reviews, len(attributes.style)))

    def __call__(self, state: State) -> State:
        """Adds the columns; nothing is made of them for the blocks after it."""
        columns = weighted_residuals(
            state.residual,
            (state.histories.user, tf.gather(self._vectors, state.histories.beer)),
            (state.queries.user, gather_known(self._vectors, state.queries.beer)),
            state.histories.users,
        )
        return state.with_columns(self.names, columns)


def fit_vectors(reviews: Histories, beers: int) -> Floats:
    """Unit vectors [beers, 64] whose products are similarities, the most telling directions first.

    They are right singular vectors of D_u^-1/2 X D_b^-1/2, where X [users, beers] is 1 where there is a review and
    D_u and D_b are the numbers of reviews of users and beers, plus 1. Found by subspace iteration (Halko, Martinsson
    and Tropp, "Finding structure with randomness", 2011, algorithm 4.4). Scores have no part in them. A beer without
    a review, and what a small catalogue lacks in directions, is 0.
    """
    user, beer = reviews.user, reviews.beer
    by_user = 1 / np.sqrt(np.bincount(user, minlength=len(reviews)) + 1.0)
    by_beer = 1 / np.sqrt(np.bincount(beer, minlength=beers) + 1.0)
    tried = tf.SparseTensor(
        np.stack([user, beer], axis=1).astype(np.int64),
        (by_user[user] * by_beer[beer]).astype(np.float32),
        (len(reviews), beers),
    )
    width = min(WIDTH + _SPARE, beers, len(reviews))
    basis = np.random.default_rng(_SEED).standard_normal((beers, width)).astype(np.float32)
    for _ in range(_ITERATIONS):
        image = tf.sparse.sparse_dense_matmul(tried, _orthonormal(basis))
        basis = tf.sparse.sparse_dense_matmul(tried, image, adjoint_a=True).numpy()
    basis = _orthonormal(basis)
    image = tf.sparse.sparse_dense_matmul(tried, basis).numpy()
    directions = basis @ np.linalg.svd(image, full_matrices=False)[2].T
    vectors = np.zeros((beers, WIDTH), np.float32)
    vectors[:, : min(width, WIDTH)] = directions[:, :WIDTH]
    vectors[np.bincount(beer, minlength=beers) == 0] = 0
    return unit_rows(vectors)


def _orthonormal(columns: Floats) -> Floats:
    """Orthonormal `columns` [n, width] that span the same; those that are too many for that come near 0.

    From the eigenvectors of their products, many times as fast as np.linalg.qr where there are few long columns.
    """
    exact = columns.astype(np.float64)
    squares, directions = np.linalg.eigh(exact.T @ exact)
    lengths = np.sqrt(np.maximum(squares, _LEAST_SQUARE * squares.max()))
    return (exact @ (directions / lengths)).astype(np.float32)


def unit_rows(rows: Floats) -> Floats:
    """`rows` [n, width] of length 1; those of 0 stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)


def weighted_residuals(
    residual: tf.Tensor, histories: tuple[tf.Tensor, tf.Tensor], queries: tuple[tf.Tensor, tf.Tensor], users: tf.Tensor
) -> list[tf.Tensor]:
    """What users gave beers like those asked about, beyond what was expected.

    Parameters
    ----------
    residual
        [reviews]: how much more the user gave than was expected.
    histories, queries
        Users, from 0 to `users` - 1, and vectors of beers: [reviews] and [reviews, width], [n] and [n, width].

    Returns
    -------
    For each power p of POWERS the mean residual [n], weighted by similarity^p and shrunk towards 0, and the logarithm
    of the sum of these weights. A similarity below 0 counts as 0.
    """
    (history_places, longest), (query_places, most) = (_padded_places(side[0], users) for side in (histories, queries))
    width = tf.shape(histories[1])[1]
    tried = tf.scatter_nd(history_places, histories[1], [users, longest, width])
    asked = tf.scatter_nd(query_places, queries[1], [users, most, width])
    residuals = tf.scatter_nd(history_places, residual, [users, longest])
    similarity, power = tf.nn.relu(tf.matmul(asked, tried, transpose_b=True)), 1
    columns: list[tf.Tensor] = []
    for each, shrinkage in POWERS.items():
        while power < each:
            similarity, power = similarity * similarity, 2 * power
        total = tf.gather_nd(tf.reduce_sum(similarity, axis=2), query_places)
        weighted = tf.gather_nd(tf.linalg.matvec(similarity, residuals), query_places)
        columns += [weighted / (total + shrinkage), tf.math.log(total + 0.01)]
    return columns


def _padded_places(user: tf.Tensor, users: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Each row's place [n, 2] in a table with a line a user, filled from the left; and the longest line."""
    counts = tf.math.unsorted_segment_sum(tf.ones_like(user), user, users)
    order = tf.argsort(user, stable=True)
    first = tf.gather(tf.cumsum(counts, exclusive=True), tf.gather(user, order))
    place = tf.scatter_nd(order[:, None], tf.range(tf.size(user)) - first, tf.shape(user))
    return tf.stack([user, place], axis=1), tf.maximum(tf.reduce_max(counts), 0)
