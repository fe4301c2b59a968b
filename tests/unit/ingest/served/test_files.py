"""What was served, and what came of it, by day below served/: once for a batch, and without those who are forgotten."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingest import handler as ingest_handler
from ingest.erasure.tombstones import Tombstones
from ingest.served.files import ServedFiles
from taproom.messages.erasures import Erasure
from taproom.messages.ratings import Rating
from taproom.messages.served import Answer, Outcome
from taproom.messages.served_events import COLUMNS, Event
from tests.unit.ingest.cloud import BUCKET, RATINGS, TABLE, Cloud

# 14 November 2023, 22:13:20.5 UTC, and less than two hours later, the next day.
NOW = 1_700_000_000_500
DAY = 86_400_000
TODAY = "served/day=2023-11-14/"
TOMORROW = "served/day=2023-11-15/"


def answer(name: str = "a", username: str | None = "ann", at: int = NOW, **more: Any) -> Answer:
    fields: dict[str, Any] = {
        "route": "recommendations", "ratings": 7, "basis": "personal", "release": "new", "ranking_release": None,
        "context": {"limit": 2}, "beers": ["1", "2"], "scores": [4.5, 3.25], "propensities": [1.0, 0.5],
    }  # fmt: skip
    return Answer(recommendation_id=name, username=username, at=at, **fields | more)


def outcome(name: str = "a", beer_id: str = "1", at: int = NOW + 1, event: Event = Event.SEEN) -> Outcome:
    return Outcome(recommendation_id=name, at=at, event=event, beer_id=beer_id)


def rating(name: str | None = "a", username: str = "ann", beer_id: str = "1", at: int = NOW + 2) -> Rating:
    return Rating(
        username=username, beer_id=beer_id, beer_name="Night", brewery_name="Mill", style=None, abv=None, score=4.0,
        text="", reviewed_at=at, recommendation_id=name,
    )  # fmt: skip


def take(cloud: Cloud, *messages: Rating | Answer | Outcome, batch: str = "batch") -> list[str]:
    """Deliver a batch; the ids of the messages that were failed."""
    return cloud.redeliver({f"{batch} {place}": one.message() for place, one in enumerate(messages)}, RATINGS)


def rows(cloud: Cloud, prefix: str = "served/") -> list[dict[str, Any]]:
    return [row for key in cloud.keys(prefix) for row in pq.read_table(io.BytesIO(cloud.read(key))).to_pylist()]


def told(cloud: Cloud) -> list[tuple[str, str, str | None]]:
    return [(row["event"], row["recommendation_id"], row["beer_id"]) for row in rows(cloud)]


def versions(cloud: Cloud) -> list[str]:
    return [one["Key"] for one in cloud.s3.list_object_versions(Bucket=BUCKET, Prefix="served/").get("Versions", [])]


def test_an_answer_is_a_row_a_beer_in_a_file_of_its_day(cloud: Cloud) -> None:
    assert take(cloud, answer()) == []
    (key,) = cloud.keys("served/")
    assert key.startswith(TODAY)
    shared = {
        "event": "served",
        "at": datetime.fromtimestamp(NOW / 1000, UTC),
        "recommendation_id": "a",
        "username": "ann",
        "release": "new",
        "ranking_release": None,
        "route": "recommendations",
        "basis": "personal",
        "ratings": 7,
        "context": '{"limit": 2}',
    }
    assert rows(cloud) == [
        shared | {"beer_id": "1", "place": 1, "score": 4.5, "propensity": 1.0},
        shared | {"beer_id": "2", "place": 2, "score": 3.25, "propensity": 0.5},
    ]
    assert tuple(rows(cloud)[0]) == COLUMNS


def test_an_answer_without_beers_is_a_row_too(cloud: Cloud) -> None:
    take(cloud, answer(beers=[], scores=[], propensities=[]))
    (row,) = rows(cloud)
    assert (row["event"], row["release"], row["beer_id"], row["place"]) == ("served", "new", None, None)


def test_a_rating_of_an_answer_is_a_drop_and_an_outcome_with_its_score(cloud: Cloud) -> None:
    assert take(cloud, rating(), rating(None, beer_id="2")) == []
    (row,) = rows(cloud)
    named = {name: value for name, value in row.items() if value is not None}
    assert named == {
        "event": "rated",
        "at": datetime.fromtimestamp((NOW + 2) / 1000, UTC),
        "recommendation_id": "a",
        "username": "ann",
        "beer_id": "1",
        "score": 4.0,
    }
    (drop,) = cloud.drops()
    assert len(cloud.read(drop).decode().splitlines()) == 3


def test_what_an_application_tells_is_an_outcome_without_a_name(cloud: Cloud) -> None:
    take(cloud, outcome(event=Event.DISMISSED))
    (row,) = rows(cloud)
    assert (row["event"], row["recommendation_id"], row["beer_id"], row["username"]) == ("dismissed", "a", "1", None)


def test_a_batch_over_midnight_is_a_file_for_each_day(cloud: Cloud) -> None:
    take(cloud, answer(), outcome(at=NOW + DAY), rating(at=NOW + DAY))
    assert [row["event"] for row in rows(cloud, TODAY)] == ["served", "served"]
    assert [row["event"] for row in rows(cloud, TOMORROW)] == ["rated", "seen"]


def test_the_same_batch_delivered_again_is_the_same_file(cloud: Cloud) -> None:
    for _ in range(2):
        assert take(cloud, answer(), outcome(), rating()) == []
    assert len(cloud.keys("served/")) == 1
    assert told(cloud) == [("served", "a", "1"), ("served", "a", "2"), ("seen", "a", "1"), ("rated", "a", "1")]
    take(cloud, answer("b"), batch="another")
    assert len(cloud.keys("served/")) == 2


def test_what_a_sender_sent_twice_counts_once_in_its_batch(cloud: Cloud) -> None:
    take(cloud, answer(), answer(), outcome(), outcome())
    assert told(cloud) == [("served", "a", "1"), ("served", "a", "2"), ("seen", "a", "1")]


def test_a_message_that_is_none_of_these_is_refused_and_the_others_of_its_batch_are_not(cloud: Cloud) -> None:
    good = {"good": answer().message(), "bad": '{"recommendation_id": "a"}', "worse": "no JSON"}
    assert cloud.redeliver(good, RATINGS) == ["bad", "worse"]
    assert len(rows(cloud)) == 2


def test_what_cannot_be_filed_is_delivered_again_and_ratings_are_dropped_all_the_same(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("no room")

    with monkeypatch.context() as patched:
        patched.setattr(ServedFiles, "write", fail)
        failed = take(cloud, answer(), rating(None), rating("a"))
    assert failed == ["batch 0", "batch 2"]
    assert len(cloud.drops()) == 1
    assert take(cloud, answer()) == []
    assert len(rows(cloud)) == 2


def erase(cloud: Cloud, beer_id: str | None = None, asked_at: int = NOW + DAY, username: str = "ann") -> None:
    assert cloud.deliver(Erasure(username, asked_at, beer_id).message()) == []


def test_who_is_forgotten_goes_from_every_file_and_others_stay(cloud: Cloud) -> None:
    take(cloud, answer("a"), answer("b", "bob"), answer("n", None), batch="mixed")
    take(cloud, answer("c"), batch="own")
    take(cloud, rating("b", "bob"), rating("a"), outcome("n"), batch="outcomes")
    erase(cloud)
    assert {row["username"] for row in rows(cloud)} == {"bob", None}
    assert {row["recommendation_id"] for row in rows(cloud)} == {"b", "n"}
    assert len(rows(cloud)) == 6
    # No older version of a file is left.
    assert sorted(versions(cloud)) == sorted(cloud.keys("served/"))


def test_what_was_told_of_their_answers_without_a_name_goes_too(cloud: Cloud) -> None:
    # The first of two files of a day by name may hold the later rows.
    for batch in ("one", "two"):
        take(cloud, answer(batch), batch=batch)
    for batch in ("three", "four"):
        take(cloud, outcome("one"), outcome("other"), outcome("two", at=NOW + DAY), batch=batch)
    erase(cloud)
    assert {row["recommendation_id"] for row in rows(cloud)} == {"other"}
    assert len(rows(cloud)) == 2


def test_what_was_served_after_the_request_stays(cloud: Cloud) -> None:
    take(cloud, answer("before"), answer("after", at=NOW + 10))
    erase(cloud, asked_at=NOW + 5)
    assert {row["recommendation_id"] for row in rows(cloud)} == {"after"}


def test_a_rating_that_is_taken_back_goes_and_what_was_shown_stays(cloud: Cloud) -> None:
    now = round(time.time() * 1000)
    take(cloud, answer(at=now - 2), rating(at=now), rating(at=now, beer_id="2"), outcome(at=now - 1))
    erase(cloud, beer_id="1", asked_at=now)
    assert told(cloud) == [("served", "a", "1"), ("served", "a", "2"), ("seen", "a", "1"), ("rated", "a", "2")]
    assert len(versions(cloud)) == 1


def test_a_batch_from_before_the_erasure_that_comes_late_is_filed_without_the_rows(cloud: Cloud) -> None:
    erase(cloud, asked_at=NOW + 5)
    take(cloud, answer("a"), answer("b", "bob"), rating(), answer("later", at=NOW + 6))
    assert {row["recommendation_id"] for row in rows(cloud)} == {"b", "later"}
    take(cloud, answer("a"), batch="own")
    assert len(versions(cloud)) == 1


def test_a_rating_that_was_taken_back_and_comes_late_is_not_filed_and_what_was_shown_is(cloud: Cloud) -> None:
    erase(cloud, beer_id="1", asked_at=NOW + 5)
    take(cloud, answer(), rating(), rating(beer_id="2"))
    assert told(cloud) == [("served", "a", "1"), ("served", "a", "2"), ("rated", "a", "2")]


def test_an_erasure_that_is_asked_for_while_a_file_is_written_finds_it_all_the_same(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = ServedFiles.write
    tombstones = Tombstones(cloud.dynamodb, TABLE)

    def write(files: ServedFiles, key: str, rows: Any) -> None:
        # The eraser has listed the files just before this one is there.
        tombstones.bury(Erasure("ann", NOW + DAY, None))
        written(files, key, rows)

    monkeypatch.setattr(ServedFiles, "write", write)
    ingest_handler.api_messages.cache_clear()
    take(cloud, answer("a"), answer("b", "bob"))
    assert {row["username"] for row in rows(cloud)} == {"bob"}
    assert len(versions(cloud)) == 1
    take(cloud, answer("c"), batch="own")
    assert len(versions(cloud)) == 1
