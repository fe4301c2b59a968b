"""Features keep their names."""

from __future__ import annotations

import pytest

tf = pytest.importorskip("tensorflow")
from trainer.ranking.features.base import Feature, FeatureMatrix, FlatHistories  # noqa: E402


def test_columns_stand_side_by_side_in_the_order_of_their_names() -> None:
    columns = {"b": Feature("user", tf.constant([1.0, 2.0])), "a": Feature("beer", tf.constant([3.0, 4.0]))}
    matrix = FeatureMatrix.from_columns(columns)
    assert (matrix.names, matrix.groups) == (("b", "a"), ("user", "beer"))
    assert matrix.values.numpy().tolist() == [[1, 3], [2, 4]]


def test_values_are_summed_by_user_and_a_user_without_a_review_has_a_sum_of_zero() -> None:
    histories = FlatHistories(tf.constant([0, 2, 0]), tf.zeros(3, tf.int32), tf.zeros(3), tf.constant(3))
    assert histories.sum_by_user(tf.constant([1.0, 2.0, 4.0])).numpy().tolist() == [5, 0, 2]
