"""Ranking without each of its blocks of features, and of the network's layers."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ablations.data_sets import EVERYBODY, Data
from ablations.table import Table, Variant
from trainer import hyperparameters
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Ratings
from trainer.evaluation.metrics import rmse
from trainer.hyperparameters import RANKING_FEATURES, Hyperparameters
from trainer.ranking.cross_fit import CrossFittedFeatures, cross_fit, features_for
from trainer.ranking.features.base import FeatureBlock
from trainer.ranking.fit import fit_model
from trainer.ranking.model import inputs_of
from trainer.ranking.ranking_features import BLOCKS

# A beer with so many training reviews or fewer is rare.
RARE = 5
# Of the network, on the same features: its chance is as large as what some blocks are worth.
SEEDS = (1, 2)


class FitOnce:
    """Makes `block` be fitted once for the same reviews: variants differ in which blocks there are, not in their fits.

    `saved` are the seconds that fits, of all blocks, would have taken once more.
    """

    saved = 0.0

    def __init__(self, block: type[FeatureBlock]) -> None:
        self._fit, self._fitted = block.fit, dict[bytes, tuple[FeatureBlock, float]]()

    def __call__(self, reviews: Histories, attributes: ItemAttributes, config: Hyperparameters) -> FeatureBlock:
        content = hashlib.sha256(reviews.beer.tobytes() + reviews.score.tobytes()).digest()
        if content in self._fitted:
            FitOnce.saved += self._fitted[content][1]
        else:
            started = time.perf_counter()
            self._fitted[content] = self._fit(reviews, attributes, config), time.perf_counter() - started
        return self._fitted[content][0]


def fit_blocks_once() -> None:
    """Make each block of features be fitted once for the same reviews from now on."""
    for block in BLOCKS.values():
        block.fit = FitOnce(block)  # type: ignore[method-assign]


def measure_ranking(data: Data, settings: Mapping[str, Any]) -> dict[str, float]:
    """RMSE of the model with these hyper-parameters, on average over SEEDS, and the seconds of its features and of one
    network."""
    config = hyperparameters.parsed(EVERYBODY | dict(settings))
    started, FitOnce.saved = time.perf_counter(), 0.0
    known = cross_fit(data.split, data.attributes, config)
    seconds = time.perf_counter() - started + FitOnce.saved
    newcomers = _newcomers_features(data, known)
    validation, asked = data.split.validation, data.asked
    is_rare = np.bincount(data.split.training.beer, minlength=len(data.split.beers))[validation.beer] <= RARE
    errors = []
    for seed in SEEDS:
        started = time.perf_counter()
        own = replace(config, seed=seed)
        model, _ = fit_model(data.split, data.attributes, known, own, None, lambda *_: None)
        network_seconds = time.perf_counter() - started
        predicted, of_newcomers = (
            model(inputs_of(features, *_ids(ratings, data.attributes))).numpy()
            for ratings, features in ((validation, known.validation.values), (asked, newcomers))
        )
        errors.append(
            (
                rmse(predicted, validation.score),
                rmse(predicted[is_rare], validation.score[is_rare]),
                rmse(of_newcomers, asked.score),
            )
        )
    measured = dict(zip(("rmse", "rare", "newcomers"), np.mean(errors, axis=0).tolist(), strict=True))
    return measured | {"seconds": seconds + network_seconds}


def _newcomers_features(data: Data, known: CrossFittedFeatures) -> Any:
    histories = Histories.from_ratings(data.given, len(data.split.usernames))
    return known.scale.standardise(
        features_for(data.asked, known.features, histories, data.attributes, data.split.beers.abv)
    )


def _ids(ratings: Ratings, attributes: ItemAttributes) -> tuple[Any, ...]:
    return ratings.beer, attributes.style[ratings.beer], attributes.brewery[ratings.beer]


RANKING = Table(
    "Ranking",
    "Root mean squared error of predicted scores, in points; less is better. Rare beers have five training "
    f"reviews at most; newcomers were left out of fitting and are known by five reviews. Means of {len(SEEDS)} "
    "seeds of the network, on one split: differences below .001, and on ratebeer_text .002, are within chance. "
    "Seconds are of features and one network, and compare on a machine that does nothing else.",
    ("beeradvocate_5500", "ratebeer_text", "movielens_small"),
    {"rmse": "RMSE", "rare": "of rare beers", "newcomers": "of newcomers", "seconds": "seconds"},
    (
        Variant("as it is", files=("ranking/**/*.py",)),
        *(
            Variant(
                f"without {name.replace('_', ' ')}",
                {"ranking_features": [other for other in RANKING_FEATURES if other != name]},
                (f"ranking/features/{name}.py", *(["ranking/features/variational_bayes.py"] * (name == "factors"))),
            )
            for name in RANKING_FEATURES
        ),
        Variant("factors alone", {"ranking_features": ["factors"]}),
        Variant("without cross layers", {"use_cross_layer": False}),
        Variant("without deep layers", {"deep_layer_sizes": []}),
    ),
    measure_ranking,
)
