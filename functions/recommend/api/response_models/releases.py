"""What the API says of releases, and of the health of what serves."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import Field

from recommend.adapters.release_records import Metrics, Slices, Verdict
from recommend.api.response_models.beers import ResponseModel
from recommend.releases.release_history import RolledOutRelease
from taproom.evidence.drift import DropDrift
from taproom.experiments import Experiment, ExperimentReport


class Release(ResponseModel):
    """A release, how it came into service, and how good it is."""

    release: str
    status: Literal["in service", "replaced", "rolling out", "rolled back"]
    retired: bool = Field(description="Whether its models are gone, so that nobody can roll back to it")
    started_at: datetime = Field(description="Of its last rollout")
    ended_at: datetime | None
    previous: str | None = Field(description="What served before")
    reason: str | None = Field(description="Why it was rolled back, or put in service again by the monitor")
    metrics: Metrics
    verdict: Verdict | None


class ReleaseInService(Release):
    """What serves now."""

    latest_verdict: Verdict | None = Field(description="Of the last run that was decided, promoted or refused")
    slices: Slices | None = Field(description="Where it is good and where it is not, on held-out reviews")

    @classmethod
    def of(cls, release: RolledOutRelease, latest_verdict: Verdict | None, slices: Slices | None) -> Self:
        """The release in service with the verdict on the run that was decided last."""
        return cls(**vars(release), latest_verdict=latest_verdict, slices=slices)


class Releases(ResponseModel):
    """The releases, the latest rolled out first."""

    in_service: str | None
    releases: list[Release]


class Drops(ResponseModel):
    """Drops of many reviews by many people, the latest first."""

    drops: list[DropDrift]


class Trial(ResponseModel):
    """The experiment that runs or ran last, null before the first one, and what was found of it last."""

    experiment: Experiment | None
    report: ExperimentReport | None


class EndpointHealth(ResponseModel):
    """An endpoint as SageMaker shows it."""

    name: str
    status: str
    release: str | None
    failure: str | None


class Health(ResponseModel):
    """Whether all is well, and how old it is."""

    status: Literal["ok", "degraded", "no model"]
    note: str | None = Field(description="Why there is no model, and what to do")
    release: str | None
    endpoints: list[EndpointHealth]
    newest_data_at: datetime | None = Field(description="Time of the latest drop that was taken in")
    newest_data_age_seconds: int | None
    model_made_at: datetime | None
    model_age_seconds: int | None
