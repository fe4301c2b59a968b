"""How a user scores, and which beers they try, whatever they are asked about."""

from __future__ import annotations

from typing import Self

import numpy as np
import tensorflow as tf

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Floats, Ratings
from trainer.evaluation.baselines import fit_bias
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.features.base import FeatureBlock, State
from trainer.ranking.features.statistics import HIGH, LOW, SHRINKAGE


class Habits(FeatureBlock):
    """Of each user, over the history: how many reviews (log1p), the shares of low and high scores and of half points,
    and the mean strength, bias and number of reviews (log1p) of the beers.

    Shares are shrunk towards the usual ones by a pseudo-count of 5, as those of the beers in statistics.py.
    """

    names = (
        "user_log_reviews",
        "user_low_share",
        "user_high_share",
        "user_half_point_share",
        "user_beers_strength",
        "user_beers_bias",
        "user_beers_log_reviews",
    )

    def __init__(self, usual_shares: Floats, of_beers: Floats) -> None:
        super().__init__()
        self._usual_shares, self._of_beers = (tf.Variable(each, trainable=False) for each in (usual_shares, of_beers))

    @classmethod
    def fit(cls, reviews: Histories, attributes: ItemAttributes, _config: Hyperparameters) -> Self:
        """What shares are usual [3], and the numbers of the beers [beers, 3]."""
        beers = len(attributes.style)
        bias = fit_bias(Ratings(reviews.user, reviews.beer, reviews.score), len(reviews), beers)
        numbers = attributes.strength, bias.beer, np.log1p(np.bincount(reviews.beer, minlength=beers))
        usual = _ways(tf.constant(reviews.score)).numpy().mean(axis=0)
        return cls(usual, np.stack(numbers, axis=1).astype(np.float32))

    def __call__(self, state: State) -> State:
        """Adds the columns of the users who are asked about."""
        histories = state.histories
        number = histories.sum_by_user(tf.ones_like(histories.score))[:, None]
        shares = histories.sum_by_user(_ways(histories.score)) + SHRINKAGE * self._usual_shares
        means = histories.sum_by_user(tf.gather(self._of_beers, histories.beer)) / tf.maximum(number, 1)
        by_user = tf.concat([tf.math.log1p(number), shares / (number + SHRINKAGE), means], axis=1)
        return state.with_columns(self.names, tf.unstack(tf.gather(by_user, state.queries.user), axis=1))


def _ways(score: tf.Tensor) -> tf.Tensor:
    """1 where a score is low, high, or between two whole points [reviews, 3]."""
    ways = tf.stack([score < LOW, score >= HIGH, tf.math.floormod(2 * score, 2) == 1], axis=1)
    return tf.cast(ways, tf.float32)
