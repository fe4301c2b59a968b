"""Keras callbacks: what is said of each epoch, which one is kept, and how an interrupted fit goes on.

Keras has some of these (EarlyStopping, BackupAndRestore), but its best weights do not outlive an interruption, and
come back only where fitting stops early.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from taproom.metrics import Metric
from trainer.data.split import Split
from trainer.fitting import hosts
from trainer.fitting.keras_model import KerasModel
from trainer.fitting.learning_curve import LearningCurve
from trainer.hyperparameters import Hyperparameters


class Report(tf.keras.callbacks.Callback):
    """Measures each epoch, tells `on_epoch`, and leaves what was measured in the logs of the callbacks after it.

    On every host that is what the first one measured, so that all go on and stop alike.
    """

    def __init__(self, model: KerasModel, on_epoch: Callable[[int, Mapping[Metric, float]], None]) -> None:
        super().__init__()
        self._metrics, self._measure, self._on_epoch = model.epoch_metrics, model.measure, on_epoch

    def on_epoch_end(self, epoch: int, logs: dict[Any, float]) -> None:
        found = self._measure(logs) if hosts.is_first() else dict.fromkeys(self._metrics, 0.0)
        values = hosts.from_first(np.array([found[metric] for metric in self._metrics]))
        measured = dict(zip(self._metrics, values.tolist(), strict=True))
        self._on_epoch(epoch, measured)
        logs.update(measured)


class BestEpoch(tf.keras.callbacks.Callback):
    """Keeps the weights of the best epoch, and stops after `patience` epochs that were no better.

    `history` [epochs, metrics] is what was measured, not a number where nothing was yet.
    """

    def __init__(self, model: KerasModel, epochs: int, patience: int) -> None:
        super().__init__()
        self._metrics, self._patience = model.epoch_metrics, patience
        self._weights = list(model.trainable_variables)
        self.weights = [tf.Variable(weight, trainable=False) for weight in self._weights]
        self.history = tf.Variable(np.full((epochs, len(self._metrics)), np.nan), trainable=False)

    @property
    def epochs(self) -> int:
        """How many there were."""
        return int((~np.isnan(self.history.numpy()[:, 0])).sum())

    @property
    def best(self) -> int:
        """The first of the best ones."""
        judged = self.history.numpy()[: self.epochs, -1]
        return int(judged.argmax() if self._metrics[-1].more_is_better else judged.argmin())

    @property
    def is_out_of_patience(self) -> bool:
        """Whether so many epochs were no better."""
        return self.epochs > 0 and self.epochs - 1 - self.best >= self._patience

    @property
    def curve(self) -> LearningCurve:
        """What the epochs measured."""
        columns = self.history.numpy()[: self.epochs].T.astype(np.float32)
        return LearningCurve(dict(zip(self._metrics, columns, strict=True)), self.best)

    def on_epoch_end(self, epoch: int, logs: Mapping[Any, float]) -> None:
        self.history[epoch].assign([logs[metric] for metric in self._metrics])
        if self.best == epoch:
            _assign(self.weights, self._weights)
        self.model.stop_training = self.is_out_of_patience

    def use_weights(self) -> None:
        """Put the weights of the best epoch back."""
        _assign(self._weights, self.weights)


class Checkpoints(tf.keras.callbacks.Callback):
    """Each epoch's state on disk, so that an interrupted spot instance loses one epoch at most.

    It is the weights, those of the best epoch, the optimizer's state and what every epoch measured. Without a folder
    nothing is kept. Of several hosts only the first one has a folder, and the others are given the state it takes up.
    """

    def __init__(self, model: KerasModel, best: BestEpoch, folder: Path | None) -> None:
        super().__init__()
        self._best = best
        with hosts.strategy().scope():
            # Else they come to be in the first step, which is too late to be given to other hosts.
            model.optimizer._create_all_weights(model.trainable_variables)
        self._state = [*model.trainable_variables, *model.optimizer.weights, *best.weights, best.history]
        state = tf.train.Checkpoint(
            weights=list(model.trainable_variables),
            optimizer=model.optimizer,
            best=best.weights,
            history=best.history,
        )
        state.save_counter  # noqa: B018 (comes to be here, on every host: callbacks run where variables are shared)
        self._manager = tf.train.CheckpointManager(state, str(folder), max_to_keep=1) if folder else None

    def restore(self) -> int:
        """Take up the newest state, if there is one; how many epochs it has seen."""
        if self._manager is not None:
            self._manager.restore_or_initialize()
        if hosts.from_first(np.array(self._best.epochs)):
            for variable in self._state:
                variable.assign(hosts.from_first(variable.numpy()))
        return self._best.epochs

    def on_epoch_end(self, epoch: int, _logs: Mapping[str, float]) -> None:
        if self._manager is not None:
            self._manager.save(checkpoint_number=epoch + 1)


def state_folder(model: str, checkpoints: Path | None, split: Split, config: Hyperparameters) -> Path | None:
    """Where the states of `model` are kept: a name of its own for each choice of ratings and hyper-parameters.

    So a state is never taken up by a run that it does not belong to. None where the job keeps no checkpoints.
    """
    if checkpoints is None:
        return None
    content = hashlib.sha256(repr(config).encode())
    for column in (split.training.user, split.training.beer, split.training.score):
        content.update(column.tobytes())
    return checkpoints / f"{model}-{content.hexdigest()[:12]}"


def _assign(to: list[tf.Variable], values: list[tf.Variable]) -> None:
    for variable, value in zip(to, values, strict=True):
        variable.assign(value)
