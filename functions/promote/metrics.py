"""A run's metrics.json, parsed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class RetrievalMetrics(_Frozen):
    """Each 0 to 1, higher is better; means over users with held-out reviews."""

    recall_at_10: float
    recall_at_100: float
    ndcg_at_10: float
    coverage: float


class RankingMetrics(_Frozen):
    """On the review scale, lower is better."""

    rmse: float
    mae: float


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
