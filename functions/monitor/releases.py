"""What the monitor has to know of releases: which serves, which served before it, and whether that one still could."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from taproom import audit, contract, sagemaker_endpoints
from taproom.experiments import Experiment
from taproom.names import Layout
from taproom.releases import ARTIFACT, ROLLOUT

# So many of the last approvals and rollbacks tell whether somebody has asked for a release.
_ENTRIES = 20


@dataclass(frozen=True)
class InService:
    """The release in service and the one that served before it, None for none.

    `since` is when it came into service, None while it is being rolled out; `can_go_back` says that nobody changes
    anything, that nobody has asked for the release by name, and that the one before has all it takes to serve.
    """

    release: str
    previous: str | None
    since: datetime | None
    can_go_back: bool


class Releases:
    """Those of the stack whose names begin with `prefix`; `s3` and `sagemaker` are boto3 clients."""

    def __init__(self, s3: Any, sagemaker: Any, bucket: str, prefix: str) -> None:
        self._s3 = s3
        self._sagemaker = sagemaker
        self._bucket = bucket
        self._prefix = prefix

    def in_service(self) -> InService | None:
        """What serves now, None where nothing does."""
        release = sagemaker_endpoints.release_in_service(self._sagemaker, self._prefix)
        rollout = release and self._read(f"{contract.RELEASES}{release}/{ROLLOUT}")
        if release is None or not rollout:
            return None
        # Rolled out again, under other settings, a release does not say any more what was before it.
        previous = rollout["previous"] if rollout["previous"] != release else None
        return InService(
            release=release,
            previous=previous,
            since=datetime.fromisoformat(rollout["ended_at"]) if rollout["status"] == "in service" else None,
            can_go_back=previous is not None
            and self._has(f"{contract.RELEASES}{previous}/{ARTIFACT}")
            and self._is_settled()
            and not self._was_asked_for(release),
        )

    def running_experiment(self) -> Experiment | None:
        """The experiment that is to be judged, None while there is none."""
        recorded = self._read(contract.EXPERIMENT)
        experiment = None if recorded is None else Experiment.model_validate(recorded)
        return experiment if experiment is not None and experiment.status == "running" else None

    def beers(self, release: str) -> int | None:
        """How many beers the release knows, None of one whose files are gone."""
        recorded = self._read(f"{contract.RELEASES}{release}/{contract.METRICS}")
        return None if recorded is None else int(recorded["reviews"]["beers"])

    def _is_settled(self) -> bool:
        layouts = [sagemaker_endpoints.of_layout(self._sagemaker, self._prefix, layout) for layout in Layout]
        endpoints = [one for layout in layouts for one in layout.values() if one is not None]
        return all(one.status == "InService" and one.pending is None for one in endpoints)

    def _was_asked_for(self, release: str) -> bool:
        entries = audit.latest(self._s3, self._bucket, _ENTRIES)
        return any(entry.action == "rollback" and entry.what == release for entry in entries)

    def _read(self, key: str) -> dict[str, Any] | None:
        try:
            return dict(json.load(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"]))
        except self._s3.exceptions.NoSuchKey:
            return None

    def _has(self, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return False
            raise
        return True
