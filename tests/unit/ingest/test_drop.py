"""What identifies a drop, and what events say of one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ingest.drop import Drop, NotADrop, ObjectChanged
from taproom.contract import digest


def drop(**changes: object) -> Drop:
    given = {
        "bucket": "drops",
        "key": "incoming/may/a.csv.gz",
        "version": "v1",
        "etag": "e1",
        "dropped_at": datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC),
    }
    return Drop(**(given | changes))  # type: ignore[arg-type]


def body(kind: str = "Object Created", **found: str) -> str:
    return json.dumps({"detail-type": kind, "detail": {"bucket": {"name": "drops"}, "object": found}})


def test_a_part_is_named_by_its_time_and_its_source() -> None:
    assert drop().part == "20260131T235959Z-" + digest("drops", "incoming/may/a.csv.gz", "v1")
    assert drop(version=None).part == "20260131T235959Z-" + digest("drops", "incoming/may/a.csv.gz", "e1")


def test_the_time_of_a_part_is_utc() -> None:
    east = datetime(2026, 2, 1, 1, 59, 59, tzinfo=timezone(timedelta(hours=2)))
    assert drop(dropped_at=east).part == drop().part


def test_an_event_is_read_with_either_spelling_of_etag() -> None:
    expected = ObjectChanged(bucket="drops", key="incoming/a.csv", version="v1", etag="e1")
    given = {"key": "incoming/a.csv", "version-id": "v1"}
    assert ObjectChanged.from_message(body(**given, etag="e1")) == expected
    assert ObjectChanged.from_message(body(**given, eTag="e1")) == expected


def test_the_version_null_of_a_bucket_without_versions_is_none() -> None:
    found = ObjectChanged.from_message(body(key="incoming/a.csv", etag="e1", **{"version-id": "null"}))
    assert found.version is None


@pytest.mark.parametrize("message", ["", "[]", '{"detail": {}}', '{"Records": []}'])
def test_what_is_no_event_is_named_in_the_error(message: str) -> None:
    with pytest.raises(NotADrop, match="Expected EventBridge's event `Object Created` or `Object Deleted`"):
        ObjectChanged.from_message(message)


def test_a_key_elsewhere_is_no_drop() -> None:
    with pytest.raises(NotADrop, match="Expected a key below incoming/"):
        ObjectChanged.from_message(body(key="reviews/a.parquet"))


def test_the_event_of_a_creation_speaks_of_one_content_that_of_a_deletion_of_whatever_is_left() -> None:
    created = ObjectChanged.from_message(body(key="incoming/may/a.csv.gz", **{"version-id": "v1"}))
    deleted = ObjectChanged.from_message(body("Object Deleted", key="incoming/may/a.csv.gz", **{"version-id": "v1"}))
    assert (created.name, created.deleted, deleted.deleted) == ("may/a.csv.gz", False, True)
    assert created.may_be(drop().part)
    assert not created.may_be(drop(version="v2").part)
    assert deleted.may_be(drop(version="v2").part)


def test_other_events_are_refused() -> None:
    with pytest.raises(NotADrop, match="Object Restore Completed"):
        ObjectChanged.from_message(body("Object Restore Completed", key="incoming/a.csv"))
