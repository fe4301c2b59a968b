"""A rating is taken back: out of the histories, out of drops and of what they became, and nothing else goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.s3.models import s3_backends

from ingest.rating_drops import csv_of
from recommend.adapters.histories_table import HistoriesTable
from taproom.messages.erasures import Erasure
from taproom.messages.ratings import Rating
from tests.unit.ingest.cloud import BUCKET, DEFERRED, HEADER, RATINGS, TABLE, Cloud, Killed, Killing


def rating(beer: str, said: int, username: str = "ann") -> Rating:
    return Rating(
        username=username, beer_id=beer, beer_name=f"Beer {beer}", brewery_name="Mill", style=None, abv=None,
        score=4, text="", reviewed_at=said,
    )  # fmt: skip


@pytest.fixture
def reads(cloud: Cloud) -> Iterator[list[str]]:
    """The keys of the objects that are read."""
    found: list[str] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        found.append(params["Key"])

    cloud.s3.meta.events.register("provide-client-params.s3.GetObject", note)
    yield found
    cloud.s3.meta.events.unregister("provide-client-params.s3.GetObject", note)


def set_clock(prefix: str, moved: timedelta) -> None:
    """Let what lies below the prefix have been written at another time."""
    for key in s3_backends["123456789012"]["aws"].buckets[BUCKET].keys.values():
        if key.name.startswith(prefix):
            key.last_modified += moved


def test_after_a_file_whose_clock_was_ahead_a_rating_and_its_undo_count(cloud: Cloud) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=9)
    header = "reviewed_at," + HEADER
    cloud.take_in("a.csv", f"{header}{ahead:%Y-%m-%d %H:%M:%S},2,ann,Beer 7,Mill,7\n".encode())
    table = HistoriesTable(cloud.dynamodb, TABLE)
    now = round(time.time() * 1000)
    assert table.reviews("ann")["7"].reviewed_at <= now
    table.add(rating("7", now))
    assert table.history("ann") == {"7": 4.0}
    table.take_back("ann", "7", now + 1)
    assert table.history("ann") == {}
    cloud.deliver(cloud.drop("api/1.csv", csv_of([rating("7", now)])), Erasure("ann", now + 1, "7").message())
    assert (cloud.histories(), cloud.index(), cloud.drops()) == ({}, set(), [])


def test_ratings_that_are_delivered_again_after_an_undo_stay_the_drop_that_they_were(cloud: Cloud) -> None:
    now = round(time.time() * 1000)
    batch = {"1": rating("7", now).message(), "2": rating("8", now).message()}
    cloud.redeliver(batch, RATINGS)
    (key,) = cloud.drops()
    cloud.deliver(Erasure("ann", now, "7").message())
    cloud.redeliver(batch, RATINGS)
    assert cloud.drops() == [key]
    assert cloud.read(key) == csv_of([rating("8", now)])


def undo(beer: str) -> str:
    return Erasure("ann", round(time.time() * 1000) + 60_000, beer).message()


def test_of_a_folder_of_ones_own_the_other_reviews_stay(cloud: Cloud) -> None:
    header = "score,beer_id,beer_name,brewery_name\n"
    cloud.take_in("users/ann/a.csv", f"{header}3,7,Night,Mill\n4,8,Day,Mill\n".encode())
    cloud.deliver(undo("7"))
    assert cloud.read("incoming/users/ann/a.csv").decode() == f"{header}4,8,Day,Mill\n"
    assert list(cloud.histories().values()) == [{"8": 4.0}]


def test_only_drops_that_hold_the_beer_are_read(cloud: Cloud, reads: list[str]) -> None:
    others = HEADER + "3,ann,Night,Mill,8\n"
    cloud.take_in("a.csv", f"{others}3,ann,Day,Mill,7\n".encode())
    cloud.take_in("b.csv", others.encode())
    # Replaced: what is taken back stood in the version before.
    cloud.take_in("c.csv", (HEADER + "3,ann,Day,Mill,7\n").encode())
    cloud.take_in("c.csv", others.encode())
    set_clock("receipts/", timedelta(seconds=1))
    # Not taken in yet.
    cloud.drop("d.csv", (HEADER + "3,ann,Day,Mill,7\n").encode())
    reads.clear()
    cloud.deliver(undo("7"))
    assert {key for key in reads if key.startswith("incoming/")} == {"incoming/a.csv", "incoming/d.csv"}
    assert cloud.drops() == ["incoming/a.csv", "incoming/b.csv", "incoming/c.csv"]
    assert [set(beers) for beers in cloud.histories().values()] == [{"8"}] * 3


def test_of_what_was_served_only_files_since_the_rating_are_read(cloud: Cloud, reads: list[str]) -> None:
    said = rating("7", round(time.time() * 1000)).model_copy(update={"recommendation_id": "0" * 32})
    cloud.redeliver({"1": said.message()}, RATINGS)
    (rated,) = cloud.keys("served/")
    day = datetime.now(UTC) - timedelta(days=30)
    old = f"served/day={day:%Y-%m-%d}/0.parquet"
    before = f"{rated.rpartition('/')[0]}/0.parquet"
    for key in (old, before):
        cloud.s3.put_object(Bucket=BUCKET, Key=key, Body=cloud.read(rated))
    set_clock(before, timedelta(minutes=-1))
    reads.clear()
    cloud.deliver(undo("7"))
    assert not set(reads) & {old, before}
    assert set(cloud.keys("served/")) == {old, before}


def test_what_spark_prepares_stays_and_the_next_run_is_asked_for_with_the_ratings(cloud: Cloud) -> None:
    cloud.take_in("a.csv", (HEADER + "3,ann,Day,Mill,7\n").encode())
    cloud.take("retrain.fifo")
    cloud.s3.put_object(Bucket=BUCKET, Key="prepared/taproom-one/users-00000.parquet", Body=b"")
    cloud.deliver(undo("7"))
    assert cloud.keys("prepared/") == ["prepared/taproom-one/users-00000.parquet"]
    assert (cloud.retrain_requests(), cloud.take(DEFERRED)) == ([], ['{"reason": "erase"}'])


def test_what_is_left_of_a_drop_that_was_refused_since_stays_taken_back(cloud: Cloud) -> None:
    cloud.take_in("a.csv", (HEADER + "3,ann,Day,Mill,7\n4,ann,Night,Mill,8\n").encode())
    cloud.take_in("a.csv", b"no,header\n")
    table = HistoriesTable(cloud.dynamodb, TABLE)
    now = round(time.time() * 1000)
    table.take_back("ann", "7", now)
    cloud.deliver(Erasure("ann", now, "7").message())
    assert table.history("ann") == {"8": 4.0}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(1, 40, 6))
def test_an_undo_killed_at_a_call_is_made_up_for(cloud: Cloud, call: int, when: str) -> None:
    others = HEADER + "3,ann,Night,Mill,8\n"
    cloud.take_in("a.csv", f"{others}3,ann,Day,Mill,7\n".encode())
    cloud.take_in("own.csv", (HEADER + "3,ann,Day,Mill,7\n").encode())
    message = undo("7")
    with pytest.raises(Killed), Killing(cloud, call, when):
        cloud.deliver(message)
    assert cloud.deliver(message) == []
    # The event of a deletion of which the worker had died comes anyway.
    if "incoming/own.csv" not in cloud.drops():
        assert cloud.deliver(cloud.delete("own.csv")) == []
    part = cloud.receipt("a.csv")["part"]
    assert cloud.histories() == {("ann", part): {"8": 3.0}}
    assert cloud.drops() == ["incoming/a.csv"]
