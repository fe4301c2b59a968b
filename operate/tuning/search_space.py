"""Which hyper-parameters tuning searches, in which ranges, and what it judges them by.

A subset of hyperparameters.py, and within its ranges. Each model is tuned on its own, by a metric of validation
rows; the held-out rows stay unseen, since the gate decides on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from taproom.contract import RANKING, RETRIEVAL
from taproom.metrics import VALIDATION_RECALL_AT_100, VALIDATION_RMSE, Metric


@dataclass(frozen=True)
class Whole:
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int
    logarithmic: bool = False


@dataclass(frozen=True)
class Real:
    """Numbers from `low` to `high`, both included."""

    low: float
    high: float
    logarithmic: bool = False


@dataclass(frozen=True)
class Choice:
    """One of `values`, in no order."""

    values: tuple[Any, ...]


Range = Whole | Real | Choice


@dataclass(frozen=True)
class Objective:
    """A metric that the job prints, the last value of which counts, and where its best is."""

    metric: str
    best: Literal["Maximize", "Minimize"]

    def is_better(self, value: float, other: float) -> bool:
        """Whether `value` beats `other`."""
        return value > other if self.best == "Maximize" else value < other


def _objective(metric: Metric) -> Objective:
    return Objective(metric.printed_name, "Maximize" if metric.more_is_better else "Minimize")


OBJECTIVES = {RETRIEVAL: _objective(VALIDATION_RECALL_AT_100), RANKING: _objective(VALIDATION_RMSE)}
SEARCH_SPACE: dict[str, dict[str, Range]] = {
    RETRIEVAL: {
        "retrieval_dimension": Whole(64, 384, logarithmic=True),
        "retrieval_dropout": Real(0.2, 0.7),
        "retrieval_weight_decay": Real(0.0, 200.0),
        "retrieval_learning_rate": Real(0.001, 0.03, logarithmic=True),
        "retrieval_batch": Choice((128, 256, 512)),
    },
    RANKING: {
        "factors_rank": Whole(4, 32, logarithmic=True),
        "ranking_dimension": Whole(4, 64, logarithmic=True),
        "ranking_dropout": Real(0.0, 0.6),
        "ranking_penalty": Real(1e-3, 10, logarithmic=True),
        "ranking_learning_rate": Real(0.0003, 0.01, logarithmic=True),
        "deep_layer_sizes": Choice(((), (64,), (64, 32), (128, 64))),
    },
}
# The other model is fitted as briefly as can be: nothing it does is looked at.
OTHER_MODEL: dict[str, dict[str, Any]] = {RETRIEVAL: {"ranking_epochs": 1}, RANKING: {"retrieval_epochs": 1}}
