"""Each epoch's state on disk, so that an interrupted spot instance loses one epoch at most."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf

from trainer.fitting.callbacks import state_folder as state_folder


class Checkpoints:
    """The weights, those of the best epoch, the optimizer's state and what every epoch measured.

    Without a folder only the best weights are kept, in memory.
    """

    def __init__(
        self, weights: list[tf.Variable], optimizer: tf.Module, epochs: int, metrics: int, folder: Path | None
    ) -> None:
        self._weights = weights
        self._best = [tf.Variable(weight, trainable=False) for weight in weights]
        self._history = tf.Variable(np.full((epochs, metrics), np.nan), trainable=False)
        state = tf.train.Checkpoint(weights=weights, best=self._best, optimizer=optimizer, history=self._history)
        self._manager = tf.train.CheckpointManager(state, str(folder), max_to_keep=1) if folder else None

    def restore(self) -> list[list[float]]:
        """Take up the newest state, if there is one; what its epochs measured, the oldest first."""
        if self._manager is None or self._manager.restore_or_initialize() is None:
            return []
        history = self._history.numpy()
        return [list(values) for values in history[~np.isnan(history[:, 0])]]

    def save(self, history: list[list[float]], is_best: bool) -> None:
        """Keep the state after the newest epoch of `history`."""
        if is_best:
            for best, weight in zip(self._best, self._weights, strict=True):
                best.assign(weight)
        self._history[len(history) - 1].assign(history[-1])
        if self._manager is not None:
            self._manager.save(checkpoint_number=len(history))

    def use_best(self) -> None:
        """Put the weights of the best epoch back."""
        for best, weight in zip(self._best, self._weights, strict=True):
            weight.assign(best)
