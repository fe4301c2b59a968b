"""Alternating least squares on implicit feedback, of the package `implicit` (Hu, Koren, Volinsky, 2008)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.data.ratings import Places, Ratings
from benchmarks.peers.model import Settings
from benchmarks.tasks.top_lists import Scores
from benchmarks.threads import THREADS
from trainer.data.attributes import ItemAttributes

SETTINGS: tuple[Settings, ...] = (
    {"factors": 64, "regularization": 100.0, "alpha": 20.0, "iterations": 15},
    {"factors": 64, "regularization": 50.0, "alpha": 10.0, "iterations": 15},
    {"factors": 32, "regularization": 100.0, "alpha": 20.0, "iterations": 15},
    {"factors": 128, "regularization": 150.0, "alpha": 20.0, "iterations": 15},
    {"factors": 64, "regularization": 200.0, "alpha": 40.0, "iterations": 15},
    {"factors": 32, "regularization": 5.0, "alpha": 4.0, "iterations": 15},
)


@dataclass(frozen=True)
class Als:
    settings: Settings
    model: Any

    def scores(self, users: Places, histories: Any) -> Scores:
        """Each user's factors follow from the history, by one least squares problem: newcomers are served, too."""
        factors = self.model.recalculate_user(users, histories.tocsr())
        return np.asarray(factors @ self.model.item_factors.T, np.float32)


def fit(
    training: Ratings,
    attributes: ItemAttributes,  # noqa: ARG001 (a peer's interface)
    settings: Settings,
    seed: int,
    validation: Ratings | None,  # noqa: ARG001
) -> Als:
    from implicit.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    model = AlternatingLeastSquares(**settings, num_threads=THREADS, random_state=seed)
    with threadpool_limits(1, "blas"):  # as implicit asks: it has threads of its own
        model.fit(training.matrix(), show_progress=False)
    return Als(settings, model)
