"""Measuring the project's own models, which choose their settings themselves while they are fitted."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from benchmarks.data.holdout import draw_newcomers
from benchmarks.data.ratings import DataSet, Flags, Ids, Places, Ratings
from benchmarks.models import MODELS
from benchmarks.tasks import taproom_release
from benchmarks.tasks.metrics import both_orders, named, score_metrics
from benchmarks.tasks.retrieval_tasks import recalls
from benchmarks.tasks.task import Task
from trainer.evaluation.offline import without

_NOBODY = np.zeros(0, np.int64)


def measure(task: Task) -> dict[str, Any]:
    """Fit on all fitted rows, measure on the test rows: retrieval's order, the served order, and predicted scores."""
    data, held = task.data()
    fitted, test = data.ratings.select(held.fitted), data.ratings.select(held.test)
    users = np.unique(test.user).astype(np.int64)
    started = time.perf_counter()
    release = _fit(task, data, held.fitted, _NOBODY)
    seconds = time.perf_counter() - started
    found = release.retrieved(users, fitted)
    retrieved = _new(found.beers, users, fitted)
    ranking = score_metrics(release.predicted(test, fitted), test.score)
    evaluation_seconds = time.perf_counter() - started - seconds
    served = _new(release.served(users, found, fitted), users, fitted)
    return {
        "metrics": both_orders(retrieved, served, users, test, fitted) | named(ranking),
        "ranking_weight": release.ranking_weight,
        "stages": dict(release.seconds),
        "users": len(users),
        "fit_seconds": seconds,
        "evaluation_seconds": evaluation_seconds,
    }


def newcomers(task: Task) -> dict[str, Any]:
    """As `retrieval_tasks.newcomers`."""
    data, held = task.data()
    drawn = draw_newcomers(data.ratings, held, task.seed)
    release = _fit(task, data, held.fitted, drawn.newcomers)
    histories = {"given": data.ratings.select(drawn.given), "whole": data.ratings.select(held.fitted)}

    def lists_of(users: Places, by: str, seen: Ratings) -> Ids:
        return _new(release.retrieved(users, histories[by]).beers, users, seen)

    return {"recall_at_100": recalls(lists_of, data.ratings, held, drawn)}


def _new(lists: Ids, users: Places, seen: Ratings) -> Ids:
    return without(lists, users.astype(np.int32), seen, seen.beers)


def _fit(task: Task, data: DataSet, rows: Flags, left_out: Places) -> taproom_release.Fitted:
    settings = {**task.settings, **MODELS[task.model].fixed}
    return taproom_release.fit(data, rows, left_out, settings, task.seed)
