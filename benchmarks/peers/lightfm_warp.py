"""LightFM with the WARP loss, of the package `lightfm-next` (Weston, Bengio, Usunier, 2011)."""

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

SETTINGS: tuple[Settings, ...] = (
    {"no_components": 64, "learning_rate": 0.02, "max_sampled": 30, "penalty": 0.0},
    {"no_components": 128, "learning_rate": 0.02, "max_sampled": 30, "penalty": 0.0},
    {"no_components": 64, "learning_rate": 0.01, "max_sampled": 30, "penalty": 0.0},
    {"no_components": 32, "learning_rate": 0.05, "max_sampled": 20, "penalty": 1e-5},
    {"no_components": 64, "learning_rate": 0.02, "max_sampled": 100, "penalty": 0.0},
    {"no_components": 32, "learning_rate": 0.02, "max_sampled": 30, "penalty": 0.0},
)
MOST_EPOCHS = 60
_EPOCHS_AT_ONCE = 5
# Measurements in a row that are no better, after which fitting stops.
_PATIENCE = 2


@dataclass(frozen=True)
class Warp:
    settings: Settings
    model: Any

    def scores(self, users: Places, histories: Any) -> Scores:  # noqa: ARG002 (a peer's interface)
        beer_bias, beers = self.model.get_item_representations()
        _, own = self.model.get_user_representations()
        return np.asarray(own[users] @ beers.T + beer_bias, np.float32)


def fit(training: Ratings, settings: Settings, seed: int, validation: Ratings | None) -> Warp:
    """With `validation`, the best of 5, 10, … epochs, until more are no better twice."""
    from lightfm import LightFM

    chosen = dict(settings)
    epochs, penalty = chosen.pop("epochs", MOST_EPOCHS), chosen.pop("penalty")
    model = LightFM(loss="warp", item_alpha=penalty, user_alpha=penalty, random_state=seed, **chosen)
    matrix = training.matrix().tocoo()
    if validation is None:
        model.fit(matrix, epochs=epochs, num_threads=THREADS)
        return Warp(settings, model)
    best, found, worse = Warp(settings, model), -1.0, 0
    for done in range(_EPOCHS_AT_ONCE, epochs + 1, _EPOCHS_AT_ONCE):
        model.fit_partial(matrix, epochs=_EPOCHS_AT_ONCE, num_threads=THREADS)
        now = Warp({**settings, "epochs": done}, model)
        measured = ndcg_at_100(now, training, validation)
        if measured > found:
            best, found, worse = Warp(now.settings, deepcopy(model)), measured, 0
            continue
        worse += 1
        if worse == _PATIENCE:
            break
    return best
