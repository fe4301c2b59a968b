"""Whether a candidate may replace the pair in service."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from promote.metrics import Metrics, RankingMetrics, RetrievalMetrics, Values
from taproom.metrics import NDCG_AT_10, RECALL_AT_100, RMSE, Metric

# A retrained pair differs by chance as well as by data: within these ratios of the pair in service
# it counts as equally good, and newer data decides.
RETRIEVAL_TOLERANCE = 0.95
RANKING_TOLERANCE = 1.02


class Comparison(BaseModel):
    """One metric of the candidate beside one of another's, and the bound that it had to keep."""

    model_config = ConfigDict(frozen=True)

    metric: str
    against: str
    candidate: float
    other: float
    bound: float
    higher_is_better: bool
    passed: bool

    def __str__(self) -> str:
        sign = ">=" if self.higher_is_better else "<="
        mark = "ok  " if self.passed else "FAIL"
        return (
            f"{mark} {self.metric:22} {self.candidate:.4f}   wanted {sign} {self.bound:.4f}   "
            f"{self.against}: {self.other:.4f}"
        )


class Verdict(BaseModel):
    """What became of a run, with every comparison and its numbers."""

    model_config = ConfigDict(frozen=True)

    run: str
    status: Literal["promoted", "refused", "failed"]
    serving: str | None
    comparisons: tuple[Comparison, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([*(str(comparison) for comparison in self.comparisons), *self.notes])


class ServingMetrics(BaseModel):
    """The pair in service: what it scored on the candidate's held-out rows or, failing that, on its own."""

    model_config = ConfigDict(frozen=True)

    release: str
    retrieval: RetrievalMetrics
    ranking: RankingMetrics
    note: str | None = None


def decide(metrics: Metrics, serving: ServingMetrics | None) -> Verdict:
    """Promote iff the candidate beats the baselines and is within tolerance of the pair in service.

    `serving` is None while nothing serves: then the baselines alone decide.
    """
    retrieval, ranking = metrics.retrieval, metrics.ranking
    comparisons = [
        _compared(RECALL_AT_100, retrieval.candidate, retrieval.popularity, "popularity"),
        _compared(RMSE, ranking.candidate, ranking.mean, "global mean"),
        _compared(RMSE, ranking.candidate, ranking.bias, "user + item bias", RANKING_TOLERANCE),
    ]
    notes = []
    if serving is not None:
        name = f"in service ({serving.release})"
        comparisons += [
            _compared(RECALL_AT_100, retrieval.candidate, serving.retrieval, name, RETRIEVAL_TOLERANCE),
            _compared(NDCG_AT_10, retrieval.candidate, serving.retrieval, name, RETRIEVAL_TOLERANCE),
            _compared(RMSE, ranking.candidate, serving.ranking, name, RANKING_TOLERANCE),
        ]
        notes += [serving.note] if serving.note else []
    else:
        notes.append("Nothing serves yet: the baselines alone decided.")
    return Verdict(
        run=metrics.release,
        status="promoted" if all(comparison.passed for comparison in comparisons) else "refused",
        serving=serving.release if serving else None,
        comparisons=tuple(comparisons),
        notes=tuple(notes),
    )


def _compared(metric: Metric, candidate: Values, other: Values, against: str, tolerance: float = 1.0) -> Comparison:
    value, bound = candidate[metric.name], other[metric.name] * tolerance
    return Comparison(
        metric=metric.title,
        against=against,
        candidate=value,
        other=other[metric.name],
        bound=bound,
        higher_is_better=metric.more_is_better,
        # NaN passes no comparison, so a candidate without a number is refused.
        passed=value >= bound if metric.more_is_better else value <= bound,
    )
