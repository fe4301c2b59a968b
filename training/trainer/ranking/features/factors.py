"""Matrix factorisation by variational Bayes: biases and factors of users and beers, and how sure they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np
import tensorflow as tf

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.features.base import FeatureBlock, Queries, State, gather_known
from trainer.ranking.features.variational_bayes import (
    Gaussians,
    SufficientStatistics,
    extended,
    moments,
    one_side,
    posteriors,
    prior_covariance,
    relative_noise,
    squared_errors,
    sum_statistics,
    variance_along,
    with_leading_one,
)

# Pseudo-count of beers that deviate by 0, which shrinks what a brewery adds to its beers' style.
_BREWERY_SHRINKAGE = 2.0
# Of a factor before the first look at the reviews.
_DEVIATION = 0.1
# By turns, a user's posterior and noise are found so often.
_NOISE_ROUNDS = 3
# What is made of that noise once the beers are known: its power, and how fast noise falls as a beer's bias rises.
_NOISE_POWER = 0.7
_NOISE_FALL = 0.6


class Factors(FeatureBlock):
    """score = mean + b_user + b_beer + p_user . q_beer + noise, with Gaussian priors on all but the mean.

    Beers are drawn around what their style and brewery have in common, users around one mean. Posteriors of
    users and beers are found by turns, each exactly for the other; then noise and priors are set to what
    explains the posteriors best (Lim and Teh, "Variational Bayesian approach to movie rating prediction", 2007;
    the beers' prior as in Agarwal and Chen, "Regression-based latent factor models", 2009). The noise has a
    variance for each user: some people's scores tell more than others' (Lakshminarayanan, Bouchard and Archambeau,
    "Robust Bayesian matrix factorisation", 2011).

    A user's posterior and noise follow from the history alone, so they can be had for somebody who was never fitted.
    """

    names = (
        "factors_prediction",
        "user_bias",
        "beer_bias",
        "affinity",
        "user_posterior_sd",
        "beer_posterior_sd",
        "beer_prior_bias",
        "user_log_noise",
    )

    def __init__(self, reviews: Histories, attributes: ItemAttributes, rank: int, seed: int) -> None:
        super().__init__()
        beers, users, size = len(attributes.style), len(reviews), 1 + rank
        self._style, self._brewery = tf.constant(attributes.style), tf.constant(attributes.brewery)
        self._styles, self._breweries = len(attributes.styles), len(attributes.breweries)
        self.mean_score = tf.Variable(float(reviews.score.mean()), trainable=False)
        self.noise = tf.Variable(float(reviews.score.var()) or 1.0, trainable=False)
        user, beer, score = reviews.user, reviews.beer, reviews.score
        deviation = score - self.mean_score.numpy()
        self._by_user = one_side(user, beer, deviation, (users, beers))
        self._by_beer = one_side(beer, user, deviation, (beers, users))
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
        # What a beer in a history adds to its user's statistics, whatever the score [beers, (2 + rank)^2].
        self.moments = tf.Variable(moments(self.beers), trainable=False)
        self.user_prior = tf.Variable(tf.eye(size), trainable=False)  # covariance [size, size]; the mean is 0
        self.beer_prior = tf.Variable(tf.linalg.diag(tf.constant([0.25] + [0.05] * rank)), trainable=False)

    @classmethod
    def fit(cls, reviews: Histories, attributes: ItemAttributes, config: Hyperparameters) -> Self:
        """Posteriors after `factors_iterations` turns; they depend on nothing but the arguments."""
        factors = cls(reviews, attributes, config.factors_rank, config.seed)
        for _ in range(config.factors_iterations):
            factors.iterate()
        factors.moments.assign(moments(factors.beers))
        return factors

    def __call__(self, state: State) -> State:
        """Adds the columns; residuals are what the factors leave of the scores, weights follow from the noise."""
        histories, queries = state.histories, state.queries
        users, noise, weight = self.user_posteriors(*histories)
        user = Gaussians(tf.gather(users.mean, queries.user), tf.gather(users.covariance, queries.user))
        beer, prior_mean = self._beers_of(queries)
        affinity = _dot(user.mean, beer.mean)
        expected = self.mean_score + user.mean[:, 0] + beer.mean[:, 0] + affinity
        columns = (
            expected,
            user.mean[:, 0],
            beer.mean[:, 0],
            affinity,
            tf.sqrt(variance_along(with_leading_one(beer.mean), user.covariance)),
            tf.sqrt(variance_along(with_leading_one(user.mean), beer.covariance)),
            prior_mean[:, 0],
            tf.math.log(tf.gather(noise, queries.user)),
        )
        own, tried = tf.gather(users.mean, histories.user), tf.gather(self.beers.mean, histories.beer)
        residual = histories.score - self.mean_score - own[:, 0] - tried[:, 0] - _dot(own, tried)
        return replace(state.with_columns(self.names, columns), expected=expected, residual=residual, weight=weight)

    def iterate(self) -> None:
        """Set the users' posteriors and noise, the beers' posteriors, then priors."""
        statistics, weight = sum_statistics(self._by_user, self.beers, None), 1 / self._user_noise
        users = posteriors(statistics.scaled(weight), None, self.user_prior, self.noise)
        errors = squared_errors(statistics, users)
        self._user_noise = relative_noise(errors, self._reviews_by_user, self.noise)
        weight = 1 / self._user_noise
        self.noise.assign(tf.reduce_sum(weight * errors) / tf.reduce_sum(self._reviews_by_user))
        self.user_bias = users.mean[:, 0]
        statistics = sum_statistics(self._by_beer, users, weight)
        beers = posteriors(statistics, self.prior_mean(self._style, self._brewery), self.beer_prior, self.noise)
        self.beers.mean.assign(beers.mean)
        self.beers.covariance.assign(beers.covariance)
        self._set_priors(users, beers)

    def prior_mean(self, style: tf.Tensor, brewery: tf.Tensor) -> tf.Tensor:
        """What is expected [n, 1 + rank] of a beer nobody reviewed, by ids [n]; -1 for unknown."""
        return gather_known(self.style_mean, style) + gather_known(self.brewery_mean, brewery)

    def user_posteriors(
        self, user: tf.Tensor, beer: tf.Tensor, score: tf.Tensor, users: tf.Tensor
    ) -> tuple[Gaussians, tf.Tensor, tf.Tensor]:
        """What follows from histories for their users.

        Parameters
        ----------
        user, beer, score
            [reviews]; users count from 0 to `users` - 1, beers are fitted ones.

        Returns
        -------
        The posteriors [users], their noise [users] as a multiple of `noise`, and how much each review counts [reviews].
        """
        deviation = score - self.mean_score
        each = SufficientStatistics(
            tf.gather(self.moments, beer),
            deviation[:, None] * extended(tf.gather(self.beers.mean, beer)),
            deviation**2,
        )

        def sum_by_user(statistics: SufficientStatistics) -> SufficientStatistics:
            return SufficientStatistics(*(tf.math.unsorted_segment_sum(column, user, users) for column in statistics))

        statistics, relative = sum_by_user(each), tf.ones(users)
        number = tf.math.unsorted_segment_sum(tf.ones_like(score), user, users)
        for _ in range(_NOISE_ROUNDS):
            found = posteriors(statistics.scaled(1 / relative), None, self.user_prior, self.noise)
            relative = relative_noise(squared_errors(statistics, found), number, self.noise)
        bias = self.beers.mean[:, 0]
        weight = tf.exp(_NOISE_FALL * (tf.gather(bias, beer) - tf.reduce_mean(bias)))
        weight /= tf.gather(relative, user) ** _NOISE_POWER
        return posteriors(sum_by_user(each.scaled(weight)), None, self.user_prior, self.noise), relative, weight

    def _beers_of(self, queries: Queries) -> tuple[Gaussians, tf.Tensor]:
        """What is known of each beer asked about, and its prior mean, which is all there is of an unknown one."""
        prior_mean, place = self.prior_mean(queries.style, queries.brewery), tf.maximum(queries.beer, 0)
        is_known = queries.beer >= 0
        return Gaussians(
            tf.where(is_known[:, None], tf.gather(self.beers.mean, place), prior_mean),
            tf.where(is_known[:, None, None], tf.gather(self.beers.covariance, place), self.beer_prior),
        ), prior_mean

    def _set_priors(self, users: Gaussians, beers: Gaussians) -> None:
        self.user_prior.assign(prior_covariance(users.mean, users.covariance))
        counts = _count(self._style, self._styles)
        by_style = tf.math.unsorted_segment_sum(beers.mean, self._style, self._styles) / (counts + 1.0)
        residual = beers.mean - tf.gather(by_style, self._style)
        sums = tf.math.unsorted_segment_sum(residual, self._brewery, self._breweries)
        self.style_mean.assign(by_style)
        self.brewery_mean.assign(sums / (_count(self._brewery, self._breweries) + _BREWERY_SHRINKAGE))
        own = beers.mean - self.prior_mean(self._style, self._brewery)
        self.beer_prior.assign(prior_covariance(own, beers.covariance))


def _count(ids: tf.Tensor, size: int) -> tf.Tensor:
    return tf.math.unsorted_segment_sum(tf.ones_like(ids, tf.float32), ids, size)[:, None]


def _dot(user: tf.Tensor, beer: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(user[:, 1:] * beer[:, 1:], axis=1)
