"""The ranking features: what is known of a user and a beer before the user tries it, block by block."""

from __future__ import annotations

import tensorflow as tf

from trainer.data.attributes import MOST_DEVIATIONS, ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Floats
from trainer.ranking.features import co_occurrence
from trainer.ranking.features.base import Feature, FeatureMatrix, FlatHistories, Queries
from trainer.ranking.features.factors import Factors, Gaussians, gather_known, variance_along, with_leading_one
from trainer.ranking.features.habits import habits
from trainer.ranking.features.residual_effects import AttributeEffect, ResidualEffects, attribute_effect, slope
from trainer.ranking.features.statistics import fit_statistics

# Pseudo-counts that shrink how far a user departs from the factors: on a style, on a brewery's beers, on the beers of
# one style by one brewery; and, for a deviation of 1, by strength and by how good the beer is.
_STYLE_SHRINKAGE, _BREWERY_SHRINKAGE, _BOTH_SHRINKAGE = 30.0, 10.0, 10.0
_STRENGTH_SHRINKAGE, _QUALITY_SHRINKAGE = 30.0, 6.0


class RankingFeatures(tf.Module):
    """Features from factors and statistics that were fitted on `reviews` and nothing else.

    `vectors` [beers, 64] are those of co_occurrence.py.
    """

    def __init__(self, factors: Factors, reviews: Histories, attributes: ItemAttributes, vectors: Floats) -> None:
        super().__init__()
        self._factors = factors
        self._styles, self._breweries = len(attributes.styles) + 1, len(attributes.breweries) + 1  # with the unknown
        self._abv_mean, self._abv_deviation = attributes.abv_mean, attributes.abv_deviation
        self._moments = _constant(factors.moments())
        self._style, self._brewery = _constant(attributes.style), _constant(attributes.brewery)
        self._strength = _constant(attributes.strength)
        self._vectors = _constant(vectors)
        self._short_vectors = _constant(co_occurrence.unit_rows(vectors[:, : co_occurrence.SHORT_WIDTH]))
        mean = factors.mean_score.numpy() + factors.beers.mean.numpy()[:, 0]
        self._statistics, self._usual = fit_statistics(
            reviews, mean, factors.user_bias.numpy(), float(factors.noise.numpy())
        )
        self._usual_bias = float(factors.beers.mean.numpy()[:, 0].mean())

    @classmethod
    def fit(
        cls, reviews: Histories, attributes: ItemAttributes, vectors: Floats, rank: int, iterations: int, seed: int
    ) -> RankingFeatures:
        """Fit the factors to `reviews`, and all else to them."""
        return cls(Factors.fit(reviews, attributes, rank, iterations, seed), reviews, attributes, vectors)

    def __call__(self, histories: FlatHistories, queries: Queries) -> FeatureMatrix:
        """The features of `queries`, each user's from their history."""
        users, noise, weight = self._factors.user_posteriors(tf.gather(self._moments, histories.beer), *histories)
        user = Gaussians(tf.gather(users.mean, queries.user), tf.gather(users.covariance, queries.user))
        beer, prior_mean = self._beers(queries)
        affinity = _dot(user.mean, beer.mean)
        expected = self._factors.mean_score + user.mean[:, 0] + beer.mean[:, 0] + affinity
        effects = self._residual_effects(histories, queries, users, beer, weight)
        user_variance = variance_along(with_leading_one(beer.mean), user.covariance)
        beer_variance = variance_along(with_leading_one(user.mean), beer.covariance)
        columns = {
            "prediction": Feature("user x beer", expected + effects.total),
            "factors_prediction": Feature("user x beer", expected),
            "user_bias": Feature("user", user.mean[:, 0]),
            "beer_bias": Feature("beer", beer.mean[:, 0]),
            "affinity": Feature("user x beer", affinity),
            "user_posterior_sd": Feature("user", tf.sqrt(user_variance)),
            "beer_posterior_sd": Feature("beer", tf.sqrt(beer_variance)),
            "beer_prior_bias": Feature("beer", prior_mean[:, 0]),
            "user_log_noise": Feature("user", tf.math.log(tf.gather(noise, queries.user))),
            **self._statistics.at(queries.beer, self._usual).columns(),
            **effects.by_attribute(),
            "strength_effect": Feature("user x abv", effects.strength),
            "strength": Feature("abv", self._standardised_strength(queries.abv)),
            "strength_unknown": Feature("abv", tf.cast(queries.abv < 0, tf.float32)),
            "quality_effect": Feature("user x beer", effects.quality),
            **co_occurrence.weighted_residuals(
                effects.residual,
                (histories.user, tf.gather(self._vectors, histories.beer)),
                (queries.user, gather_known(self._vectors, queries.beer)),
                histories.users,
            ),
            **habits(histories, queries, self._beer_numbers(), self._short_vectors, self._usual),
            **co_occurrence.beer_columns(gather_known(self._short_vectors, queries.beer)),
        }
        return FeatureMatrix.from_columns(columns)

    def _beer_numbers(self) -> dict[str, tf.Tensor]:
        bias = self._factors.beers.mean[:, 0]
        return {"strength": self._strength, "bias": bias, "log_reviews": self._statistics.log_reviews}

    def _residual_effects(
        self, histories: FlatHistories, queries: Queries, users: Gaussians, beers: Gaussians, weight: tf.Tensor
    ) -> ResidualEffects:
        """Found one after the other, each on what those before it leave of the scores."""
        user, beer = tf.gather(users.mean, histories.user), tf.gather(self._factors.beers.mean, histories.beer)
        residual = histories.score - self._factors.mean_score - user[:, 0] - beer[:, 0] - _dot(user, beer)
        by_attribute: list[AttributeEffect] = []
        for history_keys, query_keys, shrinkage in self._attribute_keys(histories, queries):
            effect = attribute_effect(residual, weight, history_keys, query_keys, shrinkage)
            residual -= effect.on_history
            by_attribute.append(effect)
        numbers = [
            (
                tf.gather(self._strength, histories.beer),
                self._standardised_strength(queries.abv),
                _STRENGTH_SHRINKAGE,
            ),
            (beer[:, 0] - self._usual_bias, beers.mean[:, 0] - self._usual_bias, _QUALITY_SHRINKAGE),
        ]
        by_number = []
        for of_history, of_queries, shrinkage in numbers:
            by_user = slope(residual, weight, of_history, histories, shrinkage)
            residual -= tf.gather(by_user, histories.user) * of_history
            by_number.append(tf.gather(by_user, queries.user) * of_queries)
        return ResidualEffects(residual, *by_attribute, *by_number)

    def _attribute_keys(self, histories: FlatHistories, queries: Queries) -> list[tuple[tf.Tensor, tf.Tensor, float]]:
        """Keys of user and style, brewery, both [reviews] and [n], with the shrinkage of each."""

        def keys(user: tf.Tensor, style: tf.Tensor, brewery: tf.Tensor) -> list[tf.Tensor]:
            user, style, brewery = (tf.cast(each, tf.int64) for each in (user, style + 1, brewery + 1))
            with_style = user * self._styles + style
            return [with_style, user * self._breweries + brewery, with_style * self._breweries + brewery]

        styles, breweries = tf.gather(self._style, histories.beer), tf.gather(self._brewery, histories.beer)
        own, asked = keys(histories.user, styles, breweries), keys(queries.user, queries.style, queries.brewery)
        return list(zip(own, asked, (_STYLE_SHRINKAGE, _BREWERY_SHRINKAGE, _BOTH_SHRINKAGE), strict=True))

    def _beers(self, queries: Queries) -> tuple[Gaussians, tf.Tensor]:
        """What is known of each beer asked about, and its prior mean, which is all there is of an unknown one."""
        prior_mean = self._factors.prior_mean(queries.style, queries.brewery)
        beers, place = self._factors.beers, tf.maximum(queries.beer, 0)
        is_known = queries.beer >= 0
        return Gaussians(
            tf.where(is_known[:, None], tf.gather(beers.mean, place), prior_mean),
            tf.where(is_known[:, None, None], tf.gather(beers.covariance, place), self._factors.beer_prior),
        ), prior_mean

    def _standardised_strength(self, abv: tf.Tensor) -> tf.Tensor:
        """As attributes.standardised_strength."""
        scaled = tf.clip_by_value((abv - self._abv_mean) / self._abv_deviation, -MOST_DEVIATIONS, MOST_DEVIATIONS)
        return tf.where(abv < 0, 0.0, scaled)


def _dot(user: tf.Tensor, beer: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(user[:, 1:] * beer[:, 1:], axis=1)


def _constant(value: tf.Tensor | Floats) -> tf.Variable:
    return tf.Variable(value, trainable=False)
