"""How a user scores, and which beers they try, whatever they are asked about."""

from __future__ import annotations

import tensorflow as tf

from trainer.ranking.features.base import Feature, FlatHistories, Queries
from trainer.ranking.features.statistics import HIGH, LOW, SHRINKAGE, BeerStatistics

# Of scores between two whole points, before the user's first one.
_USUAL_HALF_POINT_SHARE = 0.5


def habits(
    histories: FlatHistories,
    queries: Queries,
    beers: dict[str, tf.Tensor],
    co_occurrence: tf.Tensor,
    usual: BeerStatistics,
) -> dict[str, Feature]:
    """Features of the queries' users.

    Shares of scores are shrunk towards those of `usual`; what a user tries is the mean over their beers of each of
    `beers`, named numbers [beers], and of the vectors `co_occurrence` [beers, width].
    """
    score, beer = histories.score, histories.beer
    number = histories.sum_by_user(tf.ones_like(score))[:, None]
    ways = tf.stack([score < LOW, score >= HIGH, tf.math.floormod(2 * score, 2) == 1], axis=1)
    usually = tf.constant([usual.low_share, usual.high_share, _USUAL_HALF_POINT_SHARE])
    shares = (histories.sum_by_user(tf.cast(ways, tf.float32)) + SHRINKAGE * usually) / (number + SHRINKAGE)
    numbers = tf.stack([tf.gather(each, beer) for each in beers.values()], axis=1)
    sums = histories.sum_by_user(tf.concat([numbers, tf.gather(co_occurrence, beer)], axis=1))
    names = [
        *((f"user_{name}", "user") for name in ("log_reviews", "low_share", "high_share", "half_point_share")),
        *((f"user_beers_{name}", "user's beers") for name in beers),
        *((f"user_beers_co_occurrence_{place}", "user's beers") for place in range(1, co_occurrence.shape[1] + 1)),
    ]
    by_user = tf.concat([tf.math.log1p(number), shares, sums / tf.maximum(number, 1)], axis=1)
    columns = tf.unstack(tf.gather(by_user, queries.user), num=len(names), axis=1)
    return {name: Feature(group, column) for (name, group), column in zip(names, columns, strict=True)}
