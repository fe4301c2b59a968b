"""Ratings that came through the API: one drop a batch, and no provisional item beside what ingest has written."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from typing import Any

import pytest

from recommend.adapters.histories_table import HistoriesTable
from taproom.messages.ratings import Rating
from tests.unit.ingest.cloud import BUCKET, DEFERRED, RATINGS, TABLE, Cloud, Killed, Killing, event

NOW = 1_700_000_000_500
SECOND = 1_000


def rating(username: str = "ann", beer_id: str = "1", score: float = 4.5, at: int = NOW, **more: Any) -> Rating:
    beer: dict[str, Any] = {"brewery_name": "Mill", "style": "Stout", "abv": 6.5, "text": ""}
    beer |= {"beer_name": f"Beer {beer_id}"} | more
    return Rating(username=username, beer_id=beer_id, score=score, reviewed_at=at, **beer)


def rate(cloud: Cloud, *ratings: Rating) -> None:
    """As the API does, but for the message."""
    for each in ratings:
        HistoriesTable(cloud.dynamodb, TABLE).add(each)


def messages(*ratings: Rating) -> dict[str, str]:
    return {f"{each.username} at {each.reviewed_at} ({number})": each.message() for number, each in enumerate(ratings)}


def created(cloud: Cloud, key: str) -> str:
    """The event that EventBridge sends of the newest version of a drop."""
    head = cloud.s3.head_object(Bucket=BUCKET, Key=key)
    return event("Object Created", {"key": key, "etag": head["ETag"].strip('"'), "version-id": head["VersionId"]})


def dropped(cloud: Cloud, *ratings: Rating) -> str:
    """Deliver the ratings as one batch; the key of their drop."""
    before = set(cloud.drops())
    assert cloud.redeliver(messages(*ratings), RATINGS) == []
    (key,) = set(cloud.drops()) - before
    return key


def take_in(cloud: Cloud, *ratings: Rating) -> dict[str, Any]:
    """Deliver the ratings as one batch, then the event of their drop; its receipt."""
    key = dropped(cloud, *ratings)
    assert cloud.deliver(created(cloud, key)) == []
    return cloud.receipt(key.removeprefix("incoming/"))


def test_a_batch_is_one_drop_of_all_its_ratings_in_order_of_time(cloud: Cloud) -> None:
    later, earlier = rating("ann", "2", 3.5, NOW + 5), rating("bob, jr", "1", text='good,\n"dark"')
    assert cloud.redeliver(messages(later, earlier), RATINGS) == []
    (key,) = cloud.drops()
    # The message was sent at 1,700,000,000.25 s.
    assert key.startswith("incoming/api/20231114T221320Z-")
    head, *rows = csv.reader(io.StringIO(cloud.read(key).decode()))
    assert head == [
        "score", "username", "beer_id", "beer_name", "brewery_name", "style", "abv", "text", "reviewed_at",
    ]  # fmt: skip
    assert rows == [
        ["4.5", "bob, jr", "1", "Beer 1", "Mill", "Stout", "6.5", 'good,\n"dark"', "1700000000.500"],
        ["3.5", "ann", "2", "Beer 2", "Mill", "Stout", "6.5", "", "1700000000.505"],
    ]


def test_ingest_reads_of_a_drop_what_the_api_was_told(cloud: Cloud) -> None:
    given = rating(beer_name="R&B <Stout> &amp;", brewery_name='The "Birch"', style=None, abv=None, text="\x01 dark")
    receipt = take_in(cloud, given)
    assert (receipt["accepted"], receipt["notes"]) == (1, [])
    (row,) = cloud.part(receipt["part"])
    told = {name: row[name] for name in ("username", "beer_id", "beer_name", "brewery_name", "style", "abv", "score")}
    assert told == given.model_dump(include=set(told))
    assert (row["text"], round(row["reviewed_at"].timestamp() * 1000)) == ("\x01 dark", NOW)


def test_a_part_of_ratings_says_so_and_no_other_does(cloud: Cloud) -> None:
    rated = take_in(cloud, rating())["part"]
    dropped = cloud.take_in("a.csv", b"score,username,beer_name,brewery_name\n3,ann,Night,Mill\n")["part"]
    parts = {part: cloud.s3.head_object(Bucket=BUCKET, Key=f"reviews/{part}.parquet") for part in (rated, dropped)}
    assert [parts[part]["Metadata"] for part in (rated, dropped)] == [{"rows": "1", "rated": "yes"}, {"rows": "1"}]


def test_ratings_are_asked_about_later_and_a_drop_at_once(cloud: Cloud) -> None:
    part = take_in(cloud, rating())["part"]
    assert cloud.retrain_requests() == []
    assert cloud.retrain_requests(DEFERRED) == [{"reason": "ingest", "part": part}]


def test_the_same_batch_delivered_again_is_the_same_drop(cloud: Cloud) -> None:
    batch = messages(rating("ann"), rating("bob"))
    for _ in range(2):
        assert cloud.redeliver(batch, RATINGS) == []
    (key,) = cloud.drops()
    assert len(cloud.s3.list_object_versions(Bucket=BUCKET, Prefix=key)["Versions"]) == 1


def test_a_rating_whose_message_came_twice_is_one_row(cloud: Cloud) -> None:
    assert take_in(cloud, rating(), rating())["rows"] == 1


def test_a_message_that_holds_no_rating_is_refused_and_the_others_of_its_batch_are_not(cloud: Cloud) -> None:
    batch = messages(rating("ann")) | {"bad": '{"score": 4}', "worse": "no JSON"}
    assert cloud.redeliver(batch, RATINGS) == ["bad", "worse"]
    (key,) = cloud.drops()
    assert len(cloud.read(key).decode().splitlines()) == 2
    assert cloud.redeliver({"bad": "no JSON"}, RATINGS) == ["bad"]
    assert cloud.drops() == [key]


def test_once_its_part_is_there_a_rating_is_in_the_histories_once(cloud: Cloud) -> None:
    ratings = [rating("ann"), rating("ann", "2"), rating("bob")]
    rate(cloud, *ratings)
    assert set(cloud.histories()) == {("ann", "rating#1"), ("ann", "rating#2"), ("bob", "rating#1")}
    part = take_in(cloud, *ratings)["part"]
    assert cloud.histories() == {("ann", part): {"1": 4.5, "2": 4.5}, ("bob", part): {"1": 4.5}}
    assert cloud.index() == {"ann", "bob"}


def test_what_was_rated_anew_meanwhile_stays_until_its_own_part_is_there(cloud: Cloud) -> None:
    first, second = rating(score=1.0), rating(score=5.0, at=NOW + SECOND)
    rate(cloud, first, second)
    part = take_in(cloud, first)["part"]
    assert cloud.histories() == {("ann", part): {"1": 1.0}, ("ann", "rating#1"): {"1": 5.0}}
    assert HistoriesTable(cloud.dynamodb, TABLE).history("ann") == {"1": 5.0}
    newer = take_in(cloud, second)["part"]
    assert cloud.histories() == {("ann", part): {"1": 1.0}, ("ann", newer): {"1": 5.0}}
    assert HistoriesTable(cloud.dynamodb, TABLE).history("ann") == {"1": 5.0}


def test_an_older_rating_that_is_written_late_does_not_hide_a_newer_one(cloud: Cloud) -> None:
    rate(cloud, rating(score=5.0, at=NOW + 1), rating(score=1.0))
    assert cloud.histories() == {("ann", "rating#1"): {"1": 5.0}}


def test_an_undo_takes_a_provisional_item_along_that_was_written_late_and_no_newer_one(cloud: Cloud) -> None:
    late, newer = rating("ann"), rating("bob", at=NOW + 1)
    name = take_in(cloud, late, rating("bob"))["name"]
    rate(cloud, late, newer)
    assert cloud.deliver(cloud.delete(name)) == []
    assert cloud.histories() == {("bob", "rating#1"): {"1": 4.5}}
    assert cloud.index() == {"bob"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_anywhere_leaves_the_rating_in_the_history_and_in_the_end_once(
    cloud: Cloud, when: str
) -> None:
    call = 0
    while True:
        call += 1
        given = rating(f"user {call}")
        rate(cloud, given)
        key = dropped(cloud, given)
        with Killing(cloud, call, when) as killing, suppress(Killed):
            cloud.deliver(created(cloud, key))
        assert HistoriesTable(cloud.dynamodb, TABLE).history(given.username) == {"1": 4.5}
        assert cloud.deliver(created(cloud, key)) == []
        part = cloud.receipt(key.removeprefix("incoming/"))["part"]
        assert [of for user, of in cloud.histories() if user == given.username] == [part]
        if killing.calls < call:
            break
    assert call > 8
