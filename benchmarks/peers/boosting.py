"""Fitting CatBoost: with rows to watch it chooses the number of trees, without it takes the number chosen."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.model import Settings
from benchmarks.threads import THREADS

MOST_TREES = 2000
_PATIENCE = 50


def fitted(pool: Any, settings: Settings, seed: int, watched: Any) -> tuple[Settings, Any]:
    """The settings with the number of trees, `iterations`, and the model with as many."""
    from catboost import CatBoostRegressor

    model = CatBoostRegressor(
        **{"iterations": MOST_TREES, **settings},
        loss_function="RMSE",
        random_seed=seed,
        thread_count=THREADS,
        allow_writing_files=False,
        verbose=False,
        **({"early_stopping_rounds": _PATIENCE} if watched is not None else {}),
    )
    model.fit(pool, eval_set=watched)
    return {**settings, "iterations": int(model.tree_count_)}, model
