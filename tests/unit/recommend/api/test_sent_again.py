"""Ratings, and what takes them back, of clients that send again what no answer came to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from recommend.adapters.histories_table import HistoriesTable
from taproom.messages.erasures import TOMBSTONES, Erasure
from tests.unit.recommend.api.test_user_routes import erasures, in_service, sent
from tests.unit.recommend.calls import answer, good, respond
from tests.unit.recommend.cloud import TABLE, Cloud, get, post

__all__ = ["in_service"]


def said(score: float, reviewed_at: int) -> dict[str, Any]:
    """Rate beer 2 as zoe, whose device says when that was, in Unix milliseconds."""
    return good(post("/users/zoe/reviews", {"beer_id": "2", "score": score, "reviewed_at": reviewed_at}), 201)


def take_back_as_of(asked_at: int) -> None:
    assert respond(get(f"/users/zoe/reviews/2?asked_at={asked_at}", "DELETE"))["statusCode"] == 204


def history(cloud: Cloud) -> dict[str, float]:
    return HistoriesTable(cloud.dynamodb, TABLE).history("zoe")


def test_a_rating_that_is_sent_again_counts_once(cloud: Cloud) -> None:
    totals = [said(4.0, 1_700_000_000_000)["total"] for _ in range(3)]
    assert totals == [1, 1, 1]
    assert [(rating.score, rating.reviewed_at) for rating in sent(cloud)] == [(4.0, 1_700_000_000_000)]


def test_a_rating_that_is_sent_again_does_not_undo_what_was_said_after_it(cloud: Cloud) -> None:
    said(4.0, 1_700_000_000_000)
    said(2.0, 1_700_000_001_000)
    said(4.0, 1_700_000_000_000)
    assert history(cloud) == {"2": 2.0}
    take_back_as_of(1_700_000_002_000)
    said(2.0, 1_700_000_001_000)
    assert history(cloud) == {}


def test_a_rating_that_is_sent_again_after_ingest_has_taken_it_back_stays_so(cloud: Cloud) -> None:
    for beer_id in (None, "2"):
        tombstone = Erasure("zoe", 0, beer_id).tombstone(TABLE)
        key = {"username": {"S": TOMBSTONES}, "part": {"S": tombstone}}
        cloud.dynamodb.put_item(TableName=TABLE, Item=key | {"asked_at": {"N": "1700000002000"}})
        assert said(4.0, 1_700_000_002_000)["total"] == 0
        cloud.dynamodb.delete_item(TableName=TABLE, Key=key)
    assert sent(cloud) == []
    assert history(cloud) == {}
    cloud.dynamodb.put_item(TableName=TABLE, Item=key | {"asked_at": {"N": "1700000002000"}})
    assert said(4.0, 1_700_000_002_001)["total"] == 1
    assert history(cloud) == {"2": 4.0}


def test_a_rating_is_never_of_the_future(cloud: Cloud) -> None:
    said(4.0, 7_000_000_000_000)
    (rating,) = sent(cloud)
    assert rating.reviewed_at / 1000 == pytest.approx(datetime.now(UTC).timestamp(), abs=60)


def test_taking_back_again_spares_what_was_said_since(cloud: Cloud) -> None:
    said(4.0, 1_700_000_000_000)
    take_back_as_of(1_700_000_001_000)
    said(5.0, 1_700_000_002_000)
    take_back_as_of(1_700_000_001_000)
    assert history(cloud) == {"2": 5.0}
    assert [one.asked_at for one in erasures(cloud) if one] == [1_700_000_001_000]


@pytest.mark.parametrize("reviewed_at", [0, "soon", 1.5])
def test_a_time_that_is_none_is_told(reviewed_at: object) -> None:
    status, body = answer(post("/users/zoe/reviews", {"beer_id": "2", "score": 4, "reviewed_at": reviewed_at}))
    assert status == 400
    assert body["message"].startswith("reviewed_at: got ")
