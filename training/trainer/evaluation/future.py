"""Retrieval measured on ratings that came later than all it was fitted on, beside what was popular at that time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from taproom.contract import CANDIDATES
from taproom.metrics import NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, Metric
from trainer.data.reviews import Ids, Ratings
from trainer.evaluation import metrics, offline
from trainer.evaluation.offline import Measured

# Names of the baselines, and how many days before the first later rating each looks at; None for all.
POPULARITY: Mapping[str, int | None] = {"popularity_7_days": 7, "popularity_30_days": 30, "popularity": None}


@dataclass(frozen=True)
class Future:
    """What lists find of `reviews` later ratings by `users` users, from `first_day` (since 1970-01-01) on.

    `standard_errors` are those of the candidate's mean difference from each baseline, over users.
    """

    first_day: int
    users: int
    reviews: int
    candidate: Measured
    baselines: Mapping[str, Measured]
    standard_errors: Mapping[str, Measured]


def measure_future(users: Ids, lists: Ids, earlier: Ratings, later: Ratings, beers: int) -> Future:
    """Measure `lists` [users, k] of beer ids, best first, -1 for none, made of `earlier` ratings, by `later` ones.

    `users` [users] ascend and are all who have `later` ratings, each at least one `earlier` one too; ids are below
    `beers`. What a user has an `earlier` rating of is left out of their list, as it is of the baselines'.
    """
    first_day = int(later.day.min())

    def by_user(lists: Ids) -> dict[Metric, metrics.Reals]:
        ranks = offline.ranks_in(offline.without(lists, users, earlier, beers), users, later)
        return {
            RECALL_AT_10: metrics.recall_of_users(10, ranks, later.user),
            RECALL_AT_100: metrics.recall_of_users(100, ranks, later.user),
            NDCG_AT_10: metrics.ndcg_of_users(10, ranks, later.user),
        }

    def most_popular(days: int | None) -> Ids:
        recent = earlier if days is None else earlier.select(earlier.day >= first_day - days)
        counts, all_counts = (np.bincount(some.beer, minlength=beers) for some in (recent, earlier))
        # Of beers that are equally often in the window, the one with more ratings of all time.
        popular = np.lexsort((-all_counts, -counts))[:CANDIDATES].astype(np.int32)
        return np.broadcast_to(popular, (len(users), len(popular)))

    candidate = by_user(lists)
    baselines = {name: by_user(most_popular(days)) for name, days in POPULARITY.items()}
    return Future(
        first_day=first_day,
        users=len(users),
        reviews=len(later),
        candidate=_means(candidate),
        baselines={name: _means(found) for name, found in baselines.items()},
        standard_errors={
            name: {metric: _standard_error(candidate[metric] - values) for metric, values in found.items()}
            for name, found in baselines.items()
        },
    )


def _means(found: Mapping[Metric, metrics.Reals]) -> Measured:
    return {metric: float(values.mean()) for metric, values in found.items()}


def _standard_error(values: metrics.Reals) -> float:
    return float(values.std() / np.sqrt(len(values)))
