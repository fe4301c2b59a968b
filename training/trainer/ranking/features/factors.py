"""Matrix factorisation by variational Bayes: what can be known of a user's and a beer's tendencies, and how surely."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.data.attributes import Kinds
from trainer.data.histories import Histories

# Beers' worth of doubt about what a brewery adds to its beers' style.
_BREWERY_DOUBT = 2.0
# Of a factor before the first look at the reviews.
_DEVIATION = 0.1
# Reviews' worth of doubt about how much more than others a user errs.
_NOISE_DOUBT = 10.0
# By turns, a user's posterior and noise are found so often.
_ROUNDS = 3
# What is made of that noise once the beers are known: its power, and how fast noise falls as a beer's bias rises.
_NOISE_POWER = 0.7
_NOISE_FALL = 0.6
# Each has several matrices of its own while it is solved for.
_POSTERIORS_AT_ONCE = 4096


class Gaussians(NamedTuple):
    """A posterior each: means [n, 1 + rank], bias first, and covariances [n, 1 + rank, 1 + rank]."""

    mean: tf.Tensor
    covariance: tf.Tensor


class Told(NamedTuple):
    """What reviews tell of somebody or of a beer, as sums over them; z = (1, factors, bias) is of the other side.

    `moments` are E[z z^T] [n, (2 + rank)^2], row by row; `weighted` are d E[z] [n, 2 + rank] and `squares` d^2 [n],
    where d is how much a score is above the mean of all.
    """

    moments: tf.Tensor
    weighted: tf.Tensor
    squares: tf.Tensor

    def times(self, weight: tf.Tensor) -> Told:
        """The same where each review counts `weight` [n]."""
        return Told(weight[:, None] * self.moments, weight[:, None] * self.weighted, weight * self.squares)


class _Side(NamedTuple):
    """Reviews as sparse matrices of ones and of d [n, others], and the sums of d^2 [n], n being this side."""

    ones: tf.Tensor
    deviations: tf.Tensor
    squares: tf.Tensor


class Factors(tf.Module):
    """score = mean + b_user + b_beer + p_user . q_beer + noise, with Gaussian priors on all but the mean.

    Beers are drawn around what their style and brewery have in common, users around one mean. Posteriors of
    users and beers are found by turns, each exactly for the other; then noise and priors are set to what
    explains the posteriors best (Lim and Teh, "Variational Bayesian approach to movie rating prediction", 2007;
    the beers' prior as in Agarwal and Chen, "Regression-based latent factor models", 2009). The noise has a
    variance for each user: some people's scores tell more than others' (Lakshminarayanan, Bouchard and Archambeau,
    "Robust Bayesian matrix factorisation", 2011).

    A user's posterior and noise follow from the history alone, so they can be had for somebody who was never fitted.
    """

    def __init__(self, reviews: Histories, kinds: Kinds, rank: int, seed: int) -> None:
        super().__init__()
        beers, users, size = len(kinds.style), len(reviews), 1 + rank
        self._style, self._brewery = tf.constant(kinds.style), tf.constant(kinds.brewery)
        self._styles, self._breweries = len(kinds.styles), len(kinds.breweries)
        self.scores_mean = tf.Variable(float(reviews.score.mean()), trainable=False)
        self.noise = tf.Variable(float(reviews.score.var()) or 1.0, trainable=False)
        user, beer, score = reviews.user, reviews.beer, reviews.score
        deviation = score - self.scores_mean.numpy()
        self._by_user = _side(user, beer, deviation, (users, beers))
        self._by_beer = _side(beer, user, deviation, (beers, users))
        self._reviews_by_user = tf.constant(np.diff(reviews.start).astype(np.float32))
        # Those of the fitted users are for fitting alone: plain tensors, so that no servable keeps them.
        self._user_noise = tf.ones(users)  # times `noise`
        self.users_bias = tf.zeros(users)
        deviations = np.full(size, _DEVIATION, np.float32)
        first = tf.random.stateless_normal((beers, size), (seed, 0), stddev=_DEVIATION)
        self.beers = Gaussians(
            tf.Variable(first * tf.constant([0.0] + [1.0] * rank), trainable=False),
            tf.Variable(tf.tile(tf.linalg.diag(deviations**2)[None], (beers, 1, 1)), trainable=False),
        )
        self.style_mean = tf.Variable(tf.zeros((len(kinds.styles), size)), trainable=False)
        self.brewery_mean = tf.Variable(tf.zeros((len(kinds.breweries), size)), trainable=False)
        self.user_prior = tf.Variable(tf.eye(size), trainable=False)  # covariance [size, size]; the mean is 0
        self.beer_prior = tf.Variable(tf.linalg.diag(tf.constant([0.25] + [0.05] * rank)), trainable=False)

    def iterate(self) -> None:
        """Set the users' posteriors and noise, the beers' posteriors, then priors."""
        told, weight = _told(self._by_user, self.beers, None), 1 / self._user_noise
        users = _solved(told.times(weight), None, self.user_prior, self.noise)
        errors = _squared_errors(told, users)
        self._user_noise = _relative_noise(errors, self._reviews_by_user, self.noise)
        weight = 1 / self._user_noise
        self.noise.assign(tf.reduce_sum(weight * errors) / tf.reduce_sum(self._reviews_by_user))
        self.users_bias = users.mean[:, 0]
        told = _told(self._by_beer, users, weight)
        beers = _solved(told, self.expected(self._style, self._brewery), self.beer_prior, self.noise)
        self.beers.mean.assign(beers.mean)
        self.beers.covariance.assign(beers.covariance)
        self._set_priors(users, beers)

    def expected(self, style: tf.Tensor, brewery: tf.Tensor) -> tf.Tensor:
        """What is expected [n, 1 + rank] of a beer nobody reviewed, by codes [n]; -1 for unknown."""
        return known_rows(self.style_mean, style) + known_rows(self.brewery_mean, brewery)

    def moments(self) -> tf.Tensor:
        """What a beer in a history tells about its user, whatever the score [beers, (2 + rank)^2]."""
        return _moments(self.beers)

    def users(
        self, moments: tf.Tensor, user: tf.Tensor, beer: tf.Tensor, score: tf.Tensor, users: tf.Tensor
    ) -> tuple[Gaussians, tf.Tensor, tf.Tensor]:
        """What histories tell of their users.

        Parameters
        ----------
        moments
            `moments()` of each review's beer [reviews, width].
        user, beer, score
            [reviews]; users count from 0 to `users` - 1, beers are fitted ones.

        Returns
        -------
        The posteriors [users], their noise [users] as a multiple of `noise`, and how much each review counts [reviews].
        """
        deviation = score - self.scores_mean
        each = Told(moments, deviation[:, None] * _z(tf.gather(self.beers.mean, beer)), deviation**2)

        def summed(told: Told) -> Told:
            return Told(*(tf.math.unsorted_segment_sum(column, user, users) for column in told))

        told, relative = summed(each), tf.ones(users)
        number = tf.math.unsorted_segment_sum(tf.ones_like(score), user, users)
        for _ in range(_ROUNDS):
            posteriors = _solved(told.times(1 / relative), None, self.user_prior, self.noise)
            relative = _relative_noise(_squared_errors(told, posteriors), number, self.noise)
        bias = self.beers.mean[:, 0]
        weight = tf.exp(_NOISE_FALL * (tf.gather(bias, beer) - tf.reduce_mean(bias)))
        weight /= tf.gather(relative, user) ** _NOISE_POWER
        return _solved(summed(each.times(weight)), None, self.user_prior, self.noise), relative, weight

    def _set_priors(self, users: Gaussians, beers: Gaussians) -> None:
        self.user_prior.assign(_spread(users.mean, users.covariance))
        counts = _count(self._style, self._styles)
        by_style = tf.math.unsorted_segment_sum(beers.mean, self._style, self._styles) / (counts + 1.0)
        left = beers.mean - tf.gather(by_style, self._style)
        sums = tf.math.unsorted_segment_sum(left, self._brewery, self._breweries)
        self.style_mean.assign(by_style)
        self.brewery_mean.assign(sums / (_count(self._brewery, self._breweries) + _BREWERY_DOUBT))
        own = beers.mean - self.expected(self._style, self._brewery)
        self.beer_prior.assign(_spread(own, beers.covariance))


def fitted(reviews: Histories, kinds: Kinds, rank: int, iterations: int, seed: int) -> Factors:
    """Factors of `reviews`; the result depends on nothing but the arguments."""
    factors = Factors(reviews, kinds, rank, seed)
    for _ in range(iterations):
        factors.iterate()
    return factors


def direction(mean: tf.Tensor) -> tf.Tensor:
    """(1, q) of means [n, 1 + rank]: what the other side's vector is multiplied by."""
    return tf.concat([tf.ones_like(mean[:, :1]), mean[:, 1:]], axis=1)


def variance(covariance: tf.Tensor, toward: tf.Tensor) -> tf.Tensor:
    """Of Gaussians with `covariance` [n, size, size], along `toward` [n, size]."""
    return tf.reduce_sum(tf.linalg.matvec(covariance, toward) * toward, axis=1)


def known_rows(table: tf.Tensor, places: tf.Tensor) -> tf.Tensor:
    """Rows of `table` at `places` [n]; 0 where a place is below 0."""
    return tf.where(places[:, None] < 0, 0.0, tf.gather(table, tf.maximum(places, 0)))


def _z(mean: tf.Tensor) -> tf.Tensor:
    """(1, q, b) of means [n, 1 + rank]."""
    return tf.concat([direction(mean), mean[:, :1]], axis=1)


def _moments(each: Gaussians) -> tf.Tensor:
    """E[z z^T] of z = (1, q, b), row by row: what one review tells, apart from its score."""
    z = _z(each.mean)
    # Bias first, there; last, here, behind a 1 that is sure.
    covariance = tf.pad(tf.roll(each.covariance, [-1, -1], axis=[1, 2]), [[0, 0], [1, 0], [1, 0]])
    return tf.reshape(z[:, :, None] * z[:, None, :] + covariance, [-1, z.shape[1] ** 2])


def _told(side: _Side, others: Gaussians, weight: tf.Tensor | None) -> Told:
    """What each of a side is told by all its reviews, of which those of others [others] count by their `weight`.

    But for `squares`, which are needed where nobody has a weight alone: for the noise of users.
    """
    moments, z = _moments(others), _z(others.mean)
    if weight is not None:
        moments, z = weight[:, None] * moments, weight[:, None] * z
    # Twenty times as fast as tf.sparse.sparse_dense_matmul.
    return Told(
        tf.raw_ops.SparseMatrixMatMul(a=side.ones, b=moments),
        tf.raw_ops.SparseMatrixMatMul(a=side.deviations, b=z),
        side.squares,
    )


def _solved(told: Told, prior: tf.Tensor | None, spread: tf.Tensor, noise: tf.Tensor) -> Gaussians:
    """The Gaussians of linear models with known noise: precision = prior's + sum x x^T / noise, where x = (1, q)."""
    size, inverse = spread.shape[0], tf.linalg.inv(spread)
    pull = tf.zeros((1, size)) if prior is None else tf.matmul(prior, inverse)

    def solved(moments: tf.Tensor, weighted: tf.Tensor, pull: tf.Tensor) -> Gaussians:
        both = tf.reshape(moments, [-1, size + 1, size + 1])
        root = tf.linalg.cholesky(both[:, :size, :size] / noise + inverse)
        covariance = tf.linalg.cholesky_solve(root, tf.eye(size, batch_shape=[tf.shape(moments)[0]]))
        right = (weighted[:, :size] - both[:, :size, size]) / noise + pull
        return Gaussians(tf.linalg.matvec(covariance, right), covariance)

    if not tf.executing_eagerly():
        return solved(told.moments, told.weighted, pull)
    parts = [
        solved(told.moments[some], told.weighted[some], pull if prior is None else pull[some])
        for start in range(0, max(len(told.squares), 1), _POSTERIORS_AT_ONCE)
        for some in [slice(start, start + _POSTERIORS_AT_ONCE)]
    ]
    return Gaussians(*(tf.concat(column, axis=0) for column in zip(*parts, strict=True)))


def _squared_errors(told: Told, found: Gaussians) -> tf.Tensor:
    """Expected squared errors of the reviews that `told`, summed [n], with the doubt about both sides in them.

    The sum of E[(d - b - x . u)^2] over reviews, where d is how much a score is above the mean, b and x = (1, q)
    are of the other side, and u is the vector that was `found`.
    """
    size = found.mean.shape[1]
    both = tf.reshape(told.moments, [-1, size + 1, size + 1])
    second = found.covariance + found.mean[:, :, None] * found.mean[:, None, :]
    across = told.weighted[:, :size] - both[:, :size, size]
    return (
        told.squares
        - 2 * told.weighted[:, size]
        + both[:, size, size]
        - 2 * tf.reduce_sum(found.mean * across, axis=1)
        + tf.reduce_sum(second * both[:, :size, :size], axis=[1, 2])
    )


def _relative_noise(errors: tf.Tensor, number: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
    """Noise [n] as a multiple of `noise`, from summed squared errors and numbers of reviews, both [n]."""
    return (errors / noise + _NOISE_DOUBT) / (number + _NOISE_DOUBT)


def _spread(deviation: tf.Tensor, covariance: tf.Tensor) -> tf.Tensor:
    """Covariance of a zero-mean prior that explains posteriors best; never quite singular."""
    own = tf.matmul(deviation, deviation, transpose_a=True) / tf.cast(tf.shape(deviation)[0], tf.float32)
    return own + tf.reduce_mean(covariance, axis=0) + 1e-4 * tf.eye(deviation.shape[1])


def _count(codes: tf.Tensor, size: int) -> tf.Tensor:
    return tf.math.unsorted_segment_sum(tf.ones_like(codes, tf.float32), codes, size)[:, None]


def _side(
    row: npt.NDArray[np.int32],
    column: npt.NDArray[np.int32],
    deviation: npt.NDArray[np.float32],
    shape: tuple[int, int],
) -> _Side:
    order = np.lexsort((column, row))
    place = np.stack([row, column], axis=1)[order].astype(np.int64)

    def matrix(values: npt.NDArray[np.float32]) -> tf.Tensor:
        return tf.raw_ops.SparseTensorToCSRSparseMatrix(indices=place, values=values[order], dense_shape=shape)

    squares = np.bincount(row, weights=deviation**2, minlength=shape[0]).astype(np.float32)
    return _Side(matrix(np.ones_like(deviation)), matrix(deviation), tf.constant(squares))
