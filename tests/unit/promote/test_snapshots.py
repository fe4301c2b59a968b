"""What a run leaves of what it read is kept, unless a part of it is gone meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from promote.retention.snapshots import Snapshots
from taproom.snapshots.description import Snapshot
from tests.unit.promote.conftest import ENVIRONMENT, RUN

BUCKET, OTHER = ENVIRONMENT["BUCKET"], "taproom-ba9876543210"
FIRST, SECOND = "20260101T000000Z-000000000001", "20260102T000000Z-000000000002"
FILES = {"reviews-00000.parquet": 4, "reviews-00001.parquet": 6}
NAMES = {*FILES, "snapshot.json"}


@pytest.fixture
def s3(aws: Callable[[str], Any]) -> Any:
    s3 = aws("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=BUCKET, Key=f"reviews/{FIRST}.parquet", Body=b"")
    return s3


def leave(s3: Any, prefix: str, *parts: str, run: str = RUN) -> None:
    for name, size in FILES.items():
        s3.put_object(Bucket=BUCKET, Key=f"{prefix}{name}", Body=b"-" * size)
    body = Snapshot(run, 10, FILES, parts).to_json().encode()
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}snapshot.json", Body=body)


def versions(s3: Any, prefix: str) -> set[str]:
    """The keys below `prefix` of which there is any version, or was one."""
    listed = s3.list_object_versions(Bucket=BUCKET, Prefix=prefix)
    return {one["Key"].removeprefix(prefix) for kind in ("Versions", "DeleteMarkers") for one in listed.get(kind, [])}


def test_it_is_taken_from_the_checkpoints_to_its_own_place(s3: Any) -> None:
    leave(s3, f"checkpoints/{RUN}/snapshot/", FIRST)
    snapshots = Snapshots(s3, BUCKET)
    # The event may come twice.
    assert snapshots.keep(RUN) and snapshots.keep(RUN)
    assert versions(s3, f"snapshots/{RUN}/") == NAMES
    assert versions(s3, "checkpoints/") == set()


def test_of_one_whose_part_was_withdrawn_meanwhile_no_version_is_left(s3: Any) -> None:
    leave(s3, f"checkpoints/{RUN}/snapshot/", FIRST, SECOND)
    assert not Snapshots(s3, BUCKET).keep(RUN)
    assert versions(s3, f"snapshots/{RUN}/") | versions(s3, "checkpoints/") == set()


def test_what_a_job_left_that_died_over_it_goes(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"checkpoints/{RUN}/snapshot/reviews-00000.parquet", Body=b"----")
    s3.put_object(Bucket=BUCKET, Key=f"checkpoints/{RUN}/retrieval-0123456789ab/checkpoint", Body=b"")
    assert not Snapshots(s3, BUCKET).keep(RUN)
    assert versions(s3, f"checkpoints/{RUN}/") == {"retrieval-0123456789ab/checkpoint"}


def test_those_of_kept_releases_and_the_newest_stay(s3: Any) -> None:
    for run in (RUN, "taproom-refused", OTHER, "taproom-z"):
        leave(s3, f"snapshots/{run}/", FIRST, run=run)
    # Of those of one second the last by name is the newest.
    Snapshots(s3, BUCKET).retire({OTHER})
    assert versions(s3, "snapshots/") == {f"{run}/{name}" for run in (OTHER, "taproom-z") for name in NAMES}


def test_without_any_there_is_none_to_delete(s3: Any) -> None:
    Snapshots(s3, BUCKET).retire(set())
    assert not Snapshots(s3, BUCKET).keep(RUN)
