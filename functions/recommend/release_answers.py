"""What the API says of releases, read from the files that promote and the training job leave."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from recommend.beer_answers import Answer
from taproom.contract import RANKING, RETRIEVAL
from taproom.metrics import SERVED, of_task


class ReviewCounts(Answer):
    """What a release was trained on."""

    total: int
    fitted: int
    held_out: int
    users: int
    beers: int


def _by_name(task: str) -> AfterValidator:
    """Every metric of `task` and no other; null where the release was measured without it."""
    return AfterValidator(lambda values: {metric.name: values.get(metric.name) for metric in of_task(task)})


def _described(task: str) -> WithJsonSchema:
    number: dict[str, Any] = {"anyOf": [{"type": "number"}, {"type": "null"}]}
    properties = {metric.name: number | {"description": metric.meaning} for metric in of_task(task)}
    return WithJsonSchema({"type": "object", "properties": properties, "required": list(properties)})


# Of held-out reviews, by the names of taproom.metrics.
_Values = dict[str, float | None]
RetrievalMeasures = Annotated[_Values, _by_name(RETRIEVAL), _described(RETRIEVAL)]
RankingMeasures = Annotated[_Values, _by_name(RANKING), _described(RANKING)]
ServedMeasures = Annotated[_Values, _by_name(SERVED), _described(SERVED)]


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
