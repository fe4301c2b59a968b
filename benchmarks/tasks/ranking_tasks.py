"""Tuning and measuring a ranking peer."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks.data.holdout import hold_out
from benchmarks.data.ratings import load
from benchmarks.data.review_file import RATINGS
from benchmarks.models import ranking_peer
from benchmarks.tasks.metrics import named, score_metrics
from benchmarks.tasks.task import Task
from taproom.metrics import RMSE


def tune(task: Task) -> dict[str, Any]:
    """Fit each try without the validation rows; the best by their RMSE, with the epochs it found best."""
    peer = ranking_peer(task.model)
    ratings, catalogue = load(Path(task.folder) / RATINGS)
    held = hold_out(len(ratings), task.seed)
    training, validation = ratings.where(held.training), ratings.where(held.validation)
    tried: list[dict[str, Any]] = []
    for settings in peer.SETTINGS[: task.tries]:
        model = peer.fit(training, catalogue, settings, task.seed, validation)
        rmse = score_metrics(model.predicted(validation), validation.score)[RMSE]
        tried.append({"settings": dict(model.settings), "rmse": rmse})
        print(tried[-1], flush=True)
    best = min(tried, key=lambda one: one["rmse"])
    return {"chosen": best["settings"], "tried": tried}


def measure(task: Task) -> dict[str, Any]:
    """Fit on all fitted rows, and measure on the test rows."""
    ratings, catalogue = load(Path(task.folder) / RATINGS)
    held = hold_out(len(ratings), task.seed)
    test = ratings.where(held.test)
    started = time.perf_counter()
    model = ranking_peer(task.model).fit(ratings.where(held.fitted), catalogue, task.settings, task.seed, None)
    seconds = time.perf_counter() - started
    metrics = score_metrics(model.predicted(test), test.score)
    return {
        "metrics": named(metrics),
        "fit_seconds": seconds,
        "evaluation_seconds": time.perf_counter() - started - seconds,
    }
