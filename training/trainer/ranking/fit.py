"""Fitting ranking, from the ratings to its servable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from taproom.contract import RANKING
from taproom.metrics import Metric
from trainer import saved_model
from trainer.data.attributes import ItemAttributes
from trainer.data.split import Split
from trainer.fitting.checkpoints import state_folder
from trainer.fitting.epochs import LearningCurve, fit
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.cross_fit import cross_fit
from trainer.ranking.model import RankingModel
from trainer.ranking.servable import RankingServable
from trainer.sagemaker.progress import Progress


@dataclass(frozen=True)
class FittedRanking:
    """What fitting has to tell the report.

    `cross_kernel` is [width, width], or None without cross layers; `input_groups` [width] say what each of its rows
    and columns is about. `other_curve` is of a model that differs in having or lacking cross layers, and in nothing
    else.
    """

    curve: LearningCurve
    other_curve: LearningCurve
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
    """Fit the features and both forms of the model, and write the servable of the chosen one to `folder`."""
    with progress.stage("cross-fit ranking features"):
        known = cross_fit(split, attributes, config)

    with progress.stage("fit ranking"):
        model = RankingModel(split, attributes, known, config)
        states = state_folder(RANKING, checkpoints, split, config)
        curve = fit(model, model.epochs, config.patience, states, progress.epoch)
        progress.best_epoch(curve.best, curve.best_values)

    with progress.stage("fit ranking's other form"):
        other = replace(config, use_cross_layer=not config.use_cross_layer)
        states = state_folder(RANKING, checkpoints, split, other)
        other_model = RankingModel(split, attributes, known, other)
        other_curve = fit(other_model, other_model.epochs, other.patience, states, _not_reported)

    with progress.stage("export ranking"):
        saved_model.save(RankingServable(model, known.features, split.beers, attributes, config.run), folder)
    return FittedRanking(curve, other_curve, model.cross_kernel, model.input_groups)


def _not_reported(_number: int, _measured: Mapping[Metric, float]) -> None:
    """Its metrics have the names of the model that is exported."""
