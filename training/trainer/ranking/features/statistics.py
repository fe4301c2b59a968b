"""What reviews say of each beer as a whole: numbers for ranking."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.data.histories import Histories
from trainer.data.reviews import Numbers

# Scores below and from these are low and high.
LOW, HIGH = 3.0, 4.5
# Reviews' worth of doubt about the spread of scores, and about the share of low and high ones.
DOUBT = 5.0


class BeerStatistics(NamedTuple):
    """Of each beer [beers], or of those asked about [n]: reviews (log1p), the spread of their scores around the beer's
    mean (a variance), the shares of low and of high ones; and the mean bias and the mean number of reviews (log1p) of
    the users who gave them."""

    reviews: tf.Tensor
    spread: tf.Tensor
    low: tf.Tensor
    high: tf.Tensor
    users_bias: tf.Tensor
    users_reviews: tf.Tensor

    def at(self, beers: tf.Tensor, unknown: BeerStatistics) -> BeerStatistics:
        """Those of `beers` [n]; of `unknown` where a code is below 0."""
        known, place = beers >= 0, tf.maximum(beers, 0)
        return BeerStatistics(
            *(tf.where(known, tf.gather(own, place), none) for own, none in zip(self, unknown, strict=True))
        )


def of_reviews(
    reviews: Histories, mean: Numbers, users_bias: Numbers, noise: float
) -> tuple[BeerStatistics, BeerStatistics]:
    """Statistics of the beers, whose mean scores are `mean` [beers], and those of a beer without a review.

    `users_bias` is [users]; `noise` is the spread that is expected of a beer without a review.
    """
    beer, score = reviews.beer, reviews.score

    def summed(values: npt.NDArray[Any]) -> Numbers:
        return np.bincount(beer, weights=values, minlength=len(mean)).astype(np.float32)

    counts = summed(np.ones(len(beer)))

    def doubted(values: npt.NDArray[Any], expected: float) -> Numbers:
        return (summed(values) + np.float32(DOUBT * expected)) / (counts + np.float32(DOUBT))

    low, high = share_of(score)
    expected = BeerStatistics(0.0, noise, low, high, 0.0, 0.0)
    number = np.log1p(np.diff(reviews.start))
    columns = (
        np.log1p(counts),
        doubted((score - mean[beer]) ** 2, noise),
        doubted(score < LOW, low),
        doubted(score >= HIGH, high),
        summed(users_bias[reviews.user]) / np.maximum(counts, 1),
        summed(number[reviews.user]) / np.maximum(counts, 1),
    )
    return BeerStatistics(*(tf.Variable(column, trainable=False) for column in columns)), expected


def share_of(score: Numbers) -> tuple[float, float]:
    """The shares of low and of high ones among scores [reviews]."""
    return float((score < LOW).mean()), float((score >= HIGH).mean())
