"""Fitting a model epoch by epoch: keeps the best, stops early, resumes where it was interrupted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.fitting.checkpoints import Checkpoints


class Fittable(Protocol):
    """A model that can be fitted.

    `measured` names what an epoch is measured by; the last of them decides which epoch is the best,
    as `better(new, old)` says.
    """

    measured: tuple[str, ...]
    weights: list[tf.Variable]
    optimizer: tf.Module

    def epoch(self, number: int) -> dict[str, float]:
        """Pass once over the training rows in an order that `number` (from 0) decides, then measure."""

    def better(self, new: float, old: float) -> bool: ...


@dataclass(frozen=True)
class Curve:
    """What each epoch measured: `values[name]` is [epochs]; `best` is the epoch kept, from 0."""

    values: dict[str, npt.NDArray[np.float32]]
    best: int

    @property
    def kept(self) -> dict[str, float]:
        """What the epoch kept measured."""
        return {name: float(values[self.best]) for name, values in self.values.items()}


def fit(
    model: Fittable,
    epochs: int,
    patience: int,
    folder: Path | None,
    told: Callable[[int, dict[str, float]], None],
) -> Curve:
    """Fit `model` and leave it with the weights of its best epoch.

    Ends after `epochs`, or after `patience` epochs that were no better. With a `folder`, each epoch's
    state is kept there and a second call goes on from it, to the same result. `told` hears each
    epoch's measures.
    """
    checkpoints = Checkpoints(model.weights, model.optimizer, epochs, len(model.measured), folder)
    history = checkpoints.restored()
    for number in range(len(history), epochs):
        if history and number - 1 - _best(model, history) >= patience:
            break
        measures = model.epoch(number)
        told(number, measures)
        history.append([measures[name] for name in model.measured])
        checkpoints.save(history, is_best=_best(model, history) == number)
    checkpoints.use_best()
    columns = np.array(history, np.float32).T
    return Curve(dict(zip(model.measured, columns, strict=True)), _best(model, history))


def _best(model: Fittable, history: list[list[float]]) -> int:
    best = 0
    for number, measures in enumerate(history):
        if model.better(measures[-1], history[best][-1]):
            best = number
    return best
