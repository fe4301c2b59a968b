"""Both models, fitted, exported and put together: what a run is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import beer_features
import catalogue
import export
import kinds as beer_kinds
import neighbours
import out_of_fold
import served_order
from checkpoints import folder_of
from fitting import Curve, fit
from hyperparameters import Hyperparameters
from progress import Progress, say
from ranking_model import RankingModel
from retrieval_model import RetrievalModel
from servables import Pair
from split import Split

from taproom.contract import CATALOGUE, RANKING, RETRIEVAL


@dataclass(frozen=True)
class FittedPair:
    """The exported pair, and what its fitting has to tell the report."""

    pair: Pair
    ranking_weight: float
    ranking: RankingModel
    retrieval_curve: Curve
    ranking_curve: Curve
    # Of a ranking model that differs in having or lacking cross layers, and in nothing else.
    other_ranking_curve: Curve


def fit_pair(
    split: Split, chosen: Hyperparameters, folder: Path, checkpoints: Path | None, progress: Progress
) -> FittedPair:
    """Fit both models and write the servables and the catalogue to `folder`."""
    with progress.stage("fit retrieval"):
        kinds = beer_kinds.of_beers(split.beers)
        retrieval = RetrievalModel(split, kinds, beer_features.numbers(kinds), chosen)
        states = folder_of(RETRIEVAL, checkpoints, split, chosen)
        # To the end: the learning rate falls to 0 by then, and the last epochs are the best.
        retrieval_curve = fit(retrieval, retrieval.epochs, retrieval.epochs, states, progress.epoch)
        progress.kept(retrieval_curve.best, retrieval_curve.kept)

    with progress.stage("find neighbours"):
        near = neighbours.of_rows(split.training, len(split.usernames), len(split.beers), chosen.neighbours_ridge)
        weight = neighbours.best_weight(retrieval, near, split)
        say(f"neighbours count {weight:g} times")
        near = near.times(weight)

    with progress.stage("find tendencies"):
        known = out_of_fold.known(split, kinds, chosen)

    with progress.stage("fit ranking"):
        ranking = RankingModel(split, kinds, known, chosen)
        states = folder_of(RANKING, checkpoints, split, chosen)
        ranking_curve = fit(ranking, ranking.epochs, chosen.patience, states, progress.epoch)
        progress.kept(ranking_curve.best, ranking_curve.kept)

    with progress.stage("fit ranking's other form"):
        other = replace(chosen, use_cross_layer=not chosen.use_cross_layer)
        states = folder_of(RANKING, checkpoints, split, other)
        other_ranking = RankingModel(split, kinds, known, other)
        other_curve = fit(other_ranking, other_ranking.epochs, other.patience, states, _unheard)

    with progress.stage("export"):
        export.save(
            export.RetrievalServable(retrieval, near, split.beers, chosen.run),
            export.RankingServable(ranking, known.tendencies, split.beers, kinds, chosen.run),
            folder,
        )
        pair = Pair(folder)

    with progress.stage("order"):
        weight = served_order.best_weight(pair, split)
        catalogue.write(folder / CATALOGUE, split, chosen.run, weight)
    return FittedPair(pair, weight, ranking, retrieval_curve, ranking_curve, other_curve)


def _unheard(_number: int, _measures: Mapping[str, float]) -> None:
    """Its metrics have the names of the model that is exported, so they are not told."""
