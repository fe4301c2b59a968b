"""Tuning and measuring a ranking peer."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.models import ranking_peer, tries
from benchmarks.tasks.metrics import named, score_metrics
from benchmarks.tasks.task import Task
from taproom.metrics import RMSE


def tune(task: Task) -> dict[str, Any]:
    """Fit each try without the validation rows; the best by their RMSE, with the epochs it found best."""
    peer = ranking_peer(task.model)
    data, held = task.data()
    training, validation = data.ratings.select(held.training), data.ratings.select(held.validation)
    tried: list[dict[str, Any]] = []
    for settings in tries(task.model, task.tries):
        model = peer.fit(training, data.attributes, settings, task.seed, validation)
        rmse = score_metrics(model.predicted(validation), validation.score)[RMSE]
        tried.append({"settings": dict(model.settings), "rmse": rmse})
        print(tried[-1], flush=True)
    best = min(tried, key=lambda one: one["rmse"])
    return {"chosen": best["settings"], "tried": tried}


def measure(task: Task) -> dict[str, Any]:
    """Fit on all fitted rows, and measure on the test rows."""
    data, held = task.data()
    fitted, test = data.ratings.select(held.fitted), data.ratings.select(held.test)
    started = time.perf_counter()
    model = ranking_peer(task.model).fit(fitted, data.attributes, task.settings, task.seed, None)
    seconds = time.perf_counter() - started
    metrics = score_metrics(model.predicted(test), test.score)
    return {
        "metrics": named(metrics),
        "fit_seconds": seconds,
        "evaluation_seconds": time.perf_counter() - started - seconds,
    }
