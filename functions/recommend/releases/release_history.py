"""Releases as the API tells of them: what serves, what served, how good each is, and whether all is well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from recommend.adapters.model_endpoints import Servables
from recommend.adapters.release_files import ReleaseFiles
from recommend.adapters.serving_release import InService
from recommend.api.response_models.releases import (
    EndpointHealth,
    Health,
    Metrics,
    Release,
    ReleaseInService,
    Releases,
    Verdict,
)
from recommend.errors import NoModelYet, NotThere
from taproom.sagemaker_endpoints import Endpoint

Status = Literal["in service", "replaced", "rolling out", "rolled back"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class ReleaseHistory:
    """`clock` tells the time, in UTC."""

    servables: Servables
    in_service: InService
    files: ReleaseFiles
    clock: Callable[[], datetime] = _now

    def serving(self) -> ReleaseInService:
        """What serves now; NoModelYet where nothing does."""
        release = self._serving()
        latest = self.files.decided()[:1]
        (latest_verdict,) = self.files.verdicts(latest) or (None,)
        found = self._releases([release], release)
        if not found:
            raise NotThere("file of the release", release)
        return ReleaseInService(**dict(found[0]), latest_verdict=latest_verdict)

    def all(self, limit: int) -> Releases:
        """The `limit` releases that were rolled out last."""
        serving = self.in_service.release_at_once()
        return Releases(in_service=serving, releases=self._releases(self.files.rolled_out()[:limit], serving))

    def report(self, release: str | None) -> str:
        """The training report of `release`, or of the one in service."""
        release = self._serving() if release is None else release
        report = self.files.report(release)
        if report is None:
            raise NotThere("report of the release", release, self.files.rolled_out()[:3])
        return report

    def health(self) -> Health:
        """Endpoints and ages."""
        endpoints, now = self.servables.endpoints(), self.clock()
        release = self.in_service.release_at_once()
        made_at = None if release is None else self.files.made_at(release)
        newest = self.files.newest_data_at(now)
        return Health(
            status=_status(endpoints, release),
            release=release,
            endpoints=[
                EndpointHealth(name=one.name, status=one.status, release=one.release, failure=one.failure)
                for one in endpoints
            ],
            newest_data_at=newest,
            newest_data_age_seconds=_age(newest, now),
            model_made_at=made_at,
            model_age_seconds=_age(made_at, now),
        )

    def _serving(self) -> str:
        release = self.in_service.release_at_once()
        if release is None:
            raise NoModelYet(self.servables.bucket)
        return release

    def _releases(self, names: list[str], serving: str | None) -> list[Release]:
        files = self.files
        told = zip(names, files.rollouts(names), files.metrics(names), files.verdicts(names), strict=True)
        return [
            _release(name, rollout, metrics, verdict, serving)
            for name, rollout, metrics, verdict in told
            if rollout is not None and metrics is not None
        ]


def _release(
    name: str, rollout: dict[str, Any], metrics: Metrics, verdict: Verdict | None, serving: str | None
) -> Release:
    ended: Status = "replaced" if rollout["status"] == "in service" else "rolled back"
    status: Status = "rolling out" if rollout["status"] == "started" else ended
    return Release(
        release=name,
        status="in service" if name == serving else status,
        started_at=rollout["started_at"],
        ended_at=rollout["ended_at"],
        previous=rollout["previous"],
        reason=rollout["reason"],
        metrics=metrics,
        verdict=verdict,
    )


def _status(endpoints: list[Endpoint], release: str | None) -> Literal["ok", "degraded", "no model"]:
    if release is None:
        return "no model"
    well = all(one.answers and one.failure is None and one.release == release for one in endpoints)
    return "ok" if well else "degraded"


def _age(then: datetime | None, now: datetime) -> int | None:
    return None if then is None else max(0, int((now - then).total_seconds()))
