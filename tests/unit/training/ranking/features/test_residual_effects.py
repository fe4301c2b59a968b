"""How a user's scores depart from what the factors predict, by hand."""

from __future__ import annotations

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
from trainer.ranking.features.base import FlatHistories  # noqa: E402
from trainer.ranking.features.residual_effects import attribute_effect, slope  # noqa: E402


def histories(*users: int, of: int) -> FlatHistories:
    """A review each of `users`, of which there are `of`."""
    number = len(users)
    return FlatHistories(tf.constant(users, tf.int32), tf.zeros(number, tf.int32), tf.zeros(number), tf.constant(of))


def test_an_attributes_effect_is_the_weighted_mean_residual_shrunk_by_a_pseudo_count() -> None:
    # Two reviews of attribute 7, that count 1 and 2, with residuals 1 and .5; one of attribute 3.
    residual, weight = tf.constant([1.0, -2.0, 0.5]), tf.constant([1.0, 1.0, 2.0])
    tried, asked = tf.constant([7, 3, 7], tf.int64), tf.constant([3, 7, 9], tf.int64)
    found = attribute_effect(residual, weight, tried, asked, shrinkage=2.0)
    # (1 + 2 * .5) / (3 + 2) = .4 and -2 / (1 + 2).
    assert found.on_history.numpy() == pytest.approx([0.4, -2 / 3, 0.4])
    # Nothing is known of attribute 9.
    assert found.on_queries.numpy() == pytest.approx([-2 / 3, 0.4, 0.0])
    assert found.log_reviews.numpy() == pytest.approx(np.log([2, 3, 1]))


def test_without_a_history_there_is_no_effect() -> None:
    none, nothing = tf.zeros(0), tf.zeros(0, tf.int64)
    found = attribute_effect(none, none, nothing, tf.constant([1], tf.int64), shrinkage=2.0)
    assert (found.on_queries.numpy().tolist(), found.log_reviews.numpy().tolist()) == ([0], [0])
    assert slope(none, none, none, histories(of=2), shrinkage=1.0).numpy().tolist() == [0, 0]


def test_a_slope_is_least_squares_through_zero_shrunk_by_a_pseudo_count() -> None:
    residual, weight, number = (tf.constant(each) for each in ([1.0, 2.0, 3.0], [1.0, 0.5, 1.0], [1.0, 2.0, -1.0]))
    found = slope(residual, weight, number, histories(0, 0, 1, of=2), shrinkage=1.0)
    # (1 * 1 + .5 * 2 * 2) / (1 + .5 * 4 + 1) and (3 * -1) / (1 + 1).
    assert found.numpy() == pytest.approx([0.75, -1.5])
