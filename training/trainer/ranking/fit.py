"""Fitting ranking, from the ratings to its servable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from taproom.contract import RANKING
from trainer import saved_model
from trainer.data.attributes import ItemAttributes
from trainer.data.reviews import Ratings
from trainer.data.split import Split
from trainer.fitting import hosts
from trainer.fitting.batches import batches_of_epochs, gather_rows
from trainer.fitting.callbacks import state_folder
from trainer.fitting.fit import EpochReport, fit
from trainer.fitting.learning_curve import LearningCurve
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.cross_fit import CrossFittedFeatures, cross_fit
from trainer.ranking.model import DeepCross, Inputs, inputs_of
from trainer.ranking.ranking_features import groups
from trainer.ranking.ridge import fit_ridge
from trainer.ranking.servable import RankingServable
from trainer.sagemaker.progress import Progress, say

_VALIDATED_AT_ONCE = 16_384


@dataclass(frozen=True)
class FittedRanking:
    """What fitting has to tell the report.

    `cross_kernel` is [width, width], or None without cross layers; `input_groups` [width] say what each of its rows
    and columns is about.
    """

    curve: LearningCurve
    cross_kernel: npt.NDArray[np.float32] | None
    input_groups: tuple[str, ...]


def fit_ranking(
    split: Split,
    attributes: ItemAttributes,
    config: Hyperparameters,
    folder: Path,
    checkpoints: Path | None,
    progress: Progress,
) -> FittedRanking:
    """Fit the features and the model, and write the servable to `folder`."""
    with progress.stage("cross-fit ranking features"):
        known = cross_fit(split, attributes, config)

    with progress.stage("fit ranking"):
        states = state_folder(RANKING, checkpoints, split, config)
        model, curve = fit_model(split, attributes, known, config, states, progress.epoch)
        progress.best_epoch(curve.best, curve.best_values)

    with progress.stage("export ranking"):
        servable = RankingServable(model, known.features, known.scale, split.beers, attributes, config.run)
        saved_model.save(servable, folder)
    embedded = (name for name in ("which beer", "style", "brewery") for _ in range(config.ranking_dimension))
    return FittedRanking(curve, model.cross_kernel, (*groups(known.scale.names), *embedded))


def help_fit_ranking(split: Split, attributes: ItemAttributes, config: Hyperparameters) -> None:
    """What the job's other hosts do of fit_ranking: their share of the network's fit."""
    known = cross_fit(split, attributes, config)
    fit_model(split, attributes, known, config, None, lambda number, _: say(f"epoch {number + 1}"))


def fit_model(
    split: Split,
    attributes: ItemAttributes,
    known: CrossFittedFeatures,
    config: Hyperparameters,
    states: Path | None,
    on_epoch: EpochReport,
) -> tuple[DeepCross, LearningCurve]:
    """The linear part by ridge regression, then the network on what it leaves."""
    rows, size = len(known.learnt), config.ranking_batch
    steps = max(1, rows // size)  # an epoch
    epochs = min(config.ranking_epochs, -(-config.ranking_steps // steps))
    linear = fit_ridge(known.training.values.numpy(), known.learnt.score)
    sizes = len(split.beers), len(attributes.styles), len(attributes.breweries)
    with hosts.strategy().scope():
        model = DeepCross(linear, sizes, config, steps * epochs)
    training, validation = (
        _examples(ratings, matrix.values, attributes)
        for ratings, matrix in ((known.learnt, known.training), (split.validation, known.validation))
    )

    def batches(some: range) -> tf.data.Dataset:
        return gather_rows(batches_of_epochs(rows, size, config.seed + 1, some), training)

    validated = tf.data.Dataset.from_tensor_slices(validation).batch(_VALIDATED_AT_ONCE)
    return model, fit(model, batches, epochs, config.patience, states, on_epoch, validated)


def _examples(ratings: Ratings, features: tf.Tensor, attributes: ItemAttributes) -> tuple[Inputs, tf.Tensor]:
    """All `ratings` as the model takes them, with their scores."""
    ids = (
        tf.constant(each) for each in (ratings.beer, attributes.style[ratings.beer], attributes.brewery[ratings.beer])
    )
    return inputs_of(features, *ids), tf.constant(ratings.score)
