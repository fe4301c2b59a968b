"""How far a user departs from what was expected, by hand."""

from __future__ import annotations

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
from trainer.ranking.features import residual_effects as departures  # noqa: E402


def test_a_departure_is_the_weighted_mean_residual_shrunk_by_the_doubt() -> None:
    # Two reviews of kind 7, that count 1 and 2, with residuals 1 and .5; one of kind 3.
    residual, weight = tf.constant([1.0, -2.0, 0.5]), tf.constant([1.0, 1.0, 2.0])
    tried, asked = tf.constant([7, 3, 7], tf.int64), tf.constant([3, 7, 9], tf.int64)
    found = departures.on_kind(residual, weight, tried, asked, doubt=2.0)
    # (1 + 2 * .5) / (3 + 2) = .4 and -2 / (1 + 2).
    assert found.tried.numpy() == pytest.approx([0.4, -2 / 3, 0.4])
    # Nothing is known of kind 9.
    assert found.asked.numpy() == pytest.approx([-2 / 3, 0.4, 0.0])
    assert found.reviews.numpy().tolist() == [1, 2, 0]


def test_without_a_history_there_is_no_departure() -> None:
    none, nothing = tf.zeros(0), tf.zeros(0, tf.int64)
    found = departures.on_kind(none, none, nothing, tf.constant([1], tf.int64), doubt=2.0)
    assert (found.asked.numpy().tolist(), found.reviews.numpy().tolist()) == ([0], [0])
    slopes = departures.along(none, none, none, tf.zeros(0, tf.int32), tf.constant(2), doubt=1.0)
    assert slopes.numpy().tolist() == [0, 0]


def test_a_slope_is_least_squares_through_zero_shrunk_by_the_doubt() -> None:
    residual, weight, number = np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.5, 1.0]), np.array([1.0, 2.0, -1.0])
    given, counting, along = (tf.constant(each, tf.float32) for each in (residual, weight, number))
    found = departures.along(given, counting, along, tf.constant([0, 0, 1]), tf.constant(2), doubt=1.0)
    # (1 * 1 + .5 * 2 * 2) / (1 + .5 * 4 + 1) and (3 * -1) / (1 + 1).
    assert found.numpy() == pytest.approx([0.75, -1.5])
