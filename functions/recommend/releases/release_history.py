"""What serves and what served: releases with how they came into service and how good they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from recommend.adapters.model_endpoints import ModelEndpoints
from recommend.adapters.release_files import ReleaseFiles
from recommend.adapters.release_records import Metrics, Rollout, Verdict
from recommend.adapters.serving_release import ServingRelease
from recommend.errors import NotFound
from recommend.releases.report_verdict import with_verdict

_NAME = re.compile("[0-9A-Za-z-]+")

Status = Literal["in service", "replaced", "rolling out", "rolled back"]


@dataclass(frozen=True)
class RolledOutRelease:
    """A release that was rolled out at least once; times are those of its last rollout, in UTC.

    Of one that is `retired` there is nothing left that could serve.
    """

    release: str
    status: Status
    retired: bool
    started_at: datetime
    ended_at: datetime | None
    previous: str | None
    reason: str | None
    metrics: Metrics
    verdict: Verdict | None


@dataclass(frozen=True)
class ReleaseHistory:
    """The releases, by the files that promote and the training job leave."""

    endpoints: ModelEndpoints
    serving: ServingRelease
    files: ReleaseFiles

    def current(self) -> RolledOutRelease:
        """What serves now.

        Raises
        ------
        NoModelYet
            Where nothing serves.
        NotFound
            Where files of the release in service are missing.
        """
        serving = self._serving()
        found = self._releases({serving: False}, serving)
        if not found:
            raise NotFound("file of the release", serving)
        return found[0]

    def latest(self, limit: int) -> tuple[str | None, list[RolledOutRelease]]:
        """The release in service, and the `limit` releases that were rolled out last, the latest first."""
        serving = self.serving.look_up()
        latest = {each.release: not each.is_whole for each in self.files.rolled_out()[:limit]}
        return serving, self._releases(latest, serving)

    def report(self, release: str | None) -> str:
        """The training report, HTML, of a run or of the release in service, with what was decided of it.

        Raises
        ------
        NoModelYet
            Where no release is named and nothing serves.
        NotFound
            Where there is no such report.
        """
        release = self._serving() if release is None else release
        # Not every text that a request may hold can be a key: S3 would not know who asks.
        report = self.files.report(release) if _NAME.fullmatch(release) else None
        if report is None:
            raise NotFound("report of the release", release, [each.release for each in self.files.rolled_out()[:3]])
        return with_verdict(report, self.files.verdicts([release])[0])

    def _serving(self) -> str:
        release = self.serving.look_up()
        if release is None:
            raise self.endpoints.no_model_yet()
        return release

    def _releases(self, retired: Mapping[str, bool], serving: str | None) -> list[RolledOutRelease]:
        files, names = self.files, list(retired)
        records = zip(names, files.rollouts(names), files.metrics(names), files.verdicts(names), strict=True)
        return [
            RolledOutRelease(
                release=name,
                status="in service" if name == serving else _status(rollout),
                retired=retired[name],
                started_at=rollout.started_at,
                ended_at=rollout.ended_at,
                previous=rollout.previous,
                reason=rollout.reason,
                metrics=metrics,
                verdict=verdict,
            )
            for name, rollout, metrics, verdict in records
            if rollout is not None and metrics is not None
        ]


def _status(rollout: Rollout) -> Status:
    """The status of a release that is not in service, by its last rollout."""
    if rollout.status == "started":
        return "rolling out"
    return "replaced" if rollout.status == "in service" else "rolled back"
