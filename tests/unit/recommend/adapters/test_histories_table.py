"""Histories in DynamoDB."""

from __future__ import annotations

from typing import Any

from recommend.adapters.histories_table import HistoriesTable
from taproom.messages.ratings import Rating
from tests.unit.recommend.cloud import TABLE, Cloud


def test_somebody_unknown_has_an_empty_history(cloud: Cloud) -> None:
    assert HistoriesTable(cloud.dynamodb, TABLE).history("nobody") == {}


def test_a_history_is_that_of_all_parts_and_of_nobody_else_and_later_scores_win(cloud: Cloud) -> None:
    cloud.remember("ben", "20260102T000000Z-000000000002", {"2": 5.0})
    cloud.remember("ben", "20260101T000000Z-000000000001#1", {"3": 1.0})
    cloud.remember("ben", "20260101T000000Z-000000000001", {"1": 4.0, "2": 3.5})
    cloud.remember("benny", "20260102T000000Z-000000000002", {"4": 5.0})
    assert HistoriesTable(cloud.dynamodb, TABLE).history("ben") == {"1": 4.0, "2": 5.0, "3": 1.0}


def test_the_most_recent_come_last_and_a_beer_reviewed_again_is_recent(cloud: Cloud) -> None:
    cloud.remember("ben", "20260103T000000Z-000000000003", {"1": 4.25})
    cloud.remember("ben", "20260101T000000Z-000000000001", {"1": 2.0})
    cloud.remember("ben", "20260102T000000Z-000000000002", {"7": 3.0})
    assert list(HistoriesTable(cloud.dynamodb, TABLE).history("ben").items()) == [("7", 3.0), ("1", 4.25)]


def test_an_empty_item_is_no_beer(cloud: Cloud) -> None:
    cloud.remember("ben", "20260101T000000Z-000000000001", {})
    assert HistoriesTable(cloud.dynamodb, TABLE).history("ben") == {}


def test_histories_longer_than_a_page_are_read_whole(cloud: Cloud) -> None:
    # A page ends at 1 MB: 30 items of 50 kB each.
    for number in range(30):
        reviews = {f"{number}-{'x' * 90}-{beer}": 4.0 for beer in range(500)}
        cloud.remember("ben", f"20260101T000000Z-{number:012}", reviews)
    assert len(HistoriesTable(cloud.dynamodb, TABLE).history("ben")) == 30 * 500


def given(reviewed_at: int) -> Rating:
    return Rating(
        username="ben",
        beer_id="2",
        beer_name="Porter",
        brewery_name="Alder",
        style=None,
        abv=None,
        score=4.0,
        text="",
        reviewed_at=reviewed_at,
    )


def test_what_was_taken_back_stays_so_where_ingest_writes_it_late(cloud: Cloud) -> None:
    table = HistoriesTable(cloud.dynamodb, TABLE)
    table.add(given(1000))
    table.take_back("ben", "2", 1500)
    cloud.remember("ben", "20260101T000000Z-000000000001", {"2": 4.0, "3": 3.0}, {"2": 1000, "3": 900})
    assert table.history("ben") == {"3": 3.0}
    cloud.remember("ben", "20260101T000000Z-000000000002", {"2": 5.0}, {"2": 1501})
    assert table.history("ben") == {"3": 3.0, "2": 5.0}


def test_a_rating_given_after_that_counts_and_its_user_is_found(cloud: Cloud) -> None:
    table = HistoriesTable(cloud.dynamodb, TABLE)
    table.add(given(2000))
    table.take_back("ben", "2", 1500)
    assert table.history("ben") == {"2": 4.0}
    assert table.usernames("be", 9) == ["ben"]
    table.take_back("ben", "2", 2000)
    assert table.history("ben") == {}
    assert table.usernames("be", 9) == []


def test_ratings_on_their_way_when_their_user_is_forgotten_stay_so_and_later_ones_count(cloud: Cloud) -> None:
    table = HistoriesTable(cloud.dynamodb, TABLE)
    cloud.remember("ben", "20260101T000000Z-000000000001", {"1": 3.0})
    table.add(given(1000))
    table.forget("ben", 1500)
    # Ingest was about to write it.
    cloud.remember("ben", "20260102T000000Z-000000000002", {"2": 4.0}, {"2": 1000})
    assert table.history("ben") == {}
    table.add(given(1501))
    assert table.history("ben") == {"2": 4.0}


class Throttled:
    """DynamoDB under load: of each batch it does the first request alone."""

    def __init__(self, dynamodb: Any) -> None:
        self._dynamodb = dynamodb

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dynamodb, name)

    def batch_write_item(self, RequestItems: dict[str, list[object]]) -> dict[str, object]:  # noqa: N803
        requests = RequestItems[TABLE]
        self._dynamodb.batch_write_item(RequestItems={TABLE: requests[:1]})
        return {"UnprocessedItems": {TABLE: requests[1:]} if requests[1:] else {}}


def test_histories_go_whole_where_dynamodb_leaves_some_of_a_batch(cloud: Cloud) -> None:
    for number in range(3):
        cloud.remember("ben", f"20260101T000000Z-{number:012}", {"1": 3.0})
    HistoriesTable(Throttled(cloud.dynamodb), TABLE).forget("ben", 1500)
    assert HistoriesTable(cloud.dynamodb, TABLE).history("ben") == {}
