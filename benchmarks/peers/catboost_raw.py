"""CatBoost on user, beer, brewery and style as categories, and abv: its own ordered target statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.data.ratings import Catalogue, Numbers, Ratings
from benchmarks.peers.boosting import fitted
from benchmarks.peers.model import Settings

SETTINGS: tuple[Settings, ...] = (
    {"depth": 6, "learning_rate": 0.1, "l2_leaf_reg": 3.0},
    {"depth": 8, "learning_rate": 0.1, "l2_leaf_reg": 3.0},
    {"depth": 6, "learning_rate": 0.05, "l2_leaf_reg": 10.0},
    {"depth": 8, "learning_rate": 0.1, "l2_leaf_reg": 30.0},
    {"depth": 10, "learning_rate": 0.1, "l2_leaf_reg": 10.0},
    {"depth": 4, "learning_rate": 0.1, "l2_leaf_reg": 3.0},
)


@dataclass(frozen=True)
class RawTrees:
    settings: Settings
    model: Any
    catalogue: Catalogue

    def predicted(self, rows: Ratings) -> Numbers:
        return np.clip(self.model.predict(table(rows, self.catalogue)), 0, 5).astype(np.float32)


def fit(training: Ratings, catalogue: Catalogue, settings: Settings, seed: int, validation: Ratings | None) -> RawTrees:
    from catboost import Pool

    categories = ["user", "beer", "brewery", "style"]
    pool = Pool(table(training, catalogue), training.score, cat_features=categories)
    watched = None
    if validation is not None:
        watched = Pool(table(validation, catalogue), validation.score, cat_features=categories)
    chosen, model = fitted(pool, settings, seed, watched)
    return RawTrees(chosen, model, catalogue)


def table(rows: Ratings, catalogue: Catalogue) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "user": rows.user,
            "beer": rows.beer,
            "brewery": catalogue.brewery[rows.beer],
            "style": catalogue.style[rows.beer],
            "abv": catalogue.abv[rows.beer],
        }
    )
