"""From a part to the items of the histories table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pyarrow as pa
import pytest

from ingest.histories.histories_table import HistoriesTable, TableBusy
from ingest.histories.part_histories import LARGEST_ITEM, History, histories
from ingest.part import SCHEMA, PartWriter
from taproom.drops import LONGEST_BEER_ID, LONGEST_USERNAME
from taproom.usernames import index_item
from tests.unit.ingest.cloud import REGION, TABLE, Cloud
from tests.unit.ingest.parsed import DROPPED_AT

Review = tuple[str, str, float, datetime]
Write = Callable[[list[list[Review]]], Path]
EARLIER = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a part, one row group a list of (username, beer id, score, time)."""

    def write(groups: list[list[Review]]) -> Path:
        with PartWriter(tmp_path / "part.parquet") as part:
            line = 2
            for rows in groups:
                usernames, beers, scores, times = zip(*rows, strict=True)
                table = {
                    "username": pa.array(usernames).dictionary_encode(),
                    "beer_id": pa.array(beers).dictionary_encode(),
                    "beer_name": pa.array(beers).dictionary_encode(),
                    "brewery_name": pa.array(["Mill"] * len(rows)).dictionary_encode(),
                    "style": pa.nulls(len(rows), SCHEMA.field("style").type),
                    "abv": pa.nulls(len(rows), pa.float32()),
                    "score": pa.array(np.array(scores, np.float32)),
                    "text": pa.nulls(len(rows), pa.string()),
                    "reviewed_at": pa.array(times, SCHEMA.field("reviewed_at").type),
                    "dropped_at": pa.array([DROPPED_AT] * len(rows), SCHEMA.field("dropped_at").type),
                    "line": pa.array(range(line, line + len(rows)), pa.int64()),
                }
                part.write(pa.table(table, schema=SCHEMA))
                line += len(rows)
        return part.path

    return write


def scores(path: Path, rows_at_once: int = 1000) -> dict[str, dict[str, str]]:
    found = list(histories(path, rows_at_once))
    assert len({history.username for history in found}) == len(found)
    return {history.username: {beer: score["N"] for beer, score in history.reviews.items()} for history in found}


def test_a_history_has_each_beer_of_a_user_from_all_of_the_part(write: Write) -> None:
    path = write(
        [[("ann", "1", 4.0, DROPPED_AT), ("bob", "1", 3.5, DROPPED_AT)], [("ann", "2", 4.35, DROPPED_AT)]],
    )
    assert scores(path) == {"ann": {"1": "4.0", "2": "4.35"}, "bob": {"1": "3.5"}}


def test_the_later_review_of_a_beer_wins_and_of_two_at_one_time_the_later_line(write: Write) -> None:
    path = write(
        [
            [("ann", "1", 5.0, DROPPED_AT), ("ann", "2", 1.0, EARLIER), ("ann", "1", 2.0, EARLIER)],
            [("ann", "2", 3.0, EARLIER), ("bob", "2", 2.5, EARLIER)],
        ]
    )
    assert scores(path) == {"ann": {"1": "5.0", "2": "3.0"}, "bob": {"2": "2.5"}}


def test_a_part_read_in_shares_gives_the_same_histories(write: Write) -> None:
    groups = [
        [(f"user{row % 7}", f"beer{row % 11}", float(row % 5), DROPPED_AT) for row in range(n, n + 50)] for n in (0, 50)
    ]
    path = write(groups)
    assert scores(path, rows_at_once=9) == scores(path)
    assert sum(map(len, scores(path).values())) == 77


def test_a_long_history_is_several_items(cloud: Cloud) -> None:
    reviews = {f"beer{number}": {"N": "4.0"} for number in range(2 * LARGEST_ITEM + 1)}
    items = list(History("ann", reviews).items("part"))
    assert [item["part"]["S"] for item in items] == ["part", "part#1", "part#2"]
    assert [len(item["reviews"]["M"]) for item in items] == [LARGEST_ITEM, LARGEST_ITEM, 1]
    HistoriesTable(cloud.dynamodb, TABLE).write(items)
    assert sum(len(found) for found in cloud.histories().values()) == len(reviews)


def test_the_largest_item_fits_dynamodb(cloud: Cloud) -> None:
    reviews = {f"{number:0{LONGEST_BEER_ID}}": {"N": "1.2345679"} for number in range(LARGEST_ITEM)}
    reviewed_at = {beer_id: {"N": "1769903999999"} for beer_id in reviews}
    HistoriesTable(cloud.dynamodb, TABLE).write(History("u" * LONGEST_USERNAME, reviews, reviewed_at).items("part"))
    assert [len(found) for found in cloud.histories().values()] == [LARGEST_ITEM]


def test_more_items_than_a_batch_takes_are_all_written(cloud: Cloud) -> None:
    items = [item for number in range(61) for item in History(f"user{number}", {"1": {"N": "4"}}).items("part")]
    HistoriesTable(cloud.dynamodb, TABLE).write(items)
    assert len(cloud.histories()) == 61


class Throttled:
    """DynamoDB under load: of each request it leaves the last items undone, `refusals` times."""

    def __init__(self, refusals: int) -> None:
        self._client = boto3.Session("none", "none", region_name=REGION).client("dynamodb")
        self.meta = self._client.meta
        self.refusals = refusals

    def batch_write_item(self, RequestItems: dict[str, list[object]]) -> dict[str, object]:  # noqa: N803
        if not self.refusals:
            return dict(self._client.batch_write_item(RequestItems=RequestItems))
        self.refusals -= 1
        requests = RequestItems[TABLE]
        if requests[:-1]:
            self._client.batch_write_item(RequestItems={TABLE: requests[:-1]})
        return {"UnprocessedItems": {TABLE: requests[-1:]}}


def test_items_that_dynamodb_leaves_undone_are_sent_again_after_a_pause(cloud: Cloud) -> None:
    pauses: list[float] = []
    items = [item for number in range(3) for item in History(f"user{number}", {"1": {"N": "4"}}).items("part")]
    HistoriesTable(Throttled(4), TABLE, pauses.append).write(items)
    assert len(cloud.histories()) == 3
    assert len(pauses) == 4


def test_pauses_are_drawn_from_spans_that_double_up_to_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: (low, high))
    spans: list[Any] = []
    with pytest.raises(TableBusy):
        HistoriesTable(Throttled(99), TABLE, spans.append).write(History("ann", {"1": {"N": "4"}}).items("part"))
    longest = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
    assert spans == [(0, pytest.approx(seconds)) for seconds in longest]


def test_a_table_that_stays_busy_is_an_error_so_that_the_drop_comes_again() -> None:
    items = list(History("ann", {"1": {"N": "4"}}).items("part"))
    with pytest.raises(TableBusy, match="histories refused 1 items 10 times"):
        HistoriesTable(Throttled(99), TABLE, lambda _: None).write(items)


def test_a_name_stays_found_whose_history_comes_while_it_is_taken_out(cloud: Cloud) -> None:
    table = HistoriesTable(cloud.dynamodb, TABLE)
    table.write([index_item("ann")])

    def add(**_: Any) -> None:
        item = next(History("ann", {"1": {"N": "4"}}).items("part"))
        cloud.dynamodb.put_item(TableName=TABLE, Item=item)

    cloud.dynamodb.meta.events.register("before-call.dynamodb.BatchWriteItem", add)
    try:
        table.index(["ann"])
    finally:
        cloud.dynamodb.meta.events.unregister("before-call.dynamodb.BatchWriteItem", add)
    assert cloud.index() == {"ann"}


def test_names_and_ids_in_any_script_arrive_as_they_are(cloud: Cloud) -> None:
    history = History('Ünal "☕"', {"Kölsch\n": {"N": "4.5"}})
    HistoriesTable(cloud.dynamodb, TABLE).write(history.items("part"))
    assert cloud.histories() == {('Ünal "☕"', "part"): {"Kölsch\n": 4.5}}
