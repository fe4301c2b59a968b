"""The bucket as promote uses it: runs' artifacts and verdicts, releases' files and rollouts."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from promote.archive import extract, pack
from promote.metrics import Metrics, layout_of
from promote.retention.snapshots import Snapshots
from promote.verdict import Verdict
from taproom import audit
from taproom.contract import ARTIFACTS, CATALOGUE, EXPERIMENT, METRICS, RELEASES, REPORT, ROLLOUT_LOCK, RUNS, SMOKE_TEST
from taproom.experiments import Experiment
from taproom.names import Layout
from taproom.releases import ARTIFACT, RECORDS, ROLLOUT, StoredRelease, stored_releases

KEPT_FILES = (CATALOGUE, METRICS, SMOKE_TEST, REPORT)

Record = TypeVar("Record", bound=BaseModel)


class NoSuchRelease(LookupError):
    """The bucket holds neither the release nor the run that it would be made of."""


class Rollout(BaseModel):
    """One attempt to put a release in service."""

    model_config = ConfigDict(frozen=True)

    release: str
    previous: str | None
    # By servable: what the endpoints go back to if the release does not work.
    previous_configs: dict[str, str]
    started_at: datetime
    status: Literal["started", "in service", "rolled back"] = "started"
    ended_at: datetime | None = None
    # Why it was rolled back, or why somebody has put it in service again.
    reason: str | None = None


class RolloutLock(BaseModel):
    """The release whose rollout other releases wait for, and until when they do if it never ends."""

    model_config = ConfigDict(frozen=True)

    release: str
    until: datetime


class Releases:
    """Keys and objects of `bucket`."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self.bucket = bucket

    @property
    def snapshots(self) -> Snapshots:
        """What runs leave of what they read."""
        return Snapshots(self._s3, self.bucket)

    def uri(self, release: str, file: str) -> str:
        """The s3:// address of a release's file."""
        return f"s3://{self.bucket}/{RELEASES}{release}/{file}"

    def artifact_uri(self, run: str) -> str:
        """The s3:// address of a run's raw artifact."""
        return f"s3://{self.bucket}/{_artifact_key(run)}"

    def run_metrics(self, run: str) -> Metrics:
        """The metrics of a run that may not be a release yet, out of its artifact."""
        with tempfile.TemporaryDirectory() as scratch:
            directory = self._unpacked(run, Path(scratch))
            return Metrics.model_validate_json((directory / METRICS).read_bytes())

    def keep_report(self, run: str) -> None:
        """Keep the report of a run that becomes no release, out of its artifact, beside its verdict."""
        with tempfile.TemporaryDirectory() as scratch:
            report = self._unpacked(run, Path(scratch)) / REPORT
            if report.is_file():
                self._s3.upload_file(str(report), self.bucket, f"{RUNS}{run}/{REPORT}")

    def metrics(self, release: str) -> Metrics:
        """The metrics of a release."""
        return Metrics.model_validate_json(self._read(f"{RELEASES}{release}/{METRICS}"))

    def smoke_test(self, release: str) -> dict[str, Any]:
        """The release's smoke-test questions and answers."""
        recorded: dict[str, Any] = json.loads(self._read(f"{RELEASES}{release}/{SMOKE_TEST}"))
        return recorded

    def verdict(self, run: str) -> Verdict | None:
        """What was decided of the run, None while nothing is."""
        body = self._read_if_there(f"{RUNS}{run}/verdict.json")
        return Verdict.model_validate_json(body) if body is not None else None

    def write_verdict(self, verdict: Verdict) -> bool:
        """Write the run's verdict; False if another invocation has decided already."""
        return self._replace(f"{RUNS}{verdict.run}/verdict.json", verdict, None)

    def prepare(self, release: str) -> Layout:
        """Make the release's files and the archives of its servables, those that are missing; its layout.

        Raises
        ------
        NoSuchRelease
            If neither the release nor its run's artifact is there.
        BadArtifact
            If the artifact lacks a SavedModel.
        """
        metrics = self._read_if_there(f"{RELEASES}{release}/{METRICS}")
        if metrics is not None and not self._missing(release, layout_of(metrics)):
            return layout_of(metrics)
        with tempfile.TemporaryDirectory() as scratch:
            directory = self._unpacked(release, Path(scratch))
            layout = layout_of((directory / METRICS).read_bytes())
            if not self._exists(f"{RELEASES}{release}/{ARTIFACT}"):
                self._s3.copy_object(
                    Bucket=self.bucket,
                    Key=f"{RELEASES}{release}/{ARTIFACT}",
                    CopySource={"Bucket": self.bucket, "Key": _artifact_key(release)},
                )
            for file in self._missing(release, layout):
                path = directory / file
                if file not in KEPT_FILES:
                    pack(directory, file.removesuffix(".tar.gz"), path)
                self._s3.upload_file(str(path), self.bucket, f"{RELEASES}{release}/{file}")
        return layout

    def rollout(self, release: str) -> tuple[Rollout, str] | None:
        """The newest rollout of the release and its etag, None if it was never rolled out."""
        found, etag = self._record(f"{RELEASES}{release}/{ROLLOUT}", Rollout)
        return None if found is None else (found, str(etag))

    def start_rollout(self, rollout: Rollout) -> None:
        """Note that the rollout begins, so that another invocation can go on with it."""
        self._put(f"{RELEASES}{rollout.release}/{ROLLOUT}", rollout.model_dump_json(indent=2))

    def end_rollout(self, rollout: Rollout, etag: str) -> bool:
        """Note how the rollout ended; False if another invocation was first."""
        return self._replace(f"{RELEASES}{rollout.release}/{ROLLOUT}", rollout, etag)

    def lock(self) -> tuple[RolloutLock | None, str | None]:
        """The lock that was taken last, and its etag; None before the first one."""
        return self._record(ROLLOUT_LOCK, RolloutLock)

    def write_lock(self, lock: RolloutLock, etag: str | None) -> bool:
        """Take, prolong or end the lock that was read with `etag`; False if another invocation was first."""
        return self._replace(ROLLOUT_LOCK, lock, etag)

    def experiment(self) -> tuple[Experiment | None, str | None]:
        """The experiment that runs or ran last, and the etag of what says so; None before the first one."""
        return self._record(EXPERIMENT, Experiment)

    def write_experiment(self, experiment: Experiment, etag: str | None) -> str:
        """Write how the experiment stands, unless somebody else did since it was read with `etag`; the new etag.

        Raises
        ------
        ClientError
            With the code PreconditionFailed or ConditionalRequestConflict where somebody did.
        """
        return self._put(EXPERIMENT, experiment.model_dump_json(indent=2), **_unless_changed(etag))

    def stored(self) -> list[StoredRelease]:
        """Every release that has objects, retired ones too, the last rolled out first."""
        return stored_releases(self._s3, self.bucket)

    def retire(self, stored: StoredRelease) -> bool:
        """Delete the release's files but for RECORDS, and its run's artifact; False where that has been done.

        Their versions stay for as long as the bucket's lifecycle says.
        """
        # The artifact goes first: without it the release counts as retired, whatever else is still to go.
        going = sorted(stored.files - RECORDS, key=lambda file: (file != ARTIFACT, file))
        if not going:
            return False
        keys = [f"{RELEASES}{stored.release}/{file}" for file in going]
        left = self._s3.list_objects_v2(Bucket=self.bucket, Prefix=f"{ARTIFACTS}{stored.release}/").get("Contents", [])
        for key in (*keys, *(found["Key"] for found in left)):
            self._s3.delete_object(Bucket=self.bucket, Key=key)
        return True

    def note(self, entry: audit.Entry) -> None:
        """Keep who did what when."""
        audit.write(self._s3, self.bucket, entry)

    def _missing(self, release: str, layout: Layout) -> list[str]:
        wanted = [*KEPT_FILES, *(f"{servable}.tar.gz" for servable in layout.servables)]
        return [file for file in wanted if not self._exists(f"{RELEASES}{release}/{file}")]

    def _unpacked(self, release: str, scratch: Path) -> Path:
        artifact = scratch / ARTIFACT
        for key in (f"{RELEASES}{release}/{ARTIFACT}", _artifact_key(release)):
            if self._exists(key):
                self._s3.download_file(self.bucket, key, str(artifact))
                return extract(artifact, scratch / "artifact")
        raise NoSuchRelease(
            f"There is no release {release} that could serve: s3://{self.bucket} has neither "
            f"{RELEASES}{release}/{ARTIFACT}, which goes when a release is retired, nor the run's artifact under "
            f"{ARTIFACTS}, which stays for 30 days"
        )

    def _exists(self, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if _is_missing(error):
                return False
            raise
        return True

    def _read(self, key: str) -> bytes:
        body: bytes = self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body

    def _read_if_there(self, key: str) -> bytes | None:
        try:
            return self._read(key)
        except ClientError as error:
            if _is_missing(error):
                return None
            raise

    def _record(self, key: str, kind: type[Record]) -> tuple[Record | None, str | None]:
        try:
            found = self._s3.get_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if _is_missing(error):
                return None, None
            raise
        return kind.model_validate_json(found["Body"].read()), found["ETag"]

    def _put(self, key: str, body: str, **conditions: str) -> str:
        put = self._s3.put_object(
            Bucket=self.bucket, Key=key, Body=body.encode(), ContentType="application/json", **conditions
        )
        return str(put["ETag"])

    def _replace(self, key: str, record: BaseModel, etag: str | None) -> bool:
        try:
            self._put(key, record.model_dump_json(indent=2), **_unless_changed(etag))
        except ClientError as error:
            if _is_lost_race(error):
                return False
            raise
        return True


def _artifact_key(run: str) -> str:
    return f"{ARTIFACTS}{run}/output/{ARTIFACT}"


def _unless_changed(etag: str | None) -> dict[str, str]:
    return {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}


def _is_missing(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in ("NoSuchKey", "404", "NotFound")


def _is_lost_race(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
