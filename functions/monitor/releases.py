"""What the monitor has to know of releases: which serves, which served before it, and whether that one still could."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from taproom import contract, sagemaker_endpoints
from taproom.experiments import Experiment
from taproom.releases import ARTIFACT, ROLLOUT


@dataclass(frozen=True)
class InService:
    """The release in service and the one that served before it, None for none.

    `is_settled` says that no rollout is under way, `can_go_back` that the one before has all it takes to serve.
    """

    release: str
    previous: str | None
    is_settled: bool
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
        previous = rollout["previous"]
        return InService(
            release=release,
            previous=previous,
            is_settled=rollout["status"] == "in service",
            can_go_back=previous is not None and self._has(f"{contract.RELEASES}{previous}/{ARTIFACT}"),
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
