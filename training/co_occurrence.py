"""Which beers the same people drink: beers as vectors, and what a user thinks of beers like the one asked about."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from histories import Histories
from reviews import Numbers

# Of a vector; of the shorter one that stands for a beer, or the mean of a user's beers, in the network.
WIDTH = 64
PLACE = 8
# More directions than are kept, and rounds, until those that are kept stand still.
_SPARE = 32
_ROUNDS = 8
_SEED = 1
# The power of a likeness that a tried beer counts by, and the sum of those that is needed to be told much.
POWERS = {2: 0.2, 4: 0.2, 8: 0.1}


def vectors(reviews: Histories, beers: int) -> Numbers:
    """Unit vectors [beers, 64] whose products are likenesses, the most telling directions first.

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
    for _ in range(_ROUNDS):
        image = tf.sparse.sparse_dense_matmul(tried, np.linalg.qr(basis)[0])
        basis = tf.sparse.sparse_dense_matmul(tried, image, adjoint_a=True).numpy()
    basis = np.linalg.qr(basis)[0]
    image = tf.sparse.sparse_dense_matmul(tried, basis).numpy()
    directions = basis @ np.linalg.svd(image, full_matrices=False)[2].T
    found = np.zeros((beers, WIDTH), np.float32)
    found[:, : min(width, WIDTH)] = directions[:, :WIDTH]
    found[np.bincount(beer, minlength=beers) == 0] = 0
    return unit(found)


def unit(rows: Numbers) -> Numbers:
    """`rows` [n, width] of length 1; those of 0 stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)


def opinions(
    residual: tf.Tensor, tried: tuple[tf.Tensor, tf.Tensor], asked: tuple[tf.Tensor, tf.Tensor], users: tf.Tensor
) -> list[tf.Tensor]:
    """What users think of beers like those asked about.

    Parameters
    ----------
    residual
        [reviews]: how much more the user gave than was expected.
    tried, asked
        Users, from 0 to `users` - 1, and vectors of beers: [reviews] and [reviews, width], [n] and [n, width].

    Returns
    -------
    For each power p of POWERS the mean residual [n], weighted by likeness^p and shrunk towards 0, and the logarithm
    of the sum of these weights. A likeness below 0 counts as 0.
    """
    (tried_place, longest), (asked_place, most) = (_places(side[0], users) for side in (tried, asked))
    width = tf.shape(tried[1])[1]
    known = tf.scatter_nd(tried_place, tried[1], [users, longest, width])
    wanted = tf.scatter_nd(asked_place, asked[1], [users, most, width])
    residuals = tf.scatter_nd(tried_place, residual, [users, longest])
    likeness, power = tf.nn.relu(tf.matmul(wanted, known, transpose_b=True)), 1
    found = []
    for each, doubt in POWERS.items():
        while power < each:
            likeness, power = likeness * likeness, 2 * power
        total = tf.gather_nd(tf.reduce_sum(likeness, axis=2), asked_place)
        told = tf.gather_nd(tf.linalg.matvec(likeness, residuals), asked_place)
        found += [told / (total + doubt), tf.math.log(total + 0.01)]
    return found


def _places(user: tf.Tensor, users: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Each row's place [n, 2] in a table with a line a user, filled from the left; and the longest line."""
    counts = tf.math.unsorted_segment_sum(tf.ones_like(user), user, users)
    order = tf.argsort(user, stable=True)
    first = tf.gather(tf.cumsum(counts, exclusive=True), tf.gather(user, order))
    place = tf.scatter_nd(order[:, None], tf.range(tf.size(user)) - first, tf.shape(user))
    return tf.stack([user, place], axis=1), tf.maximum(tf.reduce_max(counts), 0)
