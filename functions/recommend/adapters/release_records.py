"""What promote and the training job leave in the bucket about releases and runs, as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class ReviewCounts(_Record):
    """What a release was trained on."""

    total: int
    fitted: int
    held_out: int
    users: int
    beers: int


class RetrievalMeasures(_Record):
    """0 to 1 each, higher is better; on held-out reviews."""

    recall_at_10: float | None = None
    recall_at_50: float | None = None
    recall_at_100: float | None = None
    recall_at_500: float | None = None
    ndcg_at_10: float | None = None
    coverage: float | None = None


class RankingMeasures(_Record):
    """On the scale of scores, lower is better; on held-out reviews."""

    rmse: float | None = None
    mae: float | None = None


class ServedMeasures(_Record):
    """Held-out beers that a user liked among the first 10, a user."""

    liked_at_10: float | None = None
    liked_at_10_retrieved: float | None = None


class RetrievalMetrics(_Record):
    """The release's retrieval beside the one that served before it, and popularity."""

    candidate: RetrievalMeasures
    serving: RetrievalMeasures | None = None
    popularity: RetrievalMeasures


class RankingMetrics(_Record):
    """The release's ranking beside the one that served before it, user + item bias, and the global mean."""

    candidate: RankingMeasures
    serving: RankingMeasures | None = None
    bias: RankingMeasures
    mean: RankingMeasures


class ServedMetrics(_Record):
    """The release's order as served beside that of the release before it."""

    candidate: ServedMeasures
    serving: ServedMeasures | None = None


class Metrics(_Record):
    """The release's metrics.json."""

    reviews: ReviewCounts
    retrieval: RetrievalMetrics
    ranking: RankingMetrics
    served: ServedMetrics | None = None


class Comparison(_Record):
    """One metric of a run beside another's, and the bound that it had to keep."""

    metric: str
    against: str
    candidate: float | None
    other: float | None
    bound: float | None
    higher_is_better: bool
    passed: bool


class Verdict(_Record):
    """What was decided of a run."""

    run: str
    status: Literal["promoted", "refused", "failed"]
    serving: str | None = Field(description="What served while it was decided")
    comparisons: list[Comparison]
    notes: list[str]


class Rollout(_Record):
    """A release's rollout.json: its last rollout."""

    previous: str | None
    started_at: datetime
    ended_at: datetime | None
    status: Literal["started", "in service", "rolled back"]
    reason: str | None
