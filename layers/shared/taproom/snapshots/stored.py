"""Snapshots and parts in the bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from taproom.contract import CHECKPOINTS, REVIEWS, SNAPSHOTS
from taproom.snapshots.description import DESCRIPTION, NotASnapshot, Snapshot

_PART_ENDING = ".parquet"


@dataclass(frozen=True)
class StoredSnapshot:
    """One that is whole, and where it lies: `prefix` ends in a slash."""

    prefix: str
    snapshot: Snapshot

    @property
    def keys(self) -> tuple[str, ...]:
        """Those of its files, its description last."""
        return (*(f"{self.prefix}{name}" for name in self.snapshot.files), f"{self.prefix}{DESCRIPTION}")


def left_by(run: str) -> str:
    """Where SageMaker puts what the job of `run` leaves as its snapshot."""
    return f"{CHECKPOINTS}{run}/snapshot/"


def kept_of(run: str) -> str:
    """Where the snapshot of `run` is kept."""
    return f"{SNAPSHOTS}{run}/"


def stored_parts(s3: Any, bucket: str) -> tuple[str, ...]:
    """All parts, in order of time; `s3` is a boto3 client."""
    keys = (found["Key"] for found in _objects(s3, bucket, REVIEWS))
    return tuple(
        sorted(key.removeprefix(REVIEWS).removesuffix(_PART_ENDING) for key in keys if key.endswith(_PART_ENDING))
    )


def stored_snapshots(s3: Any, bucket: str, prefix: str = SNAPSHOTS) -> Iterator[StoredSnapshot]:
    """The snapshots below `prefix` that are whole and of a format that is known, the newest first."""
    found = {each["Key"]: each for each in _objects(s3, bucket, prefix)}
    described = [each for key, each in found.items() if key.endswith(f"/{DESCRIPTION}")]
    for each in sorted(described, key=lambda one: (one["LastModified"], one["Key"]), reverse=True):
        folder = each["Key"].removesuffix(DESCRIPTION)
        try:
            snapshot = Snapshot.from_json(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read())
        except NotASnapshot:
            continue
        sizes = {name: found.get(f"{folder}{name}", {}).get("Size") for name in snapshot.files}
        if sizes == snapshot.files:
            yield StoredSnapshot(folder, snapshot)


def delete_for_good(s3: Any, bucket: str, prefix: str) -> None:
    """Delete all versions of all objects below `prefix`."""
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    for one in (one for page in pages for kind in ("Versions", "DeleteMarkers") for one in page.get(kind, [])):
        s3.delete_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])


def _objects(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Contents", [])
