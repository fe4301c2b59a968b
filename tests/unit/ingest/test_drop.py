"""What identifies a drop, and which of two came first."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ingest.drop import Drop, NotADrop, ObjectCreated, is_older
from taproom.contract import digest


def drop(**changes: object) -> Drop:
    given = {
        "bucket": "drops",
        "key": "incoming/may/a.csv.gz",
        "version": "v1",
        "etag": "e1",
        "sequencer": "1",
        "dropped_at": datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC),
    }
    return Drop(**(given | changes))  # type: ignore[arg-type]


def body(**found: str) -> str:
    return json.dumps({"detail": {"bucket": {"name": "drops"}, "object": found}})


def test_a_part_is_named_by_its_time_and_its_source() -> None:
    assert drop().part == "20260131T235959Z-" + digest("drops", "incoming/may/a.csv.gz", "v1")
    assert drop(version=None).part == "20260131T235959Z-" + digest("drops", "incoming/may/a.csv.gz", "e1")


def test_the_time_of_a_part_is_utc() -> None:
    east = datetime(2026, 2, 1, 1, 59, 59, tzinfo=timezone(timedelta(hours=2)))
    assert drop(dropped_at=east).part == drop().part


def test_keys_keep_the_name_with_its_ending() -> None:
    assert drop().rejected_key == "rejected/may/a.csv.gz.csv"
    assert drop().receipt_key == "receipts/may/a.csv.gz.json"
    assert drop().part_key == f"reviews/{drop().part}.parquet"


def test_an_event_is_read_with_either_spelling_of_etag() -> None:
    expected = ObjectCreated(bucket="drops", key="incoming/a.csv", version="v1", etag="e1", sequencer="0A")
    given = {"key": "incoming/a.csv", "version-id": "v1", "sequencer": "0A"}
    assert ObjectCreated.from_message(body(**given, etag="e1")) == expected
    assert ObjectCreated.from_message(body(**given, eTag="e1")) == expected


def test_the_version_null_of_a_bucket_without_versions_is_none() -> None:
    found = ObjectCreated.from_message(body(key="incoming/a.csv", etag="e1", **{"version-id": "null"}))
    assert found.version is None


@pytest.mark.parametrize("message", ["", "[]", '{"detail": {}}', '{"Records": []}'])
def test_what_is_no_event_is_named_in_the_error(message: str) -> None:
    with pytest.raises(NotADrop, match="Expected EventBridge's event `Object Created`"):
        ObjectCreated.from_message(message)


def test_a_key_elsewhere_is_no_drop() -> None:
    with pytest.raises(NotADrop, match="Expected a key below incoming/"):
        ObjectCreated.from_message(body(key="reviews/a.parquet"))


def test_the_earlier_second_is_older_whatever_the_rest() -> None:
    assert is_older("20260131T235958Z-ff", "9", "20260131T235959Z-00", "1")
    assert not is_older("20260131T235959Z-00", "1", "20260131T235958Z-ff", "9")


def test_within_a_second_sequencers_decide_filled_up_on_the_right() -> None:
    part, other = "20260131T235959Z-ff", "20260131T235959Z-00"
    assert is_older(part, "55AED6DCD90281E5", other, "55AED6DCD90281E6")
    assert is_older(part, "55A", other, "55A1")
    assert not is_older(part, "55A", other, "55A00")
    assert not is_older(part, "55B", other, "55A00")
