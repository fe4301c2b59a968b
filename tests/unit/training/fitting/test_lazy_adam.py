"""Adam that moves the rows of a table that a step has seen."""

from __future__ import annotations

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from trainer.fitting.keras_model import dense_adam  # noqa: E402
from trainer.fitting.lazy_adam import LazyAdam  # noqa: E402


def step(optimizer: object, table: object, rows: list[int], slope: float = 1.0) -> None:
    with tf.GradientTape() as tape:
        loss = slope * tf.reduce_sum(tf.gather(table, rows))
    optimizer.apply_gradients([(tape.gradient(loss, table), table)])  # type: ignore[attr-defined]


def test_a_row_that_every_step_sees_moves_as_by_adam_of_dense_gradients() -> None:
    tables = [tf.Variable([[1.0], [2.0]]) for _ in range(2)]
    for optimizer, table in zip((LazyAdam(0.1, {}), dense_adam(0.1)), tables, strict=True):
        for slope in (1.0, -3.0, 0.5):
            step(optimizer, table, [0, 1, 1], slope)
    np.testing.assert_allclose(tables[0], tables[1], rtol=1e-5)


def test_a_row_without_a_gradient_stands_still() -> None:
    table, optimizer = tf.Variable([[0.0], [0.0]]), LazyAdam(0.1, {})
    step(optimizer, table, [0])
    moved = float(table[0, 0])
    step(optimizer, table, [1])
    assert float(table[0, 0]) == moved < 0


def test_a_row_that_is_seen_decays_for_the_steps_that_did_not_see_it_as_well() -> None:
    # The rate is .1 and the decay divided by the chance of the row 2, so exp(-.2) of it stays; there is no slope.
    table = tf.Variable([[1.0], [1.0]])
    step(LazyAdam(0.1, {table.ref(): tf.constant([2.0, 5.0])}), table, [0], slope=0.0)
    np.testing.assert_allclose(table, [[np.exp(-0.2)], [1.0]], rtol=1e-6)
