"""Whether a candidate may replace the pair in service."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from promote.metrics import Metrics, RankingMetrics, RetrievalMetrics

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
    retrieval, ranking = metrics.retrieval.candidate, metrics.ranking.candidate
    popularity = metrics.retrieval.popularity
    comparisons = [
        _higher("retrieval recall@100", retrieval.recall_at_100, popularity.recall_at_100, "popularity"),
        _lower("ranking RMSE", ranking.rmse, metrics.ranking.mean.rmse, "global mean"),
        _lower("ranking RMSE", ranking.rmse, metrics.ranking.bias.rmse, "user + item bias", RANKING_TOLERANCE),
    ]
    notes = []
    if serving is not None:
        name = f"in service ({serving.release})"
        measured = serving.retrieval
        comparisons += [
            _higher("retrieval recall@100", retrieval.recall_at_100, measured.recall_at_100, name, RETRIEVAL_TOLERANCE),
            _higher("retrieval NDCG@10", retrieval.ndcg_at_10, measured.ndcg_at_10, name, RETRIEVAL_TOLERANCE),
            _lower("ranking RMSE", ranking.rmse, serving.ranking.rmse, name, RANKING_TOLERANCE),
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


def _higher(metric: str, candidate: float, other: float, against: str, tolerance: float = 1.0) -> Comparison:
    bound = other * tolerance
    # NaN passes no comparison, so a candidate without a number is refused.
    return _compared(metric, candidate, other, against, bound, higher_is_better=True, passed=candidate >= bound)


def _lower(metric: str, candidate: float, other: float, against: str, tolerance: float = 1.0) -> Comparison:
    bound = other * tolerance
    return _compared(metric, candidate, other, against, bound, higher_is_better=False, passed=candidate <= bound)


def _compared(
    metric: str, candidate: float, other: float, against: str, bound: float, *, higher_is_better: bool, passed: bool
) -> Comparison:
    return Comparison(
        metric=metric,
        against=against,
        candidate=candidate,
        other=other,
        bound=bound,
        higher_is_better=higher_is_better,
        passed=passed,
    )
