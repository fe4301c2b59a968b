"""How a user's scores depart from what is expected: by what beers have in common, and along their numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple, Self

import numpy as np
import tensorflow as tf

from trainer.data.attributes import MOST_DEVIATIONS, ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Ratings
from trainer.evaluation.baselines import fit_bias
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.features.base import FeatureBlock, FlatHistories, State, gather_known

# Pseudo-counts that shrink how far a user departs from what is expected: on a style, on a brewery's beers, on the beers
# of one style by one brewery; and, for a deviation of 1, by strength and by how good the beer is.
_STYLE_SHRINKAGE, _BREWERY_SHRINKAGE, _BOTH_SHRINKAGE = 30.0, 10.0, 10.0
_STRENGTH_SHRINKAGE, _QUALITY_SHRINKAGE = 30.0, 6.0


class AttributeEffect(NamedTuple):
    """On the reviews of the histories [reviews] and on the queries [n], with the reviews it rests on (log1p) [n]."""

    on_history: tf.Tensor
    on_queries: tf.Tensor
    log_reviews: tf.Tensor


class ResidualEffects(FeatureBlock):
    """effect(u, a) = sum(weight * residual) / (sum(weight) + shrinkage), over u's reviews of beers with a.

    For style, brewery and both together; then slopes along strength and quality (the beer's bias), by least squares
    with a pseudo-count. Each is found on what those before it leave (Koren, "Factor in the Neighbors", 2010, section
    2.1, names such effects; Bell and Koren, "Scalable collaborative filtering", 2007, find them one after the other).
    """

    names = (
        "style_effect",
        "style_log_reviews",
        "brewery_effect",
        "brewery_log_reviews",
        "style_by_brewery_effect",
        "style_by_brewery_log_reviews",
        "strength_effect",
        "quality_effect",
        "prediction",
    )

    def __init__(self, reviews: Histories, attributes: ItemAttributes) -> None:
        super().__init__()
        self._styles, self._breweries = len(attributes.styles) + 1, len(attributes.breweries) + 1  # with the unknown
        self._abv_mean, self._abv_deviation = attributes.abv_mean, attributes.abv_deviation
        ratings = Ratings(reviews.user, reviews.beer, reviews.score)
        quality = fit_bias(ratings, len(reviews), len(attributes.style)).beer.astype(np.float32)
        self._style, self._brewery, self._strength, self._quality = (
            tf.Variable(each, trainable=False)
            for each in (attributes.style, attributes.brewery, attributes.strength, quality - quality.mean())
        )

    @classmethod
    def fit(cls, reviews: Histories, attributes: ItemAttributes, _config: Hyperparameters) -> Self:
        """Of `reviews` it keeps how good each beer is."""
        return cls(reviews, attributes)

    def __call__(self, state: State) -> State:
        """Adds the columns; residuals are what all effects leave."""
        histories, queries, weight, residual = state.histories, state.queries, state.weight, state.residual
        columns: list[tf.Tensor] = []
        expected = state.expected
        for own, asked, shrinkage in self._attribute_keys(state):
            effect = attribute_effect(residual, weight, own, asked, shrinkage)
            residual -= effect.on_history
            expected += effect.on_queries
            columns += [effect.on_queries, effect.log_reviews]
        strength = tf.clip_by_value(
            (queries.abv - self._abv_mean) / self._abv_deviation, -MOST_DEVIATIONS, MOST_DEVIATIONS
        )
        for of_beers, of_queries, shrinkage in (
            (self._strength, tf.where(queries.abv < 0, 0.0, strength), _STRENGTH_SHRINKAGE),
            (self._quality, gather_known(self._quality, queries.beer), _QUALITY_SHRINKAGE),
        ):
            number = tf.gather(of_beers, histories.beer)
            by_user = slope(residual, weight, number, histories, shrinkage)
            residual -= tf.gather(by_user, histories.user) * number
            columns.append(tf.gather(by_user, queries.user) * of_queries)
            expected += columns[-1]
        return replace(state.with_columns(self.names, [*columns, expected]), expected=expected, residual=residual)

    def _attribute_keys(self, state: State) -> list[tuple[tf.Tensor, tf.Tensor, float]]:
        """Keys of user and style, brewery, both [reviews] and [n], with the shrinkage of each."""

        def keys(user: tf.Tensor, style: tf.Tensor, brewery: tf.Tensor) -> list[tf.Tensor]:
            user, style, brewery = (tf.cast(each, tf.int64) for each in (user, style + 1, brewery + 1))
            with_style = user * self._styles + style
            return [with_style, user * self._breweries + brewery, with_style * self._breweries + brewery]

        histories, queries = state.histories, state.queries
        styles, breweries = tf.gather(self._style, histories.beer), tf.gather(self._brewery, histories.beer)
        own, asked = keys(histories.user, styles, breweries), keys(queries.user, queries.style, queries.brewery)
        return list(zip(own, asked, (_STYLE_SHRINKAGE, _BREWERY_SHRINKAGE, _BOTH_SHRINKAGE), strict=True))


def attribute_effect(
    residual: tf.Tensor, weight: tf.Tensor, history_keys: tf.Tensor, query_keys: tf.Tensor, shrinkage: float
) -> AttributeEffect:
    """The mean residual of a user's beers with the same attribute, shrunk towards 0.

    Parameters
    ----------
    residual, weight
        [reviews]: how much more the user gave than was expected, and how much that counts.
    history_keys, query_keys
        int64 [reviews] and [n] that are equal where user and attribute are.
    shrinkage
        A pseudo-count of reviews with a residual of 0.

    Notes
    -----
    effect(u, a) = sum(weight * residual) / (sum(weight) + shrinkage), over u's reviews of beers with a.
    """
    place = tf.unique(tf.concat([history_keys, query_keys], axis=0)).idx
    own, asked = place[: tf.size(history_keys)], place[tf.size(history_keys) :]
    most_keys = tf.size(place)
    sums, weights, reviews = (
        tf.math.unsorted_segment_sum(each, own, most_keys) for each in (residual * weight, weight, tf.ones_like(weight))
    )
    mean = sums / (weights + shrinkage)
    return AttributeEffect(tf.gather(mean, own), tf.gather(mean, asked), tf.math.log1p(tf.gather(reviews, asked)))


def slope(
    residual: tf.Tensor, weight: tf.Tensor, number: tf.Tensor, histories: FlatHistories, shrinkage: float
) -> tf.Tensor:
    """How much more each user [users] gives per point of `number` [reviews], a number that beers have.

    Least squares through 0, with a pseudo-count `shrinkage` of reviews of number 1 and residual 0.
    """
    products = histories.sum_by_user(weight * residual * number)
    return products / (histories.sum_by_user(weight * number**2) + shrinkage)
