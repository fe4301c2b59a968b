"""Posteriors of users and beers in a factorisation by variational Bayes: the arithmetic that both sides share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

# Pseudo-count of reviews with the usual noise, which shrinks a user's own noise.
_NOISE_SHRINKAGE = 10.0
# Each has several matrices of its own while it is solved for.
_POSTERIORS_AT_ONCE = 4096


class Gaussians(NamedTuple):
    """A posterior each: means [n, 1 + rank], bias first, and covariances [n, 1 + rank, 1 + rank]."""

    mean: tf.Tensor
    covariance: tf.Tensor


class SufficientStatistics(NamedTuple):
    """All that the posteriors of users, or of beers, need of their reviews, summed over them.

    With d, how much a score is above the mean of all, and z = (1, factors, bias) of the other side: `moments` are
    E[z z^T] [n, (2 + rank)^2], row by row, `weighted` are d E[z] [n, 2 + rank] and `squares` d^2 [n].
    """

    moments: tf.Tensor
    weighted: tf.Tensor
    squares: tf.Tensor

    def scaled(self, weight: tf.Tensor) -> SufficientStatistics:
        """The same where each review counts `weight` [n]."""
        return SufficientStatistics(
            weight[:, None] * self.moments, weight[:, None] * self.weighted, weight * self.squares
        )


class Side(NamedTuple):
    """Reviews as sparse matrices of ones and of d [n, others], and the sums of d^2 [n], n being this side."""

    ones: tf.Tensor
    deviations: tf.Tensor
    squares: tf.Tensor


def with_leading_one(mean: tf.Tensor) -> tf.Tensor:
    """(1, q) of means [n, 1 + rank]: what the other side's (b, p) is multiplied by."""
    return tf.concat([tf.ones_like(mean[:, :1]), mean[:, 1:]], axis=1)


def variance_along(direction: tf.Tensor, covariance: tf.Tensor) -> tf.Tensor:
    """Of Gaussians with `covariance` [n, size, size], along `direction` [n, size]."""
    return tf.reduce_sum(tf.linalg.matvec(covariance, direction) * direction, axis=1)


def extended(mean: tf.Tensor) -> tf.Tensor:
    """(1, q, b) of means [n, 1 + rank]."""
    return tf.concat([with_leading_one(mean), mean[:, :1]], axis=1)


def moments(each: Gaussians) -> tf.Tensor:
    """E[z z^T] of z = (1, q, b), row by row: what one review adds to the statistics, apart from its score."""
    z = extended(each.mean)
    # Bias first, there; last, here, behind a 1 that is sure.
    covariance = tf.pad(tf.roll(each.covariance, [-1, -1], axis=[1, 2]), [[0, 0], [1, 0], [1, 0]])
    return tf.reshape(z[:, :, None] * z[:, None, :] + covariance, [-1, z.shape[1] ** 2])


def sum_statistics(side: Side, others: Gaussians, weight: tf.Tensor | None) -> SufficientStatistics:
    """The statistics of each of a side from all its reviews, of which those of others [others] count by their `weight`.

    But for `squares`, which are needed where nobody has a weight alone: for the noise of users.
    """
    second, z = moments(others), extended(others.mean)
    if weight is not None:
        second, z = weight[:, None] * second, weight[:, None] * z
    # Twenty times as fast as tf.sparse.sparse_dense_matmul.
    return SufficientStatistics(
        tf.raw_ops.SparseMatrixMatMul(a=side.ones, b=second),
        tf.raw_ops.SparseMatrixMatMul(a=side.deviations, b=z),
        side.squares,
    )


def posteriors(
    statistics: SufficientStatistics, prior_mean: tf.Tensor | None, prior_covariance: tf.Tensor, noise: tf.Tensor
) -> Gaussians:
    """The Gaussians of linear models with known noise: precision = prior's + sum x x^T / noise, where x = (1, q)."""
    size, inverse = prior_covariance.shape[0], tf.linalg.inv(prior_covariance)
    pull = tf.zeros((1, size)) if prior_mean is None else tf.matmul(prior_mean, inverse)

    def solve(moments: tf.Tensor, weighted: tf.Tensor, pull: tf.Tensor) -> Gaussians:
        both = tf.reshape(moments, [-1, size + 1, size + 1])
        root = tf.linalg.cholesky(both[:, :size, :size] / noise + inverse)
        covariance = tf.linalg.cholesky_solve(root, tf.eye(size, batch_shape=[tf.shape(moments)[0]]))
        right = (weighted[:, :size] - both[:, :size, size]) / noise + pull
        return Gaussians(tf.linalg.matvec(covariance, right), covariance)

    if not tf.executing_eagerly():
        return solve(statistics.moments, statistics.weighted, pull)
    parts = [
        solve(statistics.moments[some], statistics.weighted[some], pull if prior_mean is None else pull[some])
        for start in range(0, max(len(statistics.squares), 1), _POSTERIORS_AT_ONCE)
        for some in [slice(start, start + _POSTERIORS_AT_ONCE)]
    ]
    return Gaussians(*(tf.concat(column, axis=0) for column in zip(*parts, strict=True)))


def squared_errors(statistics: SufficientStatistics, posteriors: Gaussians) -> tf.Tensor:
    """Expected squared errors, summed over the reviews in `statistics` [n], both sides' covariances included.

    The sum of E[(d - b - x . u)^2] over reviews, where d is how much a score is above the mean, b and x = (1, q)
    are of the other side, and u is the vector that `posteriors` are of.
    """
    size = posteriors.mean.shape[1]
    both = tf.reshape(statistics.moments, [-1, size + 1, size + 1])
    second = posteriors.covariance + posteriors.mean[:, :, None] * posteriors.mean[:, None, :]
    across = statistics.weighted[:, :size] - both[:, :size, size]
    return (
        statistics.squares
        - 2 * statistics.weighted[:, size]
        + both[:, size, size]
        - 2 * tf.reduce_sum(posteriors.mean * across, axis=1)
        + tf.reduce_sum(second * both[:, :size, :size], axis=[1, 2])
    )


def relative_noise(errors: tf.Tensor, number: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
    """Noise [n] as a multiple of `noise`, from summed squared errors and numbers of reviews, both [n]."""
    return (errors / noise + _NOISE_SHRINKAGE) / (number + _NOISE_SHRINKAGE)


def prior_covariance(deviation: tf.Tensor, covariance: tf.Tensor) -> tf.Tensor:
    """Covariance of a zero-mean prior that explains posteriors best; never quite singular."""
    own = tf.matmul(deviation, deviation, transpose_a=True) / tf.cast(tf.shape(deviation)[0], tf.float32)
    return own + tf.reduce_mean(covariance, axis=0) + 1e-4 * tf.eye(deviation.shape[1])


def one_side(
    row: npt.NDArray[np.int32],
    column: npt.NDArray[np.int32],
    deviation: npt.NDArray[np.float32],
    shape: tuple[int, int],
) -> Side:
    order = np.lexsort((column, row))
    place = np.stack([row, column], axis=1)[order].astype(np.int64)

    def matrix(values: npt.NDArray[np.float32]) -> tf.Tensor:
        return tf.raw_ops.SparseTensorToCSRSparseMatrix(indices=place, values=values[order], dense_shape=shape)

    squares = np.bincount(row, weights=deviation**2, minlength=shape[0]).astype(np.float32)
    return Side(matrix(np.ones_like(deviation)), matrix(deviation), tf.constant(squares))
