"""A release: both models, fitted, exported and put together."""

from __future__ import annotations

import gc
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from taproom.contract import CATALOGUE, FUSED, SERVABLES
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.split import Split
from trainer.evaluation import metrics
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.fit import FittedRanking, fit_ranking, help_fit_ranking
from trainer.release import blending, catalogue, fused_servable
from trainer.release.models import ReleaseModels, Retrieved
from trainer.retrieval.fit import FittedRetrieval, fit_retrieval, help_fit_retrieval
from trainer.retrieval.search import Lists
from trainer.sagemaker.progress import Progress


@dataclass(frozen=True)
class FittedRelease:
    """The exported models, the weight that blends them, and what their fitting has to tell the report."""

    models: ReleaseModels
    ranking_weight: float
    retrieval: FittedRetrieval
    ranking: FittedRanking


def fit_release(
    split: Split, config: Hyperparameters, folder: Path, checkpoints: Path | None, progress: Progress
) -> FittedRelease:
    """Fit both models and write the servables, or the fused one, and the catalogue to `folder`."""
    attributes = ItemAttributes.from_beers(split.beers)
    retrieval = fit_retrieval(split, attributes, config, folder, checkpoints, progress)
    # A fitted model lives on in cycles of references, and what comes next wants the memory that it had.
    gc.collect()
    ranking = fit_ranking(split, attributes, config, folder, checkpoints, progress)
    gc.collect()
    with progress.stage("blend"):
        models = ReleaseModels(folder)
        weight = _best_ranking_weight(models, split, retrieval.unaware)
        catalogue.write(folder / CATALOGUE, split, config.run, weight, retrieval.few)
    if config.endpoint_layout == FUSED:
        with progress.stage("fuse"):
            fused_servable.save(folder, split.beers)
            for servable in SERVABLES:
                shutil.rmtree(folder / servable)
            models = ReleaseModels(folder)
    return FittedRelease(models, weight, retrieval, ranking)


def help_fit_release(split: Split, config: Hyperparameters) -> None:
    """What the job's other hosts do of fit_release: their share of the networks' fits, in the same order."""
    attributes = ItemAttributes.from_beers(split.beers)
    help_fit_retrieval(split, attributes, config)
    gc.collect()
    help_fit_ranking(split, attributes, config)


def _best_ranking_weight(models: ReleaseModels, split: Split, lists: Lists) -> float:
    """Chosen on validation ratings, with training ratings as histories; retrieval's `lists` know no others either."""
    users = lists.users
    histories = Histories.from_ratings(split.training, len(split.usernames)).select(users)
    retrieved = Retrieved(lists.beers, lists.scores)
    scored = blending.score_retrieved(models, retrieved, histories, split.usernames[users], split.beers)
    liked = metrics.liked(split.validation, split.observed)
    return blending.best_weight(replace(scored, users=users), split.validation, liked)
