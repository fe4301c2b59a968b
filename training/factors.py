"""Matrix factorisation by variational Bayes: what can be known of a user's and a beer's tendencies, and how surely."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from histories import Histories
from kinds import Kinds

# Beers' worth of doubt about what a brewery adds to its beers' style.
_BREWERY_DOUBT = 2.0
# Of a factor before the first look at the reviews.
_DEVIATION = 0.1
# Each has the vectors of its user and its beer beside it while the residual is found.
_REVIEWS_AT_ONCE = 65_536
# Each has several matrices of its own while it is solved for.
_POSTERIORS_AT_ONCE = 4096


class Gaussians(NamedTuple):
    """A posterior each: means [n, 1 + rank], bias first, and covariances [n, 1 + rank, 1 + rank]."""

    mean: tf.Tensor
    covariance: tf.Tensor


class Factors(tf.Module):
    """score = mean + b_user + b_beer + p_user . q_beer + noise, with Gaussian priors on all but the mean.

    Beers are drawn around what their style and brewery have in common, users around one mean. Posteriors of
    users and beers are found by turns, each exactly for the other; then noise and priors are set to what
    explains the posteriors best (Lim and Teh, "Variational Bayesian approach to movie rating prediction", 2007;
    the beers' prior as in Agarwal and Chen, "Regression-based latent factor models", 2009).

    A user's posterior follows from the history alone, so it can be had for somebody who was never fitted.
    """

    def __init__(self, reviews: Histories, kinds: Kinds, rank: int, seed: int) -> None:
        super().__init__()
        beers, users, size = len(kinds.style), len(reviews), 1 + rank
        self._size = size
        self._style, self._brewery = tf.constant(kinds.style), tf.constant(kinds.brewery)
        self._styles, self._breweries = len(kinds.styles), len(kinds.breweries)
        self.scores_mean = tf.Variable(float(reviews.score.mean()), trainable=False)
        self.noise = tf.Variable(float(reviews.score.var()) or 1.0, trainable=False)
        self._by_user, self._by_user_score = _matrices(reviews.user, reviews.beer, reviews.score, users, beers)
        order = np.lexsort((reviews.user, reviews.beer))
        self._by_beer, self._by_beer_score = _matrices(
            reviews.beer[order], reviews.user[order], reviews.score[order], beers, users
        )
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
        """Set the users' posteriors, the beers', then noise and priors."""
        users = self._posterior(self._by_user, self._by_user_score, self.beers, None, self.user_prior)
        prior = self.expected(self._style, self._brewery)
        beers = self._posterior(self._by_beer, self._by_beer_score, users, prior, self.beer_prior)
        self.beers.mean.assign(beers.mean)
        self.beers.covariance.assign(beers.covariance)
        self.noise.assign(self._residual(users, beers))
        self._set_priors(users, beers)

    def expected(self, style: tf.Tensor, brewery: tf.Tensor) -> tf.Tensor:
        """What is expected [n, 1 + rank] of a beer nobody reviewed, by codes [n]; -1 for unknown."""
        return _known_rows(self.style_mean, style) + _known_rows(self.brewery_mean, brewery)

    def moments(self) -> tf.Tensor:
        """What a beer in a history tells about its user [beers, width]: to be summed over the history.

        With size = 1 + rank, width is size * (size + 1) / 2 + size.
        """
        return _moments(self.beers)

    def users(self, moments: tf.Tensor, weighted: tf.Tensor) -> Gaussians:
        """Posteriors of users from sums over their histories.

        Parameters
        ----------
        moments
            [users, width], sums of `moments()` over the beers of the history.
        weighted
            [users, size], sums of (score - mean) * (1, q) over them.
        """
        return _solved(moments, weighted, None, self.user_prior, self.noise, self._size)

    def _posterior(
        self,
        pairs: tf.SparseTensor,
        scores: tf.SparseTensor,
        others: Gaussians,
        prior: tf.Tensor | None,
        spread: tf.Tensor,
    ) -> Gaussians:
        moments = tf.sparse.sparse_dense_matmul(pairs, _moments(others))
        centred = scores.with_values(scores.values - self.scores_mean)
        weighted = tf.sparse.sparse_dense_matmul(centred, direction(others.mean))
        parts = [
            _solved(
                moments[some], weighted[some], None if prior is None else prior[some], spread, self.noise, self._size
            )
            for start in range(0, len(moments), _POSTERIORS_AT_ONCE)
            for some in [slice(start, start + _POSTERIORS_AT_ONCE)]
        ]
        return Gaussians(*(tf.concat(column, axis=0) for column in zip(*parts, strict=True)))

    def _residual(self, users: Gaussians, beers: Gaussians) -> tf.Tensor:
        """Expected squared error of a review, the posteriors' own uncertainty included to first order."""
        place, scores = self._by_user_score.indices, self._by_user_score.values
        variance = tf.linalg.diag_part(users.covariance), tf.linalg.diag_part(beers.covariance)
        total = 0.0
        for start in range(0, len(scores), _REVIEWS_AT_ONCE):
            some = slice(start, start + _REVIEWS_AT_ONCE)
            user, beer = place[some, 0], place[some, 1]
            u, b = tf.gather(users.mean, user), tf.gather(beers.mean, beer)
            error = scores[some] - self.scores_mean - u[:, 0] - b[:, 0] - tf.reduce_sum(u[:, 1:] * b[:, 1:], axis=1)
            own, theirs = tf.gather(variance[0], user), tf.gather(variance[1], beer)
            total += tf.reduce_sum(error**2) + tf.reduce_sum(own[:, 1:] * theirs[:, 1:])
            total += tf.reduce_sum(own * direction(b) ** 2) + tf.reduce_sum(theirs * direction(u) ** 2)
        return total / float(len(scores))

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


def _solved(
    moments: tf.Tensor, weighted: tf.Tensor, prior: tf.Tensor | None, spread: tf.Tensor, noise: tf.Tensor, size: int
) -> Gaussians:
    """The Gaussian of a linear model with known noise: precision = prior's + sum x x^T / noise."""
    inverse = tf.linalg.inv(spread)
    squares, shared = moments[:, :-size], moments[:, -size:]
    precision = tf.gather(squares, _both_halves(size), axis=1) / noise + inverse
    right = (weighted - shared) / noise
    if prior is not None:
        right += tf.matmul(prior, inverse)
    root = tf.linalg.cholesky(precision)
    covariance = tf.linalg.cholesky_solve(root, tf.eye(size, batch_shape=[tf.shape(moments)[0]]))
    return Gaussians(tf.linalg.matvec(covariance, right), covariance)


def direction(mean: tf.Tensor) -> tf.Tensor:
    """(1, q) of means [n, 1 + rank]: what the other side's vector is multiplied by."""
    return tf.concat([tf.ones_like(mean[:, :1]), mean[:, 1:]], axis=1)


def _moments(each: Gaussians) -> tf.Tensor:
    """E[x x^T] and E[x b] of x = (1, q): what one review tells, apart from its score.

    Of E[x x^T], which is symmetric, one half, row by row.
    """
    x, bias, size = direction(each.mean), each.mean[:, :1], each.mean.shape[1]
    padding = [[0, 0], [1, 0], [1, 0]]
    covariance = tf.pad(each.covariance[:, 1:, 1:], padding)
    squares = [x[:, row : row + 1] * x[:, row:] + covariance[:, row, row:] for row in range(size)]
    shared = x * bias + tf.pad(each.covariance[:, 1:, 0], padding[:2])
    return tf.concat([*squares, shared], axis=1)


def _both_halves(size: int) -> npt.NDArray[np.int32]:
    """The place [size, size] in the half that `_moments` keeps of each entry of a symmetric matrix."""
    place = np.zeros((size, size), np.int32)
    place[np.triu_indices(size)] = np.arange(size * (size + 1) // 2)
    return np.maximum(place, place.T)


def _spread(deviation: tf.Tensor, covariance: tf.Tensor) -> tf.Tensor:
    """Covariance of a zero-mean prior that explains posteriors best; never quite singular."""
    own = tf.matmul(deviation, deviation, transpose_a=True) / tf.cast(tf.shape(deviation)[0], tf.float32)
    return own + tf.reduce_mean(covariance, axis=0) + 1e-4 * tf.eye(deviation.shape[1])


def _count(codes: tf.Tensor, size: int) -> tf.Tensor:
    return tf.math.unsorted_segment_sum(tf.ones_like(codes, tf.float32), codes, size)[:, None]


def _known_rows(table: tf.Tensor, codes: tf.Tensor) -> tf.Tensor:
    return tf.where(codes[:, None] >= 0, tf.gather(table, tf.maximum(codes, 0)), 0.0)


def _matrices(
    row: npt.NDArray[np.int32],
    column: npt.NDArray[np.int32],
    score: npt.NDArray[np.float32],
    rows: int,
    columns: int,
) -> tuple[tf.SparseTensor, tf.SparseTensor]:
    """Reviews, sorted by row, as matrices [rows, columns] of ones and of scores."""
    indices = np.stack([row, column], axis=1).astype(np.int64)
    return (
        tf.SparseTensor(indices, tf.ones(len(score)), (rows, columns)),
        tf.SparseTensor(indices, score, (rows, columns)),
    )
