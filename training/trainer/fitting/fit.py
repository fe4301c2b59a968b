"""Fitting a model by Keras: keeps the best epoch, stops early, resumes where it was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf

from taproom.metrics import Metric
from trainer.fitting import hosts
from trainer.fitting.callbacks import BestEpoch, Checkpoints, Report
from trainer.fitting.keras_model import KerasModel
from trainer.fitting.learning_curve import LearningCurve

EpochReport = Callable[[int, Mapping[Metric, float]], None]


def fit(
    model: KerasModel,
    batches: Callable[[range], tf.data.Dataset],
    epochs: int,
    patience: int,
    folder: Path | None,
    on_epoch: EpochReport,
    validation: tf.data.Dataset | None = None,
) -> LearningCurve:
    """Fit a compiled `model` whose variables exist, and leave it with the weights of its best epoch.

    Of several hosts all have to call this alike: the first one measures each epoch and keeps its state.
    Ends after `epochs`, or after `patience` epochs that were no better. With a `folder`, each epoch's state is kept
    there and a second call goes on from it, to the same result.

    Parameters
    ----------
    batches
        Gives the batches of some epochs, one epoch after the other; all epochs have the same number of them.
    on_epoch
        Is called with what each epoch measured, before its state is kept; epochs count from 0.
    """
    best = BestEpoch(model, epochs, patience)
    checkpoints = Checkpoints(model, best, folder if hosts.is_first() else None)
    rest = range(checkpoints.restore(), epochs)
    if rest and not best.is_out_of_patience:
        dataset = batches(rest)
        model.fit(
            _on_every_host(dataset),
            steps_per_epoch=int(dataset.cardinality()) // len(rest),
            initial_epoch=rest.start,
            epochs=rest.stop,
            validation_data=None if validation is None else _on_every_host(validation),
            validation_steps=None if validation is None else int(validation.cardinality()),
            callbacks=[Report(model, on_epoch), best, checkpoints],
            verbose=0,
        )
    best.use_weights()
    return best.curve


def _on_every_host(dataset: tf.data.Dataset) -> Any:
    # Keras would deal the rows out to the hosts; a step takes its own share, lest chance depend on who has which.
    return hosts.strategy().distribute_datasets_from_function(lambda _: dataset)
