"""How far a user departs from what was expected: on a kind of beers, or along a number that beers have."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf


class Departure(NamedTuple):
    """Of the tried beers [reviews], and of those asked about [n], with the number of reviews it rests on [n]."""

    tried: tf.Tensor
    asked: tf.Tensor
    reviews: tf.Tensor


def on_kind(residual: tf.Tensor, weight: tf.Tensor, tried: tf.Tensor, asked: tf.Tensor, doubt: float) -> Departure:
    """The mean residual of the tried beers of a kind, shrunk by `doubt` reviews' worth towards 0.

    Parameters
    ----------
    residual, weight
        [reviews]: how much more the user gave than was expected, and how much that counts.
    tried, asked
        int64 keys [reviews] and [n] that are alike where user and kind are.
    """
    place = tf.unique(tf.concat([tried, asked], axis=0)).idx
    own, wanted = place[: tf.size(tried)], place[tf.size(tried) :]
    kinds = tf.size(place)  # at most
    sums, weights, reviews = (
        tf.math.unsorted_segment_sum(each, own, kinds) for each in (residual * weight, weight, tf.ones_like(weight))
    )
    mean = sums / (weights + doubt)
    return Departure(tf.gather(mean, own), tf.gather(mean, wanted), tf.gather(reviews, wanted))


def along(
    residual: tf.Tensor, weight: tf.Tensor, number: tf.Tensor, user: tf.Tensor, users: tf.Tensor, doubt: float
) -> tf.Tensor:
    """How much more each user [users] gives per point of `number` [reviews]: least squares through 0, shrunk."""
    products = tf.math.unsorted_segment_sum(weight * residual * number, user, users)
    return products / (tf.math.unsorted_segment_sum(weight * number**2, user, users) + doubt)
