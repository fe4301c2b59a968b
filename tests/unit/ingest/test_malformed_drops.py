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
        ("a.csv.gz", gzip.compress(REVIEWS, mtime=0)[:-9], "Its gzip stream ends too early: it was cut off."),
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


@pytest.mark.parametrize("content", [b"", HEADER.encode(), (HEADER + "bad,ann,Night,Mill,1\n").encode()])
def test_an_unusable_drop_leaves_what_its_name_gave_before(cloud: Cloud, content: bytes) -> None:
    first = cloud.take_in("a.csv", REVIEWS)
    histories = cloud.histories()
    second = cloud.take_in("a.csv", content)
    assert (second["status"], second["live"]) == ("refused", {"part": first["part"], "reviews": 2})
    assert second["notes"] == ["What was dropped before under this name still counts."]
    assert cloud.histories() == histories
    assert cloud.keys("reviews/") == [f"reviews/{first['part']}.parquet"]
    # The refused rows of the first drop are not those of the second.
    assert cloud.keys("rejected/") == (["rejected/a.csv.csv"] if b"bad" in content else [])


def test_a_usable_drop_after_an_unusable_one_replaces_the_one_before(cloud: Cloud) -> None:
    cloud.take_in("a.csv", REVIEWS)
    cloud.take_in("a.csv", b"")
    third = cloud.take_in("a.csv", (HEADER + "1,ann,Night,Mill,1\n").encode())
    assert (third["added"], third["changed"], third["withdrawn"]) == (0, 1, 1)
    assert cloud.histories() == {("ann", third["part"]): {"1": 1.0}}
