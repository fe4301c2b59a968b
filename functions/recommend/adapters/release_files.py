"""What promote and the training job leave in the bucket about releases and runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from botocore.exceptions import ClientError
from pydantic import BaseModel

from recommend.adapters.release_records import MeasuredSlices, Metrics, Rollout, Slices, Verdict
from taproom import contract
from taproom.evidence.drift import DropDrift
from taproom.evidence.online import NOTHING, OnlineQuality
from taproom.experiments import Experiment, ExperimentReport
from taproom.releases import ROLLOUT, StoredRelease, stored_releases

_Record = TypeVar("_Record", bound=BaseModel)

_VERDICT = "/verdict.json"
_CONCURRENT_READS = 8
# How far back the newest part is looked for, at first and then, so that few keys are listed.
_LOOKBACKS = (timedelta(days=2), timedelta(days=60))
_PART_TIME = re.compile(r"reviews/(\d{8}T\d{6}Z)-")


class ReleaseFiles:
    """Objects of `bucket` through `s3`, a boto3 client."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def rolled_out(self) -> list[StoredRelease]:
        """The releases that were ever rolled out, the latest first."""
        return [each for each in stored_releases(self._s3, self._bucket) if ROLLOUT in each.files]

    def rollouts(self, releases: Sequence[str]) -> list[Rollout | None]:
        """rollout.json of each of `releases`, None where there is none."""
        return self._records(Rollout, [f"{contract.RELEASES}{release}/{ROLLOUT}" for release in releases])

    def metrics(self, releases: Sequence[str]) -> list[Metrics | None]:
        """metrics.json of each of `releases`, None where there is none."""
        return self._records(Metrics, [f"{contract.RELEASES}{release}/{contract.METRICS}" for release in releases])

    def slices(self, release: str) -> Slices | None:
        """Where `release` is good and where it is not, None where that was not measured."""
        (found,) = self._records(MeasuredSlices, [f"{contract.RELEASES}{release}/{contract.METRICS}"])
        return found.slices.candidate if found is not None and found.slices is not None else None

    def verdicts(self, runs: Sequence[str]) -> list[Verdict | None]:
        """verdict.json of each of `runs`, None where there is none."""
        return self._records(Verdict, [f"{contract.RUNS}{run}{_VERDICT}" for run in runs])

    def latest_verdict(self) -> Verdict | None:
        """The verdict on the run that was decided last, whether promoted, refused or failed; None before the first."""
        decided = [one for one in self._objects(contract.RUNS) if one["Key"].endswith(_VERDICT)]
        latest = max(decided, key=lambda one: (one["LastModified"], one["Key"]), default=None)
        if latest is None:
            return None
        (verdict,) = self.verdicts([latest["Key"].removeprefix(contract.RUNS).removesuffix(_VERDICT)])
        return verdict

    def experiment(self) -> tuple[Experiment | None, ExperimentReport | None]:
        """The experiment that runs or ran last, and what was found of it last."""
        (experiment,) = self._records(Experiment, [contract.EXPERIMENT])
        (report,) = self._records(ExperimentReport, [contract.EXPERIMENT_REPORT])
        if experiment is None or report is None or report.challenger != experiment.challenger:
            return experiment, None
        return experiment, report

    def report(self, release: str) -> str | None:
        """The training report of `release`, or of a run that became none; None where there is none."""
        for folder in (contract.RELEASES, contract.RUNS):
            found = self._read(f"{folder}{release}/{contract.REPORT}")
            if found is not None:
                return found.decode()
        return None

    def online_quality(self) -> OnlineQuality:
        """What the monitor function wrote last; nothing of any release before that."""
        found = self._read(contract.ONLINE_QUALITY)
        return NOTHING if found is None else OnlineQuality.model_validate_json(found)

    def drift(self, most: int) -> list[DropDrift]:
        """Of the latest drops, up to `most` of them, the latest first; drops that few people made have none."""
        keys = [found["Key"] for found in self._objects(contract.DRIFT)]
        return [found for found in self._records(DropDrift, sorted(keys, reverse=True)[:most]) if found is not None]

    def made_at(self, release: str) -> datetime | None:
        """When the files of `release` were made, in UTC."""
        key = f"{contract.RELEASES}{release}/{contract.METRICS}"
        listed = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=key, MaxKeys=1).get("Contents", [])
        return listed[0]["LastModified"].astimezone(UTC) if listed else None

    def newest_data_at(self, now: datetime) -> datetime | None:
        """The time of the latest drop that became a part, in UTC; parts sort by it."""
        starts = [f"{contract.REVIEWS}{now - back:%Y%m%dT%H%M%SZ}" for back in _LOOKBACKS]
        for start in (*starts, contract.REVIEWS):
            times = [
                found[1] for one in self._objects(contract.REVIEWS, start) if (found := _PART_TIME.match(one["Key"]))
            ]
            if times:
                return datetime.strptime(max(times), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return None

    def _objects(self, prefix: str, start: str = "") -> Iterator[dict[str, Any]]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix, StartAfter=start)
        for page in pages:
            yield from page.get("Contents", [])

    def _records(self, record: type[_Record], keys: Sequence[str]) -> list[_Record | None]:
        def read(key: str) -> _Record | None:
            found = self._read(key)
            return None if found is None else record.model_validate_json(found)

        if len(keys) < 2:
            return [read(key) for key in keys]
        with ThreadPoolExecutor(_CONCURRENT_READS) as readers:
            return list(readers.map(read, keys))

    def _read(self, key: str) -> bytes | None:
        try:
            return bytes(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise
