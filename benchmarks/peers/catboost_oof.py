"""CatBoost on out-of-fold statistics of users, beers, styles and breweries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.data.ratings import Catalogue, Numbers, Ratings
from benchmarks.peers.boosting import fitted
from benchmarks.peers.model import Settings
from benchmarks.peers.residual_features import Statistics, out_of_fold

SETTINGS: tuple[Settings, ...] = (
    {"depth": 6, "learning_rate": 0.06, "l2_leaf_reg": 10.0},
    {"depth": 8, "learning_rate": 0.05, "l2_leaf_reg": 30.0},
    {"depth": 4, "learning_rate": 0.1, "l2_leaf_reg": 3.0},
    {"depth": 6, "learning_rate": 0.03, "l2_leaf_reg": 3.0},
    {"depth": 7, "learning_rate": 0.05, "l2_leaf_reg": 100.0},
    {"depth": 5, "learning_rate": 0.05, "l2_leaf_reg": 10.0},
)


@dataclass(frozen=True)
class ResidualTrees:
    settings: Settings
    model: Any
    statistics: Statistics

    def predicted(self, rows: Ratings) -> Numbers:
        return np.clip(self.model.predict(self.statistics.features(rows)), 0, 5).astype(np.float32)


def fit(
    training: Ratings, catalogue: Catalogue, settings: Settings, seed: int, validation: Ratings | None
) -> ResidualTrees:
    from catboost import Pool

    statistics = Statistics(training, catalogue)
    watched = None if validation is None else Pool(statistics.features(validation), validation.score)
    chosen, model = fitted(Pool(out_of_fold(training, catalogue, seed), training.score), settings, seed, watched)
    return ResidualTrees(chosen, model, statistics)
