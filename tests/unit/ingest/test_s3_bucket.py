"""Writing under a condition, where somebody else writes too."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.drop import Drop
from ingest.s3_bucket import Bucket, Contested
from tests.unit.ingest.cloud import BUCKET, Cloud

DROP = Drop(BUCKET, "incoming/a.csv", "v1", "e1", "1", datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"mine")
    return path


def test_a_part_that_is_there_stays_as_it_is(cloud: Cloud, file: Path) -> None:
    cloud.s3.put_object(Bucket=BUCKET, Key=DROP.part_key, Body=b"theirs")
    Bucket(cloud.s3, BUCKET).put_part(DROP, file, rows=1)
    assert cloud.read(DROP.part_key) == b"theirs"


def test_a_part_that_somebody_writes_at_the_same_moment_stays_as_it_is(cloud: Cloud, file: Path) -> None:
    written = False

    def write_first(**_: Any) -> None:
        nonlocal written
        if not written:
            written = True
            cloud.s3.put_object(Bucket=BUCKET, Key=DROP.part_key, Body=b"theirs")

    cloud.s3.meta.events.register("before-call.s3.PutObject", write_first)
    try:
        Bucket(cloud.s3, BUCKET).put_part(DROP, file, rows=1)
    finally:
        cloud.s3.meta.events.unregister("before-call.s3.PutObject", write_first)
    assert cloud.read(DROP.part_key) == b"theirs"
    assert cloud.writes() == {DROP.part_key: 1}


def test_a_receipt_that_is_no_drop_s_is_replaced(cloud: Cloud, file: Path) -> None:
    cloud.s3.put_object(Bucket=BUCKET, Key=DROP.receipt_key, Body=b"by hand")
    Bucket(cloud.s3, BUCKET).put_receipt(DROP, file)
    assert cloud.read(DROP.receipt_key) == b"mine"


def test_an_object_that_changes_at_every_try_is_given_up_on(cloud: Cloud, file: Path) -> None:
    count = 0

    def change(params: dict[str, Any], **_: Any) -> None:
        nonlocal count
        if params["Body"] != str(count).encode():
            count += 1
            cloud.s3.put_object(Bucket=BUCKET, Key=DROP.receipt_key, Body=str(count).encode())

    cloud.s3.meta.events.register("provide-client-params.s3.PutObject", change)
    try:
        with pytest.raises(Contested, match=r"receipts/a.csv.json was changed by somebody else at each of 10 tries"):
            Bucket(cloud.s3, BUCKET).put_receipt(DROP, file)
    finally:
        cloud.s3.meta.events.unregister("provide-client-params.s3.PutObject", change)
