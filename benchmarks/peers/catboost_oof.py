"""CatBoost on out-of-fold statistics of users, beers, styles and breweries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.data.ratings import Numbers, Ratings
from benchmarks.peers.model import Settings
from benchmarks.peers.residual_features import Statistics, out_of_fold
from benchmarks.threads import THREADS
from trainer.data.attributes import ItemAttributes

SETTINGS: tuple[Settings, ...] = (
    {"depth": 6, "learning_rate": 0.06, "l2_leaf_reg": 10.0},
    {"depth": 8, "learning_rate": 0.05, "l2_leaf_reg": 30.0},
    {"depth": 4, "learning_rate": 0.1, "l2_leaf_reg": 3.0},
    {"depth": 6, "learning_rate": 0.03, "l2_leaf_reg": 3.0},
    {"depth": 7, "learning_rate": 0.05, "l2_leaf_reg": 100.0},
    {"depth": 5, "learning_rate": 0.05, "l2_leaf_reg": 10.0},
)
MOST_TREES = 2000
_PATIENCE = 50


@dataclass(frozen=True)
class ResidualTrees:
    settings: Settings
    model: Any
    statistics: Statistics

    def predicted(self, rows: Ratings) -> Numbers:
        return np.clip(self.model.predict(self.statistics.features(rows)), 0, 5).astype(np.float32)


def fit(
    training: Ratings, attributes: ItemAttributes, settings: Settings, seed: int, validation: Ratings | None
) -> ResidualTrees:
    """With `validation`, as many trees as are best on it."""
    from catboost import CatBoostRegressor, Pool

    statistics = Statistics(training, attributes)
    model = CatBoostRegressor(
        **{"iterations": MOST_TREES, **settings},
        loss_function="RMSE",
        random_seed=seed,
        thread_count=THREADS,
        allow_writing_files=False,
        verbose=False,
        early_stopping_rounds=None if validation is None else _PATIENCE,
    )
    model.fit(
        Pool(out_of_fold(training, attributes, seed), training.score),
        eval_set=None if validation is None else Pool(statistics.features(validation), validation.score),
    )
    return ResidualTrees({**settings, "iterations": int(model.tree_count_)}, model, statistics)
