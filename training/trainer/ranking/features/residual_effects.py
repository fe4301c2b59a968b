"""How a user's scores depart from what the factors predict: by what beers have in common, and along their numbers."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

from trainer.ranking.features.base import Feature, FlatHistories


class AttributeEffect(NamedTuple):
    """On the reviews of the histories [reviews] and on the queries [n], with the reviews it rests on (log1p) [n]."""

    on_history: tf.Tensor
    on_queries: tf.Tensor
    log_reviews: tf.Tensor


class ResidualEffects(NamedTuple):
    """All effects of the queries' users on the queries' beers; the last two are [n]."""

    residual: tf.Tensor  # of the scores in the histories [reviews], what no effect explains
    style: AttributeEffect
    brewery: AttributeEffect
    style_by_brewery: AttributeEffect
    strength: tf.Tensor
    quality: tf.Tensor

    @property
    def total(self) -> tf.Tensor:
        """Their sum [n]."""
        by_attribute = [effect.on_queries for effect in (self.style, self.brewery, self.style_by_brewery)]
        return tf.add_n([*by_attribute, self.strength, self.quality])

    def by_attribute(self) -> dict[str, Feature]:
        """The effects of attributes, each with its reviews."""
        return {
            "style_effect": Feature("user x style", self.style.on_queries),
            "style_log_reviews": Feature("user x style", self.style.log_reviews),
            "brewery_effect": Feature("user x brewery", self.brewery.on_queries),
            "brewery_log_reviews": Feature("user x brewery", self.brewery.log_reviews),
            "style_by_brewery_effect": Feature("user x brewery", self.style_by_brewery.on_queries),
            "style_by_brewery_log_reviews": Feature("user x brewery", self.style_by_brewery.log_reviews),
        }


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
