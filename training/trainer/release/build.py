"""Both models, fitted, exported and put together: what a run is about."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from taproom.contract import CATALOGUE, RANKING, RETRIEVAL
from trainer.data import attributes as beer_kinds
from trainer.data import beer_features
from trainer.data.attributes import Kinds
from trainer.data.split import Split
from trainer.fitting.checkpoints import folder_of
from trainer.fitting.epochs import Curve, fit
from trainer.hyperparameters import Hyperparameters
from trainer.ranking import cross_fit as out_of_fold
from trainer.ranking.model import RankingModel
from trainer.release import blending as served_order
from trainer.release import catalogue, export
from trainer.release.models import Pair
from trainer.retrieval import linear as neighbours
from trainer.retrieval.model import RetrievalModel
from trainer.sagemaker.progress import Progress, say


@dataclass(frozen=True)
class Interactions:
    """The first cross kernel [width, width] of the ranking model, or None, and the width of each group of features."""

    kernel: npt.NDArray[np.float32] | None
    widths: Mapping[str, int]


@dataclass(frozen=True)
class FittedPair:
    """The exported pair, and what its fitting has to tell the report."""

    pair: Pair
    ranking_weight: float
    interactions: Interactions
    retrieval_curve: Curve
    ranking_curve: Curve
    # Of a ranking model that differs in having or lacking cross layers, and in nothing else.
    other_ranking_curve: Curve


def fit_pair(
    split: Split, chosen: Hyperparameters, folder: Path, checkpoints: Path | None, progress: Progress
) -> FittedPair:
    """Fit both models and write the servables and the catalogue to `folder`."""
    kinds = beer_kinds.of_beers(split.beers)
    retrieval_curve = _fit_retrieval(split, kinds, chosen, folder, checkpoints, progress)
    # A fitted model lives on in cycles of references, and what comes next wants the memory that it had.
    gc.collect()
    interactions, ranking_curve, other_curve = _fit_ranking(split, kinds, chosen, folder, checkpoints, progress)
    gc.collect()
    with progress.stage("order"):
        pair = Pair(folder)
        weight = served_order.best_weight(pair, split)
        catalogue.write(folder / CATALOGUE, split, chosen.run, weight)
    return FittedPair(pair, weight, interactions, retrieval_curve, ranking_curve, other_curve)


def _fit_retrieval(
    split: Split, kinds: Kinds, chosen: Hyperparameters, folder: Path, checkpoints: Path | None, progress: Progress
) -> Curve:
    with progress.stage("find neighbours"):
        sizes = len(split.usernames), len(split.beers)
        near = neighbours.of_rows(split.training, *sizes, chosen.neighbours_ridge, chosen.neighbours_dropout)

    with progress.stage("fit retrieval"):
        model = RetrievalModel(split, kinds, beer_features.numbers(kinds), chosen)
        states = folder_of(RETRIEVAL, checkpoints, split, chosen)
        # To the end: the learning rate falls to 0 by then, and the last epochs are the best.
        curve = fit(model, model.epochs, model.epochs, states, progress.epoch)
        progress.kept(curve.best, curve.kept)

    with progress.stage("weigh neighbours"):
        weight = neighbours.best_weight(model, near, split)
        say(f"neighbours count {weight:g} times")

    with progress.stage("export retrieval"):
        export.save(export.RetrievalServable(model, near.times(weight), split.beers, chosen.run), folder)
    return curve


def _fit_ranking(
    split: Split, kinds: Kinds, chosen: Hyperparameters, folder: Path, checkpoints: Path | None, progress: Progress
) -> tuple[Interactions, Curve, Curve]:
    """What interacts in the model, its curve, and that of its other form."""
    with progress.stage("find tendencies"):
        known = out_of_fold.known(split, kinds, chosen)

    with progress.stage("fit ranking"):
        model = RankingModel(split, kinds, known, chosen)
        states = folder_of(RANKING, checkpoints, split, chosen)
        curve = fit(model, model.epochs, chosen.patience, states, progress.epoch)
        progress.kept(curve.best, curve.kept)

    with progress.stage("fit ranking's other form"):
        other = replace(chosen, use_cross_layer=not chosen.use_cross_layer)
        states = folder_of(RANKING, checkpoints, split, other)
        other_model = RankingModel(split, kinds, known, other)
        other_curve = fit(other_model, other_model.epochs, other.patience, states, _unheard)

    with progress.stage("export ranking"):
        export.save(export.RankingServable(model, known.tendencies, split.beers, kinds, chosen.run), folder)
    return Interactions(model.cross_kernel, model.blocks), curve, other_curve


def _unheard(_number: int, _measures: Mapping[str, float]) -> None:
    """Its metrics have the names of the model that is exported, so they are not told."""
