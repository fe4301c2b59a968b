"""Every metric: its name, what people call it, which model it judges, and which way is better.

The one place where these are written: the training job, its definitions for SageMaker, tuning, the gate, the registry,
the API, the demo and the benchmarks read them here. The formulas are in training/trainer/evaluation/metrics.py.
Standard library only, since it travels into the training container as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from taproom.contract import RANKING, RETRIEVAL

# The list as it is shown, which both models make together.
SERVED = "served"
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Metric:
    """`name` is its key in metrics.json, under `task`; `label` is what people call it, `meaning` what it says."""

    task: str
    name: str
    label: str
    meaning: str
    more_is_better: bool = True

    @property
    def title(self) -> str:
        """Its label with its task, where the two stand side by side."""
        return f"{self.task} {self.label}"

    @property
    def printed_name(self) -> str:
        """Its name in the job's log, in TensorBoard and in SageMaker."""
        return f"{self.task}_{self.name}"

    @property
    def pattern(self) -> str:
        """The regular expression that finds its value in the job's log."""
        return f"metric {self.printed_name}=([0-9.eE+-]+)"

    def line(self, value: float) -> str:
        """What the job prints, and `pattern` finds."""
        return f"metric {self.printed_name}={value:.6f}"

    def is_better(self, value: float, other: float) -> bool:
        """Whether `value` beats `other`."""
        return value > other if self.more_is_better else value < other


# Of held-out reviews, once a job; metrics.json has them all.
RECALL_AT_10 = Metric(RETRIEVAL, "recall_at_10", "recall@10", "share of a user's held-out beers among the first 10")
RECALL_AT_50 = Metric(RETRIEVAL, "recall_at_50", "recall@50", "share of a user's held-out beers among the first 50")
RECALL_AT_100 = Metric(RETRIEVAL, "recall_at_100", "recall@100", "share of a user's held-out beers among the first 100")
RECALL_AT_500 = Metric(RETRIEVAL, "recall_at_500", "recall@500", "share of a user's held-out beers among the first 500")
NDCG_AT_10 = Metric(RETRIEVAL, "ndcg_at_10", "NDCG@10", "the same share of 10, where an earlier place counts more")
COVERAGE = Metric(RETRIEVAL, "coverage", "coverage", "share of all beers that are among somebody's first 100")
RMSE = Metric(RANKING, "rmse", "RMSE", "root mean squared error of predicted scores, in points", more_is_better=False)
MAE = Metric(RANKING, "mae", "MAE", "mean absolute error of predicted scores, in points", more_is_better=False)
LIKED_AT_10 = Metric(
    SERVED, "liked_at_10", "liked@10", "held-out beers that a user liked, among the first 10 as they are served"
)
LIKED_AT_10_RETRIEVED = Metric(
    SERVED, "liked_at_10_retrieved", "liked@10, retrieval order", "the same among the first 10 of retrieval alone"
)
HELD_OUT = (
    RECALL_AT_10, RECALL_AT_50, RECALL_AT_100, RECALL_AT_500, NDCG_AT_10, COVERAGE,
    RMSE, MAE,
    LIKED_AT_10, LIKED_AT_10_RETRIEVED,
)  # fmt: skip

# Of reviews of beers that chance had shown, where there are any.
PROBES = "probes"
PROBES_RECALL_AT_10 = Metric(PROBES, "recall_at_10", "recall@10", "share of a user's rated probes among the first 10")
PROBES_RECALL_AT_100 = Metric(
    PROBES, "recall_at_100", "recall@100", "share of a user's rated probes among the first 100"
)

# Of training and validation reviews, once an epoch.
LOSS = Metric(RETRIEVAL, "loss", "loss", "of the training reviews", more_is_better=False)
VALIDATION_RECALL_AT_10 = Metric(
    RETRIEVAL, "validation_recall_at_10", "validation recall@10", "recall@10 of validation reviews"
)
VALIDATION_RECALL_AT_100 = Metric(
    RETRIEVAL, "validation_recall_at_100", "validation recall@100", "recall@100 of validation reviews"
)
TRAIN_RMSE = Metric(RANKING, "train_rmse", "training RMSE", "RMSE of training reviews", more_is_better=False)
VALIDATION_RMSE = Metric(
    RANKING, "validation_rmse", "validation RMSE", "RMSE of validation reviews", more_is_better=False
)

PRINTED = (LOSS, VALIDATION_RECALL_AT_10, VALIDATION_RECALL_AT_100, TRAIN_RMSE, VALIDATION_RMSE, *HELD_OUT)


def is_liked(score: Any, own_mean: Any) -> Any:
    """Whether somebody liked a beer: they scored it at least as high as the mean of their own scores.

    Of numbers, or of arrays element by element. A mean may come out a little above what it should be, since scores
    are kept in single precision: a score as high as the mean counts as such.
    """
    return score >= own_mean - _TOLERANCE


def of_task(task: str) -> tuple[Metric, ...]:
    """Those of held-out reviews that judge `task`, in order."""
    return tuple(metric for metric in HELD_OUT if metric.task == task)
