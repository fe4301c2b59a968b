"""Fitting a model epoch by epoch: keeps the best, stops early, resumes where it was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
import tensorflow as tf

from taproom.metrics import Metric
from trainer.fitting.checkpoints import Checkpoints
from trainer.fitting.learning_curve import LearningCurve as LearningCurve


class Fittable(Protocol):
    """A model that can be fitted.

    `epoch_metrics` are what an epoch is measured by; the last of them decides which epoch is the best.
    """

    epoch_metrics: tuple[Metric, ...]
    weights: list[tf.Variable]
    optimizer: tf.Module

    def fit_epoch(self, number: int) -> dict[Metric, float]:
        """Pass once over the training ratings in an order that `number` (from 0) decides, then measure."""


def fit(
    model: Fittable,
    epochs: int,
    patience: int,
    folder: Path | None,
    on_epoch: Callable[[int, Mapping[Metric, float]], None],
) -> LearningCurve:
    """Fit `model` and leave it with the weights of its best epoch.

    Ends after `epochs`, or after `patience` epochs that were no better. With a `folder`, each epoch's state is kept
    there and a second call goes on from it, to the same result. `on_epoch` is called with what each epoch measured.
    """
    checkpoints = Checkpoints(model.weights, model.optimizer, epochs, len(model.epoch_metrics), folder)
    history = checkpoints.restore()
    for number in range(len(history), epochs):
        if history and number - 1 - _best(model, history) >= patience:
            break
        measured = model.fit_epoch(number)
        on_epoch(number, measured)
        history.append([measured[metric] for metric in model.epoch_metrics])
        checkpoints.save(history, is_best=_best(model, history) == number)
    checkpoints.use_best()
    columns = np.array(history, np.float32).T
    return LearningCurve(dict(zip(model.epoch_metrics, columns, strict=True)), _best(model, history))


def _best(model: Fittable, history: list[list[float]]) -> int:
    best = 0
    for number, values in enumerate(history):
        if model.epoch_metrics[-1].is_better(values[-1], history[best][-1]):
            best = number
    return best
