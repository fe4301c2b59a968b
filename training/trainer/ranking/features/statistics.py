"""What reviews say of each beer as a whole."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Floats, Ratings
from trainer.evaluation.baselines import fit_bias
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.features.base import FeatureBlock, State

# Scores below and from these are low and high.
LOW, HIGH = 3.0, 4.5
# Pseudo-count of usual reviews, which shrinks variances of scores and shares of low and high ones.
SHRINKAGE = 5.0


class Statistics(FeatureBlock):
    """Of each beer, over its reviews: how many (log1p), the variance of their scores around the biases, the shares of
    low and of high ones, and the mean bias and the mean number of reviews (log1p) of the users who gave them.

    Variance and shares are shrunk towards those of all reviews by a pseudo-count of 5, as in a beta-binomial model
    (Gelman et al., "Bayesian data analysis", section 2.4); of a beer without a review they are the usual ones.
    """

    names = (
        "beer_log_reviews",
        "beer_score_variance",
        "beer_low_share",
        "beer_high_share",
        "beer_users_bias",
        "beer_users_log_reviews",
    )

    def __init__(self, by_beer: Floats, usual: Floats) -> None:
        super().__init__()
        self._by_beer, self._usual = (tf.Variable(each, trainable=False) for each in (by_beer, usual))

    @classmethod
    def fit(cls, reviews: Histories, attributes: ItemAttributes, _config: Hyperparameters) -> Self:
        """The statistics [beers, 6], and those of a beer without a review [6]."""
        beer, score, beers = reviews.beer, reviews.score, len(attributes.style)
        ratings = Ratings(reviews.user, beer, score)
        bias = fit_bias(ratings, len(reviews), beers)

        def sum_by_beer(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
            return np.bincount(beer, weights=values, minlength=beers).astype(np.float64)

        counts = sum_by_beer(np.ones(len(beer)))

        def shrunk(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
            return (sum_by_beer(values) + SHRINKAGE * values.mean()) / (counts + SHRINKAGE)

        squares, number = (score - bias.predict(ratings)) ** 2, np.log1p(np.diff(reviews.start))
        by_beer = (
            np.log1p(counts),
            shrunk(squares),
            shrunk(score < LOW),
            shrunk(score >= HIGH),
            sum_by_beer(bias.user[reviews.user]) / np.maximum(counts, 1),
            sum_by_beer(number[reviews.user]) / np.maximum(counts, 1),
        )
        usual = [0.0, squares.mean(), (score < LOW).mean(), (score >= HIGH).mean(), 0.0, 0.0]
        return cls(np.stack(by_beer, axis=1).astype(np.float32), np.array(usual, np.float32))

    def __call__(self, state: State) -> State:
        """Adds the columns of the beers that are asked about."""
        beer = state.queries.beer
        known = tf.gather(self._by_beer, tf.maximum(beer, 0))
        return state.with_columns(self.names, tf.unstack(tf.where(beer[:, None] < 0, self._usual, known), axis=1))
