"""A rating is taken back: out of the histories, out of drops and of what they became, and nothing else goes."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from ingest.rating_drops import csv_of
from recommend.adapters.histories_table import HistoriesTable
from taproom.messages.erasures import Erasure
from taproom.messages.ratings import Rating
from tests.unit.ingest.cloud import HEADER, RATINGS, TABLE, Cloud


def rating(beer: str, said: int, username: str = "ann") -> Rating:
    return Rating(
        username=username, beer_id=beer, beer_name=f"Beer {beer}", brewery_name="Mill", style=None, abv=None,
        score=4, text="", reviewed_at=said,
    )  # fmt: skip


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
