"""What promote and the training job leave in the bucket about releases and runs, as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from taproom.contract import RANKING, RETRIEVAL
from taproom.metrics import SERVED, of_task


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class ReviewCounts(_Record):
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


class Group(_Record):
    """Held-out reviews of some users, beers or a style, and how good the release is for them."""

    name: str
    reviews: int
    recall_at_100: float
    rmse: float


class CalibrationGroup(_Record):
    """A tenth of the held-out reviews by predicted score: the mean scores."""

    reviews: int
    predicted: float
    given: float


class Slices(_Record):
    """Where the release is good and where it is not."""

    groups: list[Group]
    calibration: list[CalibrationGroup] = Field(description="The lowest predicted first")


class _BothSlices(_Record):
    candidate: Slices


class MeasuredSlices(_Record):
    """What metrics.json has of it."""

    slices: _BothSlices | None = None


class Comparison(_Record):
    """One metric of a run beside another's, and the bound that it had to keep.

    Where both were measured on the same reviews, with the gain and its interval.
    """

    metric: str
    against: str
    candidate: float | None
    other: float | None
    bound: float | None
    higher_is_better: bool
    passed: bool
    gain: float | None = Field(None, description="By how much it is better, as a share of the other; negative: worse")
    lower: float | None = Field(None, description="Bound of the gain: all metrics' hold together with 95 % confidence")
    upper: float | None = Field(None, description="Bound of the gain: all metrics' hold together with 95 % confidence")
    sure: bool | None = Field(None, description="Whether that interval decided; else the numbers did, by a wider bound")


class Verdict(_Record):
    """What was decided of a run."""

    run: str
    status: Literal["promoted", "refused", "failed"]
    serving: str | None = Field(description="What served while it was decided")
    reason: str | None = Field(None, description="In a sentence or two, why it was promoted or refused")
    comparisons: list[Comparison]
    notes: list[str]


class Rollout(_Record):
    """A release's rollout.json: its last rollout."""

    previous: str | None
    started_at: datetime
    ended_at: datetime | None
    status: Literal["started", "in service", "rolled back"]
    reason: str | None
