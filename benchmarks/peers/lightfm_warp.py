"""LightFM with the WARP loss, of the package `lightfm-next` (Weston, Bengio, Usunier, 2011); brewery and style are
item features (Kula, 2015, "Metadata Embeddings for User and Item Cold-start Recommendations")."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.data.ratings import Places, Ratings
from benchmarks.peers.model import Settings
from benchmarks.tasks.top_lists import Scores
from benchmarks.tasks.validation import ndcg_at_100
from benchmarks.threads import THREADS
from trainer.data.attributes import ItemAttributes

# `features` False leaves each beer to itself.
SETTINGS: tuple[Settings, ...] = (
    {"features": True, "no_components": 64, "learning_rate": 0.02, "max_sampled": 30, "penalty": 0.0},
    {"features": False, "no_components": 128, "learning_rate": 0.02, "max_sampled": 30, "penalty": 0.0},
    {"features": True, "no_components": 128, "learning_rate": 0.01, "max_sampled": 100, "penalty": 0.0},
    {"features": False, "no_components": 64, "learning_rate": 0.02, "max_sampled": 100, "penalty": 0.0},
    {"features": True, "no_components": 32, "learning_rate": 0.05, "max_sampled": 20, "penalty": 1e-5},
    {"features": False, "no_components": 32, "learning_rate": 0.02, "max_sampled": 30, "penalty": 0.0},
)
MOST_EPOCHS = 60
_EPOCHS_AT_ONCE = 5
# Measurements in a row that are no better, after which fitting stops.
_PATIENCE = 2


@dataclass(frozen=True)
class Warp:
    settings: Settings
    model: Any
    features: Any  # CSR [beers, features], or None

    def scores(self, users: Places, histories: Any) -> Scores:  # noqa: ARG002 (a peer's interface)
        beer_bias, beers = self.model.get_item_representations(self.features)
        _, own = self.model.get_user_representations()
        return np.asarray(own[users] @ beers.T + beer_bias, np.float32)


def fit(
    training: Ratings, attributes: ItemAttributes, settings: Settings, seed: int, validation: Ratings | None
) -> Warp:
    """With `validation`, the best of 5, 10, … epochs, until more are no better twice."""
    from lightfm import LightFM

    chosen = dict(settings)
    epochs, penalty = chosen.pop("epochs", MOST_EPOCHS), chosen.pop("penalty")
    features = item_features(attributes) if chosen.pop("features") else None
    model = LightFM(loss="warp", item_alpha=penalty, user_alpha=penalty, random_state=seed, **chosen)
    matrix = training.matrix().tocoo()
    if validation is None:
        model.fit(matrix, item_features=features, epochs=epochs, num_threads=THREADS)
        return Warp(settings, model, features)
    best, found, worse = Warp(settings, model, features), -1.0, 0
    for done in range(_EPOCHS_AT_ONCE, epochs + 1, _EPOCHS_AT_ONCE):
        model.fit_partial(matrix, item_features=features, epochs=_EPOCHS_AT_ONCE, num_threads=THREADS)
        now = Warp({**settings, "epochs": done}, model, features)
        measured = ndcg_at_100(now, training, validation)
        if measured > found:
            best, found, worse = Warp(now.settings, deepcopy(model), features), measured, 0
            continue
        worse += 1
        if worse == _PATIENCE:
            break
    return best


def item_features(attributes: ItemAttributes) -> Any:
    """CSR [beers, beers + breweries + styles]: 1 for the beer itself, its brewery and its style."""
    from scipy.sparse import csr_matrix

    beers = len(attributes.brewery)
    breweries = beers + attributes.brewery
    styles = beers + len(attributes.breweries) + attributes.style
    column = np.stack([np.arange(beers), breweries, styles], axis=1).ravel()
    row = np.repeat(np.arange(beers), 3)
    width = beers + len(attributes.breweries) + len(attributes.styles)
    return csr_matrix((np.ones(len(row), np.float32), (row, column)), shape=(beers, width))
