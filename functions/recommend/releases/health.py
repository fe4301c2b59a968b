"""Whether all is well: the endpoints, and how old the data and the model are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from recommend.adapters.model_endpoints import ModelEndpoints
from recommend.adapters.release_files import ReleaseFiles
from recommend.adapters.serving_release import ServingRelease
from taproom.sagemaker_endpoints import Endpoint

Status = Literal["ok", "degraded", "no model"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class HealthReport:
    """Times are in UTC; those of data are of the latest drop that was taken in; `note` says why there is no model."""

    status: Status
    note: str | None
    release: str | None
    endpoints: Sequence[Endpoint]
    newest_data_at: datetime | None
    newest_data_age_seconds: int | None
    model_made_at: datetime | None
    model_age_seconds: int | None


@dataclass(frozen=True)
class HealthCheck:
    """Looks at the endpoints and the bucket; `clock` is the time in UTC."""

    endpoints: ModelEndpoints
    serving: ServingRelease
    files: ReleaseFiles
    clock: Callable[[], datetime] = _now

    def report(self) -> HealthReport:
        """How all is now."""
        endpoints, now = self.endpoints.describe(), self.clock()
        release = self.serving.look_up()
        made_at = None if release is None else self.files.made_at(release)
        newest = self.files.newest_data_at(now)
        return HealthReport(
            status=_status(endpoints, release),
            note=str(self.endpoints.no_model_yet()) if release is None else None,
            release=release,
            endpoints=endpoints,
            newest_data_at=newest,
            newest_data_age_seconds=_age(newest, now),
            model_made_at=made_at,
            model_age_seconds=_age(made_at, now),
        )


def _status(endpoints: Sequence[Endpoint], release: str | None) -> Status:
    if release is None:
        return "no model"
    well = all(one.answers and one.failure is None and one.release == release for one in endpoints)
    return "ok" if well else "degraded"


def _age(then: datetime | None, now: datetime) -> int | None:
    return None if then is None else max(0, int((now - then).total_seconds()))
