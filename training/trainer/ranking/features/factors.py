"""Matrix factorisation by variational Bayes: biases and factors of users and beers, and how sure they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories

# Pseudo-count of beers that deviate by 0, which shrinks what a brewery adds to its beers' style.
_BREWERY_SHRINKAGE = 2.0
# Of a factor before the first look at the reviews.
_DEVIATION = 0.1
# Pseudo-count of reviews with the usual noise, which shrinks a user's own noise.
_NOISE_SHRINKAGE = 10.0
# By turns, a user's posterior and noise are found so often.
_NOISE_ROUNDS = 3
# What is made of that noise once the beers are known: its power, and how fast noise falls as a beer's bias rises.
_NOISE_POWER = 0.7
_NOISE_FALL = 0.6
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

    def __init__(self, reviews: Histories, attributes: ItemAttributes, rank: int, seed: int) -> None:
        super().__init__()
        beers, users, size = len(attributes.style), len(reviews), 1 + rank
        self._style, self._brewery = tf.constant(attributes.style), tf.constant(attributes.brewery)
        self._styles, self._breweries = len(attributes.styles), len(attributes.breweries)
        self.mean_score = tf.Variable(float(reviews.score.mean()), trainable=False)
        self.noise = tf.Variable(float(reviews.score.var()) or 1.0, trainable=False)
        user, beer, score = reviews.user, reviews.beer, reviews.score
        deviation = score - self.mean_score.numpy()
        self._by_user = _side(user, beer, deviation, (users, beers))
        self._by_beer = _side(beer, user, deviation, (beers, users))
        self._reviews_by_user = tf.constant(np.diff(reviews.start).astype(np.float32))
        # Those of the fitted users are for fitting alone: plain tensors, so that no servable keeps them.
        self._user_noise = tf.ones(users)  # times `noise`
        self.user_bias = tf.zeros(users)
        deviations = np.full(size, _DEVIATION, np.float32)
        first = tf.random.stateless_normal((beers, size), (seed, 0), stddev=_DEVIATION)
        self.beers = Gaussians(
            tf.Variable(first * tf.constant([0.0] + [1.0] * rank), trainable=False),
            tf.Variable(tf.tile(tf.linalg.diag(deviations**2)[None], (beers, 1, 1)), trainable=False),
        )
        self.style_mean = tf.Variable(tf.zeros((len(attributes.styles), size)), trainable=False)
        self.brewery_mean = tf.Variable(tf.zeros((len(attributes.breweries), size)), trainable=False)
        self.user_prior = tf.Variable(tf.eye(size), trainable=False)  # covariance [size, size]; the mean is 0
        self.beer_prior = tf.Variable(tf.linalg.diag(tf.constant([0.25] + [0.05] * rank)), trainable=False)

    @classmethod
    def fit(cls, reviews: Histories, attributes: ItemAttributes, rank: int, iterations: int, seed: int) -> Factors:
        """Factors of `reviews`; the result depends on nothing but the arguments."""
        factors = cls(reviews, attributes, rank, seed)
        for _ in range(iterations):
            factors.iterate()
        return factors

    def iterate(self) -> None:
        """Set the users' posteriors and noise, the beers' posteriors, then priors."""
        statistics, weight = _sum_statistics(self._by_user, self.beers, None), 1 / self._user_noise
        users = _posteriors(statistics.scaled(weight), None, self.user_prior, self.noise)
        errors = _squared_errors(statistics, users)
        self._user_noise = _relative_noise(errors, self._reviews_by_user, self.noise)
        weight = 1 / self._user_noise
        self.noise.assign(tf.reduce_sum(weight * errors) / tf.reduce_sum(self._reviews_by_user))
        self.user_bias = users.mean[:, 0]
        statistics = _sum_statistics(self._by_beer, users, weight)
        beers = _posteriors(statistics, self.prior_mean(self._style, self._brewery), self.beer_prior, self.noise)
        self.beers.mean.assign(beers.mean)
        self.beers.covariance.assign(beers.covariance)
        self._set_priors(users, beers)

    def prior_mean(self, style: tf.Tensor, brewery: tf.Tensor) -> tf.Tensor:
        """What is expected [n, 1 + rank] of a beer nobody reviewed, by ids [n]; -1 for unknown."""
        return gather_known(self.style_mean, style) + gather_known(self.brewery_mean, brewery)

    def moments(self) -> tf.Tensor:
        """What a beer in a history adds to its user's statistics, whatever the score [beers, (2 + rank)^2]."""
        return _moments(self.beers)

    def user_posteriors(
        self, moments: tf.Tensor, user: tf.Tensor, beer: tf.Tensor, score: tf.Tensor, users: tf.Tensor
    ) -> tuple[Gaussians, tf.Tensor, tf.Tensor]:
        """What follows from histories for their users.

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
        deviation = score - self.mean_score
        each = SufficientStatistics(moments, deviation[:, None] * _z(tf.gather(self.beers.mean, beer)), deviation**2)

        def sum_by_user(statistics: SufficientStatistics) -> SufficientStatistics:
            return SufficientStatistics(*(tf.math.unsorted_segment_sum(column, user, users) for column in statistics))

        statistics, relative = sum_by_user(each), tf.ones(users)
        number = tf.math.unsorted_segment_sum(tf.ones_like(score), user, users)
        for _ in range(_NOISE_ROUNDS):
            posteriors = _posteriors(statistics.scaled(1 / relative), None, self.user_prior, self.noise)
            relative = _relative_noise(_squared_errors(statistics, posteriors), number, self.noise)
        bias = self.beers.mean[:, 0]
        weight = tf.exp(_NOISE_FALL * (tf.gather(bias, beer) - tf.reduce_mean(bias)))
        weight /= tf.gather(relative, user) ** _NOISE_POWER
        return _posteriors(sum_by_user(each.scaled(weight)), None, self.user_prior, self.noise), relative, weight

    def _set_priors(self, users: Gaussians, beers: Gaussians) -> None:
        self.user_prior.assign(_prior_covariance(users.mean, users.covariance))
        counts = _count(self._style, self._styles)
        by_style = tf.math.unsorted_segment_sum(beers.mean, self._style, self._styles) / (counts + 1.0)
        residual = beers.mean - tf.gather(by_style, self._style)
        sums = tf.math.unsorted_segment_sum(residual, self._brewery, self._breweries)
        self.style_mean.assign(by_style)
        self.brewery_mean.assign(sums / (_count(self._brewery, self._breweries) + _BREWERY_SHRINKAGE))
        own = beers.mean - self.prior_mean(self._style, self._brewery)
        self.beer_prior.assign(_prior_covariance(own, beers.covariance))


def with_leading_one(mean: tf.Tensor) -> tf.Tensor:
    """(1, q) of means [n, 1 + rank]: what the other side's (b, p) is multiplied by."""
    return tf.concat([tf.ones_like(mean[:, :1]), mean[:, 1:]], axis=1)


def variance_along(direction: tf.Tensor, covariance: tf.Tensor) -> tf.Tensor:
    """Of Gaussians with `covariance` [n, size, size], along `direction` [n, size]."""
    return tf.reduce_sum(tf.linalg.matvec(covariance, direction) * direction, axis=1)


def gather_known(table: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
    """Rows of `table` at `ids` [n]; 0 where an id is below 0."""
    return tf.where(ids[:, None] < 0, 0.0, tf.gather(table, tf.maximum(ids, 0)))


def _z(mean: tf.Tensor) -> tf.Tensor:
    """(1, q, b) of means [n, 1 + rank]."""
    return tf.concat([with_leading_one(mean), mean[:, :1]], axis=1)


def _moments(each: Gaussians) -> tf.Tensor:
    """E[z z^T] of z = (1, q, b), row by row: what one review adds to the statistics, apart from its score."""
    z = _z(each.mean)
    # Bias first, there; last, here, behind a 1 that is sure.
    covariance = tf.pad(tf.roll(each.covariance, [-1, -1], axis=[1, 2]), [[0, 0], [1, 0], [1, 0]])
    return tf.reshape(z[:, :, None] * z[:, None, :] + covariance, [-1, z.shape[1] ** 2])


def _sum_statistics(side: _Side, others: Gaussians, weight: tf.Tensor | None) -> SufficientStatistics:
    """The statistics of each of a side from all its reviews, of which those of others [others] count by their `weight`.

    But for `squares`, which are needed where nobody has a weight alone: for the noise of users.
    """
    moments, z = _moments(others), _z(others.mean)
    if weight is not None:
        moments, z = weight[:, None] * moments, weight[:, None] * z
    # Twenty times as fast as tf.sparse.sparse_dense_matmul.
    return SufficientStatistics(
        tf.raw_ops.SparseMatrixMatMul(a=side.ones, b=moments),
        tf.raw_ops.SparseMatrixMatMul(a=side.deviations, b=z),
        side.squares,
    )


def _posteriors(
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


def _squared_errors(statistics: SufficientStatistics, posteriors: Gaussians) -> tf.Tensor:
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


def _relative_noise(errors: tf.Tensor, number: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
    """Noise [n] as a multiple of `noise`, from summed squared errors and numbers of reviews, both [n]."""
    return (errors / noise + _NOISE_SHRINKAGE) / (number + _NOISE_SHRINKAGE)


def _prior_covariance(deviation: tf.Tensor, covariance: tf.Tensor) -> tf.Tensor:
    """Covariance of a zero-mean prior that explains posteriors best; never quite singular."""
    own = tf.matmul(deviation, deviation, transpose_a=True) / tf.cast(tf.shape(deviation)[0], tf.float32)
    return own + tf.reduce_mean(covariance, axis=0) + 1e-4 * tf.eye(deviation.shape[1])


def _count(ids: tf.Tensor, size: int) -> tf.Tensor:
    return tf.math.unsorted_segment_sum(tf.ones_like(ids, tf.float32), ids, size)[:, None]


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
