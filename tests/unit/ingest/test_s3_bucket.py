"""Writing where somebody else writes too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.s3_bucket import Bucket, Changed, Written
from tests.unit.ingest.cloud import BUCKET, Cloud

PART = "20260131T235959Z-0123456789ab"
KEY = f"reviews/{PART}.parquet"
COUNTS = {"added": 1, "changed": 2, "withdrawn": 3}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"mine")
    return path


def test_a_part_that_is_there_stays_as_it_is_with_its_counts(cloud: Cloud, file: Path) -> None:
    bucket = Bucket(cloud.s3, BUCKET)
    assert bucket.put_part(PART, file, 1, COUNTS) == COUNTS
    assert bucket.put_part(PART, file, 1, dict.fromkeys(COUNTS, 0)) == COUNTS
    assert cloud.writes() == {KEY: 1}


def test_a_part_that_somebody_writes_at_the_same_moment_stays_as_it_is(cloud: Cloud, file: Path) -> None:
    written = False

    def write_first(**_: Any) -> None:
        nonlocal written
        if not written:
            written = True
            cloud.s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"theirs")

    cloud.s3.meta.events.register("before-call.s3.PutObject", write_first)
    try:
        with pytest.raises(Changed, match="written by somebody else"):
            Bucket(cloud.s3, BUCKET).put_part(PART, file, 1, {})
    finally:
        cloud.s3.meta.events.unregister("before-call.s3.PutObject", write_first)
    assert cloud.read(KEY) == b"theirs"


def test_a_part_that_was_deleted_can_come_back(cloud: Cloud, file: Path) -> None:
    bucket = Bucket(cloud.s3, BUCKET)
    bucket.put_part(PART, file, 1, {})
    bucket.delete_part(PART)
    assert bucket.fetch_part(PART, file.with_name("fetched")) is None
    bucket.put_part(PART, file, 1, {})
    assert cloud.read(KEY) == b"mine"


def test_a_receipt_is_written_over_the_one_that_was_read_and_over_no_other(cloud: Cloud, file: Path) -> None:
    bucket = Bucket(cloud.s3, BUCKET)
    nothing = bucket.receipt("a.csv")
    assert nothing == Written({}, None)
    cloud.s3.put_object(Bucket=BUCKET, Key="receipts/a.csv.json", Body=b'{"part": "theirs"}')
    with pytest.raises(Changed):
        bucket.put_receipt("a.csv", file, nothing)
    theirs = bucket.receipt("a.csv")
    assert theirs.content == {"part": "theirs"}
    bucket.put_receipt("a.csv", file, theirs)
    assert cloud.read("receipts/a.csv.json") == b"mine"


def test_the_parts_of_one_content_are_found_by_their_ending(cloud: Cloud, file: Path) -> None:
    bucket = Bucket(cloud.s3, BUCKET)
    for part in (PART, "20260101T000000Z-0123456789ab", "20260101T000000Z-ffffffffffff"):
        bucket.put_part(part, file, 1, {})
    assert bucket.parts_ending("-0123456789ab") == ["20260101T000000Z-0123456789ab", PART]
