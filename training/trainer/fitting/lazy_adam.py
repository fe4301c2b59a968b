"""Adam of tables of which a step sees a few rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tensorflow as tf


class LazyAdam(tf.keras.optimizers.legacy.Adam):
    """Adam that moves the rows that have a gradient, and leaves all others, with their moments, as they are.

    So a step costs what its rows cost, however many the table has (as LazyAdam of TensorFlow Addons did; the rows that
    `dense_adam` moves on by their momentum stand still here). A table's decay is made up for: a row in a step with
    probability p is multiplied by exp(-rate * decay / p), where dense decay takes rate * decay at every step.

    Parameters
    ----------
    decays
        By variables' references, `decay / p` [rows].
    """

    def __init__(self, learning_rate: Any, decays: Mapping[Any, tf.Tensor]) -> None:
        super().__init__(learning_rate)
        self._decays = dict(decays)

    def _resource_apply_sparse(
        self, grad: tf.Tensor, var: tf.Variable, indices: tf.Tensor, apply_state: Any = None
    ) -> tf.Operation:
        """`indices` [rows] are distinct: Keras sums the gradients of equal ones before."""
        known = apply_state[(var.device, var.dtype.base_dtype)]
        moments = []
        for name, value, beta in (("m", grad, "beta_1_t"), ("v", grad * grad, "beta_2_t")):
            slot = self.get_slot(var, name)
            moved = known[beta] * tf.gather(slot, indices) + known[f"one_minus_{beta}"] * value
            slot.scatter_update(tf.IndexedSlices(moved, indices))
            moments.append(moved)
        rows = tf.gather(var, indices) - known["lr"] * moments[0] / (tf.sqrt(moments[1]) + known["epsilon"])
        # Of several hosts each moves its own component of the variable.
        container = getattr(var.handle, "_distributed_container", None)
        whole = container().ref() if container else var.ref()
        if whole in self._decays:
            rows *= tf.exp(-known["lr_t"] * tf.gather(self._decays[whole], indices))[:, None]
        return var.scatter_update(tf.IndexedSlices(rows, indices))
