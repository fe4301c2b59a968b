"""A run's metrics.json, parsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from taproom.contract import RANKING, RETRIEVAL
from taproom.metrics import MAE, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE

# What the gate decides by and the registry notes; a release made by other code may have more, or lack others.
NEEDED = (RECALL_AT_10, RECALL_AT_100, NDCG_AT_10, RMSE, MAE)

Values = Mapping[str, float]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


def _needed(task: str) -> Callable[[Values], Values]:
    def check(values: Values) -> Values:
        missing = [metric.name for metric in NEEDED if metric.task == task and metric.name not in values]
        if missing:
            raise ValueError(f"there is no {', '.join(missing)}, only {', '.join(values) or 'nothing'}")
        return values

    return check


# By the names of taproom.metrics; those of held-out reviews that NEEDED lists are all there.
RetrievalMetrics = Annotated[Values, AfterValidator(_needed(RETRIEVAL))]
RankingMetrics = Annotated[Values, AfterValidator(_needed(RANKING))]


class Retrieval(_Frozen):
    """The candidate's retrieval beside the pair in service and the popularity baseline."""

    candidate: RetrievalMetrics
    serving: RetrievalMetrics | None
    popularity: RetrievalMetrics


class Ranking(_Frozen):
    """The candidate's ranking beside the pair in service, user + item bias, and the global mean."""

    candidate: RankingMetrics
    serving: RankingMetrics | None
    bias: RankingMetrics
    mean: RankingMetrics


class Reviews(_Frozen):
    """Counts of rows, users and beers that the run knew."""

    total: int
    fitted: int
    held_out: int
    users: int
    beers: int


class Metrics(_Frozen):
    """All that the gate decides by; `serving` is the release that was measured beside the candidate."""

    release: str
    serving: str | None
    serving_failure: str | None
    reviews: Reviews
    retrieval: Retrieval
    ranking: Ranking
