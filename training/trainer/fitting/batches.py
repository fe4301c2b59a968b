"""The order in which an epoch sees its rows, and one pass over them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf


def shuffled_batches(rows: int, size: int, seed: int, epoch: int) -> npt.NDArray[np.int32]:
    """Row numbers `[steps, size]` of one epoch; the same seed and epoch give the same order.

    All batches are full: up to size - 1 rows wait for another epoch. Fewer rows than `size` make one
    batch of all.
    """
    size = min(size, rows)
    order = np.random.default_rng((seed, epoch)).permutation(rows).astype(np.int32)
    return order[: rows // size * size].reshape(-1, size)


def batches_of_epochs(rows: int, size: int, seed: int, epochs: range) -> tf.data.Dataset:
    """The `shuffled_batches` [batch] of `epochs`, one epoch after the other."""

    def orders() -> Iterator[npt.NDArray[np.int32]]:
        return (shuffled_batches(rows, size, seed, epoch) for epoch in epochs)

    batch = min(size, rows)
    steps = rows // batch
    order = tf.TensorSpec([steps, batch], tf.int32)
    batches = tf.data.Dataset.from_generator(orders, output_signature=order).unbatch()
    return batches.apply(tf.data.experimental.assert_cardinality(steps * len(epochs)))


def gather_rows(batches: tf.data.Dataset, columns: Any) -> tf.data.Dataset:
    """`columns`, tensors [rows, …] in any structure, at the row numbers of each batch."""

    @tf.autograph.experimental.do_not_convert
    def gather(rows: tf.Tensor) -> Any:
        return tf.nest.map_structure(lambda column: tf.gather(column, rows), columns)

    return batches.map(gather).prefetch(tf.data.AUTOTUNE)
