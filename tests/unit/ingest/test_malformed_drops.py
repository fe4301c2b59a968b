"""Drops that can't be read, from their event to a receipt that says why."""

from __future__ import annotations

import gzip

import pytest

from tests.unit.ingest.cloud import HEADER, REVIEWS, Cloud


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "It is empty."),
        ("a.csv", HEADER.encode(), "It has a header and no rows."),
        ("a.csv", b"score,beer\n4,Night\n", "Its header lacks username, brewery_name; found were score, beer."),
        ("a.csv", bytes(range(256)) * 9, "It is binary, not text."),
        ("a.csv", REVIEWS.decode().encode("utf-16"), "It is UTF-16. Save it as UTF-8."),
        ("a.csv.gz", gzip.compress(REVIEWS)[:-9], "Its gzip stream ends too early: it was cut off."),
        ("a.csv.gz", REVIEWS, "Its name ends in .gz, and it is not a gzip file."),
    ],
)
def test_a_malformed_file_leaves_a_receipt_with_one_clear_reason_and_nothing_else(
    cloud: Cloud, name: str, content: bytes, reason: str
) -> None:
    receipt = cloud.take_in(name, content)
    assert (receipt["status"], receipt["rows"], receipt["accepted"], receipt["refused"]) == ("refused", 0, 0, 0)
    assert receipt["reason"].startswith(reason)
    assert cloud.keys() == [f"receipts/{name}.json"]
    assert cloud.histories() == {}
    assert cloud.retrain_requests() == []


def test_a_hundred_thousand_bad_rows_leave_a_receipt_with_one_clear_reason_and_all_of_them(cloud: Cloud) -> None:
    rows = [f"bad,user{number},Night,Mill,1\n" for number in range(99_000)] + ["4,,Night,Mill,1\n"] * 1000
    receipt = cloud.take_in("a.csv", (HEADER + "".join(rows)).encode())
    assert (receipt["status"], receipt["rows"], receipt["accepted"], receipt["refused"]) == (
        "refused",
        100_000,
        0,
        100_000,
    )
    assert receipt["reason"] == (
        "None of the 100,000 rows could be used: score is not a number (99,000), username is missing (1,000)."
    )
    assert cloud.keys() == ["receipts/a.csv.json", "rejected/a.csv.csv"]
    rejected = cloud.read("rejected/a.csv.csv").decode().splitlines()
    assert rejected[1] == "2,score is not a number,bad,user0,Night,Mill,1"
    assert rejected[-1] == "100001,username is missing,4,,Night,Mill,1"
    assert len(rejected) == 100_001
    assert cloud.retrain_requests() == []


def test_an_unusable_drop_replaces_the_refused_rows_of_an_earlier_one_of_its_name(cloud: Cloud) -> None:
    cloud.take_in("a.csv", REVIEWS)
    cloud.take_in("a.csv", b"")
    assert cloud.read("rejected/a.csv.csv") == b"line,reason\n"
