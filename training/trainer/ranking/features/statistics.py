"""What reviews say of each beer as a whole."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.data.histories import Histories
from trainer.data.reviews import Floats
from trainer.ranking.features.base import Feature

# Scores below and from these are low and high.
LOW, HIGH = 3.0, 4.5
# Pseudo-count of usual reviews, which shrinks variances of scores and shares of low and high ones.
SHRINKAGE = 5.0


class BeerStatistics(NamedTuple):
    """Of each beer [beers], or of those asked about [n]: reviews (log1p), the variance of their scores around the
    beer's mean, the shares of low and of high ones; and the mean bias and the mean number of reviews (log1p) of the
    users who gave them."""

    log_reviews: tf.Tensor
    score_variance: tf.Tensor
    low_share: tf.Tensor
    high_share: tf.Tensor
    users_bias: tf.Tensor
    users_log_reviews: tf.Tensor

    def at(self, beers: tf.Tensor, unknown: BeerStatistics) -> BeerStatistics:
        """Those of `beers` [n]; of `unknown` where an id is below 0."""
        known, place = beers >= 0, tf.maximum(beers, 0)
        return BeerStatistics(
            *(tf.where(known, tf.gather(own, place), none) for own, none in zip(self, unknown, strict=True))
        )

    def columns(self) -> dict[str, Feature]:
        """As features of queries."""
        return {
            "beer_log_reviews": Feature("beer", self.log_reviews),
            "beer_score_variance": Feature("beer", self.score_variance),
            "beer_low_share": Feature("beer", self.low_share),
            "beer_high_share": Feature("beer", self.high_share),
            "beer_users_bias": Feature("beer's users", self.users_bias),
            "beer_users_log_reviews": Feature("beer's users", self.users_log_reviews),
        }


def fit_statistics(
    reviews: Histories, mean: Floats, users_bias: Floats, noise: float
) -> tuple[BeerStatistics, BeerStatistics]:
    """Statistics of the beers, whose mean scores are `mean` [beers], and those of a beer without a review.

    `users_bias` is [users]; `noise` is the variance that is expected of a beer without a review.
    """
    beer, score = reviews.beer, reviews.score

    def sum_by_beer(values: npt.NDArray[Any]) -> Floats:
        return np.bincount(beer, weights=values, minlength=len(mean)).astype(np.float32)

    counts = sum_by_beer(np.ones(len(beer)))

    def shrunk(values: npt.NDArray[Any], usual: float) -> Floats:
        return (sum_by_beer(values) + np.float32(SHRINKAGE * usual)) / (counts + np.float32(SHRINKAGE))

    low, high = float((score < LOW).mean()), float((score >= HIGH).mean())
    usual = BeerStatistics(0.0, noise, low, high, 0.0, 0.0)
    number = np.log1p(np.diff(reviews.start))
    columns = (
        np.log1p(counts),
        shrunk((score - mean[beer]) ** 2, noise),
        shrunk(score < LOW, low),
        shrunk(score >= HIGH, high),
        sum_by_beer(users_bias[reviews.user]) / np.maximum(counts, 1),
        sum_by_beer(number[reviews.user]) / np.maximum(counts, 1),
    )
    return BeerStatistics(*(tf.Variable(column, trainable=False) for column in columns)), usual
