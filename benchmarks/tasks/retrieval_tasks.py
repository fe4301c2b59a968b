"""Tuning and measuring a retrieval peer."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from benchmarks.data.holdout import Holdout, Newcomers, draw_newcomers
from benchmarks.data.ratings import Places, Ratings
from benchmarks.models import retrieval_peer, tries
from benchmarks.tasks.metrics import both_orders, list_metrics
from benchmarks.tasks.task import Task
from benchmarks.tasks.validation import item_mean_weight, item_means, listed, ndcg_at_100
from taproom.metrics import RECALL_AT_100

# Beside a peer's own settings: how much a beer's mean score counts in the order that is served.
ITEM_MEAN_WEIGHT = "item_mean_weight"


def tune(task: Task) -> dict[str, Any]:
    """Fit each try without the validation rows; the best by their NDCG@100, with the epochs it found best.

    Then the best one's weight of beers' mean scores is chosen by liked@10.
    """
    peer = retrieval_peer(task.model)
    data, held = task.data()
    training, validation = data.ratings.select(held.training), data.ratings.select(held.validation)
    tried: list[dict[str, Any]] = []
    for settings in tries(task.model, task.tries):
        model = peer.fit(training, data.attributes, settings, task.seed, validation)
        ndcg = ndcg_at_100(model, training, validation)
        if all(ndcg > one["ndcg_at_100"] for one in tried):
            chosen = {**model.settings, ITEM_MEAN_WEIGHT: item_mean_weight(model, training, validation)}
        tried.append({"settings": dict(model.settings), "ndcg_at_100": ndcg})
        print(tried[-1], flush=True)
    return {"chosen": chosen, "tried": tried}


def measure(task: Task) -> dict[str, Any]:
    """Fit on all fitted rows, and measure on the test rows: the model's own order, and that with beers' mean scores."""
    data, held = task.data()
    fitted, test = data.ratings.select(held.fitted), data.ratings.select(held.test)
    settings = dict(task.settings)
    weight = settings.pop(ITEM_MEAN_WEIGHT)
    started = time.perf_counter()
    model = retrieval_peer(task.model).fit(fitted, data.attributes, settings, task.seed, None)
    seconds = time.perf_counter() - started
    users = np.unique(test.user).astype(np.int64)
    found = listed(model, users, fitted, fitted)
    served = found.reordered(np.float32(weight) * item_means(fitted))
    return {
        "metrics": both_orders(found.beers, served, users, test, fitted),
        "users": len(users),
        "fit_seconds": seconds,
        "evaluation_seconds": time.perf_counter() - started - seconds,
    }


def newcomers(task: Task) -> dict[str, Any]:
    """Recall@100 of newcomers and of known users, by 5 ratings and by whole histories; newcomers are not fitted."""
    data, held = task.data()
    ratings, settings = data.ratings, {**task.settings}
    settings.pop(ITEM_MEAN_WEIGHT)
    drawn = draw_newcomers(ratings, held, task.seed)
    fitted = ratings.select(held.fitted & ~np.isin(ratings.user, drawn.newcomers))
    model = retrieval_peer(task.model).fit(fitted, data.attributes, settings, task.seed, None)
    histories = {"given": ratings.select(drawn.given), "whole": ratings.select(held.fitted)}

    def lists_of(users: Places, by: str, without: Ratings) -> Any:
        return listed(model, users, histories[by], without, 100).beers

    return {"recall_at_100": recalls(lists_of, ratings, held, drawn)}


def recalls(lists_of: Any, ratings: Ratings, held: Holdout, drawn: Newcomers) -> dict[str, float]:
    """Recall@100 by who is asked for and by what they are known.

    `lists_of(users, "given" | "whole", without)` lists beers, leaving out what a user has in `without`. Newcomers
    and known users are compared on alike terms: their test rows, all their other rows left out of the lists.
    `newcomers_rest` counts all rows of newcomers but the 5 given ones.
    """
    seen, test = ratings.select(held.fitted), ratings.select(held.test)
    own = np.ones(len(ratings), np.bool_)
    own[drawn.given] = False
    given = ratings.select(drawn.given)
    rest = ratings.select(own & np.isin(ratings.user, drawn.newcomers))

    def recall(users: Places, by: str, without: Ratings, wanted: Ratings) -> float:
        return list_metrics(lists_of(users, by, without), users, wanted, seen)[RECALL_AT_100]

    return {
        "newcomers": recall(drawn.newcomers, "given", seen, test.select(np.isin(test.user, drawn.newcomers))),
        "known_cut": recall(drawn.known, "given", seen, test.select(np.isin(test.user, drawn.known))),
        "known_whole": recall(drawn.known, "whole", seen, test.select(np.isin(test.user, drawn.known))),
        "newcomers_rest": recall(drawn.newcomers, "given", given, rest),
    }
