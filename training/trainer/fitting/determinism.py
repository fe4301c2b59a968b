"""The same seed gives the same models."""

from __future__ import annotations

import tensorflow as tf


def require(seed: int) -> None:
    """Seed every source of chance and refuse operations whose result depends on timing.

    Without a GPU this costs no measurable time.
    """
    tf.keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
