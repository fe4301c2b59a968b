"""Tuning and measuring the project's own models."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.data.holdout import Holdout, draw_newcomers, hold_out
from benchmarks.data.ratings import Ids, Places, Ratings, load
from benchmarks.data.review_file import RATINGS
from benchmarks.models import VARIANTS
from benchmarks.tasks import taproom_release, top_lists
from benchmarks.tasks.metrics import NDCG_AT_100, list_metrics, named, score_metrics
from benchmarks.tasks.retrieval_tasks import recalls
from benchmarks.tasks.task import Task
from taproom.metrics import RMSE

_NOBODY = np.zeros(0, np.int64)
_USERS_AT_ONCE = 1024


def tune(task: Task) -> dict[str, Any]:
    """Fit each try without the validation rows; retrieval's settings by their NDCG@100, ranking's by their RMSE."""
    ratings, held = _read(task)
    training, validation = ratings.where(held.training), ratings.where(held.validation)
    users = np.unique(validation.user).astype(np.int64)
    tried: list[dict[str, Any]] = []
    for retrieval, ranking in list(
        zip(taproom_release.RETRIEVAL_SETTINGS, taproom_release.RANKING_SETTINGS, strict=True)
    )[: task.tries]:
        release = _fit(task, ratings, held.training, _NOBODY, {**retrieval, **ranking})
        codes, _ = release.retrieved(users, training)
        lists = top_lists.without(codes, users, training)
        tried.append(
            {
                "settings": {**retrieval, **ranking},
                "ndcg_at_100": list_metrics(lists, users, validation, training)[NDCG_AT_100],
                "rmse": score_metrics(release.predicted(validation, training), validation.score)[RMSE],
            }
        )
        print(tried[-1], flush=True)
    retrieval = taproom_release.RETRIEVAL_SETTINGS[int(np.argmax([one["ndcg_at_100"] for one in tried]))]
    ranking = taproom_release.RANKING_SETTINGS[int(np.argmin([one["rmse"] for one in tried]))]
    return {"chosen": {**retrieval, **ranking}, "tried": tried}


def measure(task: Task) -> dict[str, Any]:
    """Fit on all fitted rows, measure on the test rows: retrieval's order, the served order, and predicted scores."""
    ratings, held = _read(task)
    fitted, test = ratings.where(held.fitted), ratings.where(held.test)
    users = np.unique(test.user).astype(np.int64)
    started = time.perf_counter()
    release = _fit(task, ratings, held.fitted, _NOBODY, task.settings)
    seconds = time.perf_counter() - started
    codes, scores = release.retrieved(users, fitted)
    retrieval = list_metrics(top_lists.without(codes, users, fitted), users, test, fitted)
    ranking = score_metrics(release.predicted(test, fitted), test.score)
    evaluation_seconds = time.perf_counter() - started - seconds
    served = list_metrics(_served(release, codes, scores, users, fitted), users, test, fitted)
    return {
        "metrics": named(retrieval)
        | named(ranking)
        | {f"served_{name}": value for name, value in named(served).items() if name.endswith("_at_10")},
        "ranking_weight": release.ranking_weight,
        "stages": dict(release.seconds),
        "fit_seconds": seconds,
        "evaluation_seconds": evaluation_seconds,
    }


def newcomers(task: Task) -> dict[str, Any]:
    """As `retrieval_tasks.newcomers`."""
    ratings, held = _read(task)
    drawn = draw_newcomers(ratings, held, task.seed)
    release = _fit(task, ratings, held.fitted, drawn.newcomers, task.settings)
    histories = {"given": ratings.where(drawn.given), "whole": ratings.where(held.fitted)}

    def lists_of(users: Places, by: str, without: Ratings) -> Ids:
        return top_lists.without(release.retrieved(users, histories[by])[0], users, without)

    return {"recall_at_100": recalls(lists_of, ratings, held, drawn)}


def _served(
    release: taproom_release.Fitted, codes: Ids, scores: top_lists.Scores, users: Places, fitted: Ratings
) -> Ids:
    """The top 10 [users, 10] by retrieval's score + weight * predicted score, of the retrieved that are new."""
    lists = np.empty((len(users), 10), np.int32)
    for start in range(0, len(users), _USERS_AT_ONCE):
        some = slice(start, start + _USERS_AT_ONCE)
        new = top_lists.new_to(codes[some], users[some], fitted)
        row, place = np.nonzero(new)
        queries = Ratings(
            users[some][row].astype(np.int32),
            codes[some][row, place],
            np.zeros(len(row), np.float32),
            fitted.users,
            fitted.beers,
        )
        order = np.full(new.shape, -np.inf, np.float32)
        order[row, place] = scores[some][row, place] + release.ranking_weight * release.predicted(queries, fitted)
        best = top_lists.best(order, 10)
        lists[some] = np.where(best >= 0, np.take_along_axis(codes[some], np.maximum(best, 0), axis=1), -1)
    return lists


def _fit(task: Task, ratings: Ratings, rows: Any, left_out: Places, settings: Any) -> taproom_release.Fitted:
    return taproom_release.fit(
        Path(task.folder), ratings, rows, left_out, {**settings, **VARIANTS.get(task.model, {})}, task.seed
    )


def _read(task: Task) -> tuple[Ratings, Holdout]:
    ratings, _ = load(Path(task.folder) / RATINGS)
    return ratings, hold_out(len(ratings), task.seed)
