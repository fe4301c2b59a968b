"""Fitting retrieval, from the ratings to its servable."""

from __future__ import annotations

from pathlib import Path

from taproom.contract import RETRIEVAL
from trainer import saved_model
from trainer.data.attributes import ItemAttributes
from trainer.data.split import Split
from trainer.fitting.checkpoints import state_folder
from trainer.fitting.epochs import LearningCurve, fit
from trainer.hyperparameters import Hyperparameters
from trainer.retrieval import linear
from trainer.retrieval.model import RetrievalModel
from trainer.retrieval.servable import RetrievalServable
from trainer.sagemaker.progress import Progress, say


def fit_retrieval(
    split: Split,
    attributes: ItemAttributes,
    config: Hyperparameters,
    folder: Path,
    checkpoints: Path | None,
    progress: Progress,
) -> LearningCurve:
    """Fit the linear model and the network, weigh them, and write the servable to `folder`."""
    with progress.stage("find neighbours"):
        sizes = len(split.usernames), len(split.beers)
        neighbours = linear.fit_ease(split.training, *sizes, config.neighbours_ridge, config.neighbours_dropout)

    with progress.stage("fit retrieval"):
        model = RetrievalModel(split, attributes, config)
        states = state_folder(RETRIEVAL, checkpoints, split, config)
        # To the end: the learning rate falls to 0 by then, and the last epochs are the best.
        curve = fit(model, model.epochs, model.epochs, states, progress.epoch)
        progress.best_epoch(curve.best, curve.best_values)

    with progress.stage("weigh neighbours"):
        weight = linear.best_weight(model, neighbours, split)
        say(f"neighbours count {weight:g} times")

    with progress.stage("export retrieval"):
        saved_model.save(RetrievalServable(model, neighbours.scaled(weight), split.beers, config.run), folder)
    return curve
