"""The latest review wins: one rule, kept by training and by what the API reads of the histories that ingest writes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ingest.histories.histories_table import HistoriesTable as Written
from ingest.histories.part_histories import histories
from recommend.adapters.histories_table import HistoriesTable
from tests.unit.training.jobs import DROPPED, review, write_part
from trainer.data import reviews

Score = Callable[[list[list[dict[str, Any]]]], float]
DAY = timedelta(days=1)
_NUMBERS = itertools.count()
ARCHIVE, THIS_YEAR = datetime(2010, 5, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC)
PARTS = ("20260101T000000Z-bbbbbbbbbbbb", "20260102T000000Z-aaaaaaaaaaaa", "20260103T000000Z-000000000000")


def row(score: float, reviewed_at: datetime | None, line: int = 2) -> dict[str, Any]:
    return review("ann", "b1", score, reviewed_at=reviewed_at, line=line)


# Parts in the order of their drops, and the score that wins, which is 5 everywhere.
CASES = {
    "an archive that is dropped later loses to this year's": [[row(5, THIS_YEAR)], [row(1, ARCHIVE)]],
    "the later time wins in a part, whatever the line": [[row(5, THIS_YEAR, 2), row(1, ARCHIVE, 3)]],
    "a millisecond later is later": [[row(5, THIS_YEAR + timedelta(milliseconds=1))], [row(1, THIS_YEAR)]],
    "at the same time the later drop wins": [[row(1, THIS_YEAR, 9)], [row(5, THIS_YEAR, 2)]],
    "at the same time in one drop the later line wins": [[row(5, THIS_YEAR, 3), row(1, THIS_YEAR, 2)]],
    "a known time beats an unknown one that is dropped later": [[row(5, ARCHIVE)], [row(1, None)]],
    "a known time beats an unknown one on a later line": [[row(5, ARCHIVE, 2), row(1, None, 3)]],
    "the beginning of 1970 is a known time": [[row(5, datetime(1970, 1, 1, tzinfo=UTC))], [row(1, None)]],
    "of unknown times the later drop wins": [[row(1, None, 9)], [row(5, None, 2)]],
    "of unknown times in one drop the later line wins": [[row(1, None, 2), row(5, None, 3)]],
    "an unknown time beside two known ones": [[row(1, ARCHIVE)], [row(5, THIS_YEAR)], [row(1, None)]],
}


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        client = boto3.Session("none", "none", region_name="eu-west-1").client("dynamodb")
        yield client


@pytest.fixture
def training(tmp_path: Path) -> Score:
    def score(parts: list[list[dict[str, Any]]]) -> float:
        for name, rows in zip(PARTS, parts, strict=False):
            write_part(tmp_path, rows, name)
        (found,) = reviews.read(tmp_path).ratings.score.tolist()
        return float(found)

    return score


@pytest.fixture
def table(dynamodb: Any) -> str:
    name = f"histories{next(_NUMBERS)}"
    keys = {"username": "HASH", "part": "RANGE"}
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
    )
    return name


@pytest.fixture
def api(tmp_path: Path, dynamodb: Any, table: str) -> Score:
    def score(parts: list[list[dict[str, Any]]]) -> float:
        for name, rows in zip(PARTS, parts, strict=False):
            for history in histories(write_part(tmp_path, rows, name)):
                Written(dynamodb, table).write(history.items(name))
        ((beer, found),) = HistoriesTable(dynamodb, table).history("ann").items()
        assert beer == "b1"
        return found

    return score


@pytest.mark.parametrize("reader", ["training", "api"])
@pytest.mark.parametrize("case", CASES)
def test_the_latest_review_wins(request: pytest.FixtureRequest, reader: str, case: str) -> None:
    score: Score = request.getfixturevalue(reader)
    assert score(CASES[case]) == 5.0


def test_the_most_recent_come_last_whenever_they_were_dropped(dynamodb: Any, table: str, tmp_path: Path) -> None:
    dated = [review("eva", "new", 4, reviewed_at=THIS_YEAR), review("eva", "old", 4, reviewed_at=ARCHIVE)]
    undated = [review("eva", "undated", 4, reviewed_at=None)]
    for name, rows in zip(PARTS, (dated, undated), strict=False):
        for history in histories(write_part(tmp_path, rows, name)):
            Written(dynamodb, table).write(history.items(name))
    assert list(HistoriesTable(dynamodb, table).history("eva")) == ["undated", "old", "new"]


def test_a_rating_of_unknown_time_counts_on_the_day_of_its_drop(tmp_path: Path) -> None:
    write_part(tmp_path, [review("ann", "b1", 4, reviewed_at=None), review("ann", "b2", 4, reviewed_at=DROPPED - DAY)])
    dropped = (DROPPED - datetime(1970, 1, 1, tzinfo=UTC)).days
    assert reviews.read(tmp_path).ratings.day.tolist() == [dropped, dropped - 1]
