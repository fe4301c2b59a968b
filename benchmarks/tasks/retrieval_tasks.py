"""Tuning and measuring a retrieval peer."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.data.holdout import Holdout, Newcomers, draw_newcomers, hold_out
from benchmarks.data.ratings import Places, Ratings, load
from benchmarks.data.review_file import RATINGS
from benchmarks.models import retrieval_peer
from benchmarks.peers.model import Retrieval
from benchmarks.tasks import top_lists
from benchmarks.tasks.metrics import list_metrics, named
from benchmarks.tasks.task import Task
from benchmarks.tasks.validation import ndcg_at_100
from taproom.metrics import RECALL_AT_100


def tune(task: Task) -> dict[str, Any]:
    """Fit each try without the validation rows; the best by their NDCG@100, with the epochs it found best."""
    peer = retrieval_peer(task.model)
    ratings, held = _read(task)
    training, validation = ratings.where(held.training), ratings.where(held.validation)
    tried: list[dict[str, Any]] = []
    for settings in peer.SETTINGS[: task.tries]:
        model = peer.fit(training, settings, task.seed, validation)
        tried.append({"settings": dict(model.settings), "ndcg_at_100": ndcg_at_100(model, training, validation)})
        print(tried[-1], flush=True)
    best = max(tried, key=lambda one: one["ndcg_at_100"])
    return {"chosen": best["settings"], "tried": tried}


def measure(task: Task) -> dict[str, Any]:
    """Fit on all fitted rows, and measure on the test rows."""
    ratings, held = _read(task)
    fitted, test = ratings.where(held.fitted), ratings.where(held.test)
    started = time.perf_counter()
    model = retrieval_peer(task.model).fit(fitted, task.settings, task.seed, None)
    seconds = time.perf_counter() - started
    users = np.unique(test.user).astype(np.int64)
    lists = listed(model, users, fitted.matrix(), fitted)
    return {
        "metrics": named(list_metrics(lists, users, test, fitted)),
        "fit_seconds": seconds,
        "evaluation_seconds": time.perf_counter() - started - seconds,
    }


def newcomers(task: Task) -> dict[str, Any]:
    """Recall@100 of newcomers and of known users, by 5 ratings and by whole histories; newcomers are not fitted."""
    peer = retrieval_peer(task.model)
    ratings, held = _read(task)
    drawn = draw_newcomers(ratings, held, task.seed)
    fitted = ratings.where(held.fitted & ~np.isin(ratings.user, drawn.newcomers))
    model = peer.fit(fitted, task.settings, task.seed, None)
    seen = ratings.where(held.fitted)
    given, whole = ratings.where(drawn.given).matrix(), seen.matrix()

    def lists_of(users: Places, by: str, without: Ratings) -> Any:
        return listed(model, users, given if by == "given" else whole, without)

    return {"recall_at_100": recalls(lists_of, ratings, held, drawn)}


def recalls(lists_of: Any, ratings: Ratings, held: Holdout, drawn: Newcomers) -> dict[str, float]:
    """Recall@100 by who is asked for and by what they are known.

    `lists_of(users, "given" | "whole", without)` lists beers, leaving out what a user has in `without`. Newcomers
    and known users are compared on alike terms: their test rows, all their other rows left out of the lists.
    `newcomers_rest` counts all rows of newcomers but the 5 given ones.
    """
    seen, test = ratings.where(held.fitted), ratings.where(held.test)
    own = np.ones(len(ratings), np.bool_)
    own[drawn.given] = False
    given = ratings.where(drawn.given)
    rest = ratings.where(own & np.isin(ratings.user, drawn.newcomers))

    def recall(users: Places, by: str, without: Ratings, wanted: Ratings) -> float:
        return list_metrics(lists_of(users, by, without), users, wanted, seen)[RECALL_AT_100]

    return {
        "newcomers": recall(drawn.newcomers, "given", seen, test.where(np.isin(test.user, drawn.newcomers))),
        "known_cut": recall(drawn.known, "given", seen, test.where(np.isin(test.user, drawn.known))),
        "known_whole": recall(drawn.known, "whole", seen, test.where(np.isin(test.user, drawn.known))),
        "newcomers_rest": recall(drawn.newcomers, "given", given, rest),
    }


def listed(model: Retrieval, users: Places, histories: Any, seen: Ratings) -> Any:
    return top_lists.from_scores(lambda some: model.scores(some, histories[some]), users, seen)


def _read(task: Task) -> tuple[Ratings, Holdout]:
    ratings, _ = load(Path(task.folder) / RATINGS)
    return ratings, hold_out(len(ratings), task.seed)
