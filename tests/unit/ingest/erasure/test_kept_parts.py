"""Somebody is forgotten in what still counts of a file although the next one under its name was refused."""

from __future__ import annotations

import pytest

from ingest.s3_bucket import Bucket
from tests.unit.ingest.cloud import HEADER, Cloud, Killed, Killing
from tests.unit.ingest.erasure.test_erasing import FILE, OWN, erasure, traces

REFUSED = b"no,header\n"


def test_it_counts_on_without_their_rows(cloud: Cloud) -> None:
    before = cloud.take_in("a.csv", FILE)["part"]
    refused = cloud.take_in("a.csv", REFUSED)
    cloud.deliver(erasure())
    assert traces(cloud, "zora quill") == []
    receipt = cloud.receipt("a.csv")
    part = receipt["live"]["part"]
    assert receipt == refused | {"live": {"part": part, "reviews": 2}}
    assert cloud.keys("reviews/") == [f"reviews/{part}.parquet"]
    # The latest review stays the latest.
    assert part.partition("-")[0] == before.partition("-")[0]
    assert [(row["username"], row["beer_id"]) for row in cloud.part(part)] == [("bob", "2"), ("bob", "1")]
    assert cloud.histories() == {("bob", part): {"2": 4.0, "1": 2.0}}
    assert {"reason": "erase"} in cloud.retrain_requests()
    # A file that is right replaces it as any other.
    cloud.take_in("a.csv", (HEADER + "3,bob,Night,Mill,1\n").encode())
    assert [set(beers) for beers in cloud.histories().values()] == [{"1"}]
    assert len(cloud.keys("reviews/")) == 1


def test_where_all_of_it_was_theirs_nothing_counts_any_more(cloud: Cloud) -> None:
    cloud.take_in("a.csv", OWN)
    cloud.take_in("a.csv", REFUSED)
    cloud.deliver(erasure())
    assert traces(cloud, "zora quill") == []
    assert (cloud.receipt("a.csv")["live"], cloud.keys("reviews/")) == (None, [])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(8, 40, 4))
def test_a_worker_that_is_killed_is_made_up_for(cloud: Cloud, call: int, when: str) -> None:
    cloud.take_in("a.csv", FILE)
    cloud.take_in("a.csv", REFUSED)
    message = erasure()
    with pytest.raises(Killed), Killing(cloud, call, when):
        cloud.deliver(message)
    assert cloud.deliver(message) == []
    assert traces(cloud, "zora quill") == []
    part = cloud.receipt("a.csv")["live"]["part"]
    assert cloud.histories() == {("bob", part): {"2": 4.0, "1": 2.0}}
    assert cloud.keys("reviews/") == [f"reviews/{part}.parquet"]


def test_a_file_that_comes_meanwhile_replaces_it(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.take_in("a.csv", FILE)
    cloud.take_in("a.csv", REFUSED)
    put, message = Bucket.delete_part, erasure()
    right = (HEADER + "3,bob,Night,Mill,1\n").encode()

    def delete_part(bucket: Bucket, part: str) -> None:
        put(bucket, part)
        monkeypatch.setattr(Bucket, "delete_part", put)
        cloud.take_in("a.csv", right)

    monkeypatch.setattr(Bucket, "delete_part", delete_part)
    assert cloud.deliver(message) == ["0"]
    assert cloud.deliver(message) == []
    part = cloud.receipt("a.csv")["part"]
    assert cloud.keys("reviews/") == [f"reviews/{part}.parquet"]
    assert cloud.histories() == {("bob", part): {"1": 3.0}}
