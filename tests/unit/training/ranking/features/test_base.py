"""What the blocks of features hand on."""

from __future__ import annotations

import pytest

tf = pytest.importorskip("tensorflow")
from trainer.ranking.features.base import FlatHistories, Queries, State, gather_known  # noqa: E402


def test_before_the_first_block_the_mean_is_expected_and_the_rest_of_each_score_is_left() -> None:
    histories = FlatHistories(tf.constant([0, 0]), tf.constant([3, 4]), tf.constant([5.0, 2.5]), tf.constant(1))
    none = tf.constant([0, 0, 0])
    state = State.before(histories, Queries(none, none, none, none, tf.zeros(3)), tf.constant(3.5))
    assert state.expected.numpy().tolist() == [3.5, 3.5, 3.5]
    assert state.residual.numpy().tolist() == [1.5, -1.0]
    assert state.weight.numpy().tolist() == [1, 1]
    more = state.with_columns(("b",), [tf.zeros(3)]).with_columns(("a",), [tf.ones(3)])
    assert list(more.columns) == ["b", "a"]


def test_values_are_summed_by_user_and_a_user_without_a_review_has_a_sum_of_zero() -> None:
    histories = FlatHistories(tf.constant([0, 2, 0]), tf.zeros(3, tf.int32), tf.zeros(3), tf.constant(3))
    assert histories.sum_by_user(tf.constant([1.0, 2.0, 4.0])).numpy().tolist() == [5, 0, 2]


def test_of_what_is_unknown_zero_is_gathered() -> None:
    ids = tf.constant([-1, 1])
    assert gather_known(tf.constant([1.0, 2.0]), ids).numpy().tolist() == [0, 2]
    assert gather_known(tf.constant([[1.0, 2.0], [3.0, 4.0]]), ids).numpy().tolist() == [[0, 0], [3, 4]]
