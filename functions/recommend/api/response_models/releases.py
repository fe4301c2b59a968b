"""What the API says of releases, read from the files that promote and the training job leave."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from recommend.api.response_models.beers import Answer


class ReviewCounts(Answer):
    """What a release was trained on."""

    total: int
    fitted: int
    held_out: int
    users: int
    beers: int


class RetrievalMeasures(Answer):
    """0 to 1 each, higher is better; on held-out reviews."""

    recall_at_10: float | None = None
    recall_at_50: float | None = None
    recall_at_100: float | None = None
    recall_at_500: float | None = None
    ndcg_at_10: float | None = None
    coverage: float | None = None


class RankingMeasures(Answer):
    """On the scale of scores, lower is better; on held-out reviews."""

    rmse: float | None = None
    mae: float | None = None


class ServedMeasures(Answer):
    """Held-out beers that a user liked among the first 10, a user."""

    liked_at_10: float | None = None
    liked_at_10_retrieved: float | None = None


class RetrievalMetrics(Answer):
    """The release's retrieval beside the one that served before it, and popularity."""

    candidate: RetrievalMeasures
    serving: RetrievalMeasures | None = None
    popularity: RetrievalMeasures


class RankingMetrics(Answer):
    """The release's ranking beside the one that served before it, user + item bias, and the global mean."""

    candidate: RankingMeasures
    serving: RankingMeasures | None = None
    bias: RankingMeasures
    mean: RankingMeasures


class ServedMetrics(Answer):
    """The release's order as served beside that of the release before it."""

    candidate: ServedMeasures
    serving: ServedMeasures | None = None


class Metrics(Answer):
    """The release's metrics.json."""

    reviews: ReviewCounts
    retrieval: RetrievalMetrics
    ranking: RankingMetrics
    served: ServedMetrics | None = None


class Comparison(Answer):
    """One metric of a run beside another's, and the bound that it had to keep."""

    metric: str
    against: str
    candidate: float | None
    other: float | None
    bound: float | None
    higher_is_better: bool
    passed: bool


class Verdict(Answer):
    """What was decided of a run."""

    run: str
    status: Literal["promoted", "refused", "failed"]
    serving: str | None = Field(description="What served while it was decided")
    comparisons: list[Comparison]
    notes: list[str]


class Release(Answer):
    """A release, how it came into service, and how good it is."""

    release: str
    status: Literal["in service", "replaced", "rolling out", "rolled back"]
    started_at: datetime = Field(description="Of its last rollout")
    ended_at: datetime | None
    previous: str | None = Field(description="What served before")
    reason: str | None = Field(description="Why it was rolled back")
    metrics: Metrics
    verdict: Verdict | None


class ReleaseInService(Release):
    """What serves now."""

    latest_verdict: Verdict | None = Field(description="Of the last run that was decided, promoted or refused")


class Releases(Answer):
    """The releases, the latest rolled out first."""

    in_service: str | None
    releases: list[Release]


class EndpointHealth(Answer):
    """An endpoint as SageMaker shows it."""

    name: str
    status: str
    release: str | None
    failure: str | None


class Health(Answer):
    """Whether all is well, and how old it is."""

    status: Literal["ok", "degraded", "no model"]
    release: str | None
    endpoints: list[EndpointHealth]
    newest_data_at: datetime | None = Field(description="Time of the latest drop that was taken in")
    newest_data_age_seconds: int | None
    model_made_at: datetime | None
    model_age_seconds: int | None
