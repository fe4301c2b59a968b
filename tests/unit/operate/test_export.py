"""What is exported is what was accepted, and a stack that takes it in holds the same."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from ingest import part as parts
from ingest.parsing import parse
from ingest.served.rows import SCHEMA as SERVED
from operate.__main__ import main
from tests.unit.operate.cloud import BUCKET, PARTS, Tools

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = datetime(2026, 1, 2, tzinfo=UTC)


def row(**given: Any) -> dict[str, Any]:
    """A row of a part, ann's of the beer Alder, but for what is given."""
    return {
        "username": "ann",
        "beer_id": "b1",
        "beer_name": "Alder",
        "brewery_name": "Brew & Co",
        "style": None,
        "abv": None,
        "score": 4.5,
        "text": None,
        "reviewed_at": FIRST,
        "dropped_at": FIRST,
        "line": 2,
        **given,
    }


def put(tools: Tools, part: str, *rows: dict[str, Any]) -> None:
    """As ingest writes it."""
    packed = io.BytesIO()
    with parquet.ParquetWriter(packed, parts.SCHEMA, store_schema=False) as writer:
        writer.write_table(pa.Table.from_pylist(list(rows), schema=parts.SCHEMA))
    tools.put(f"reviews/{part}.parquet", packed.getvalue())


@pytest.fixture
def dropped(aws: Tools) -> Tools:
    """A stack with two parts: ann has reviewed Alder in both, ben one beer with all that a row can have."""
    aws.deploy()
    put(aws, PARTS[1], row(score=3.3, reviewed_at=SECOND, dropped_at=SECOND))
    full = row(
        username='ben, "the" ann', beer_id="007", beer_name="A &amp; B", style="Gose", abv=4.7, text='a\n"b"', line=3
    )
    put(aws, PARTS[0], row(), full)
    history = {"b1": {"N": "3.3"}}
    aws.client("dynamodb").put_item(
        TableName="histories", Item={"username": {"S": "ann"}, "part": {"S": PARTS[1]}, "reviews": {"M": history}}
    )
    return aws


def test_every_review_is_written_earlier_drops_first(dropped: Tools, tmp_path: Path) -> None:
    assert dropped.objects() >= {f"reviews/{part}.parquet" for part in PARTS}
    main(["export", str(tmp_path / "reviews.csv")])
    with (tmp_path / "reviews.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    names = ["score", "username", "beer_name", "brewery_name", "beer_id", "style", "abv", "text", "reviewed_at"]
    assert list(found[0]) == names
    assert [list(each.values()) for each in found] == [
        ["4.5", "ann", "Alder", "Brew & Co", "b1", "", "", "", "2026-01-01T00:00:00.000Z"],
        [
            "4.5",
            'ben, "the" ann',
            "A &amp;amp; B",
            "Brew & Co",
            "007",
            "Gose",
            "4.7",
            'a\n"b"',
            "2026-01-01T00:00:00.000Z",
        ],
        ["3.3", "ann", "Alder", "Brew & Co", "b1", "", "", "", "2026-01-02T00:00:00.000Z"],
    ]


def test_what_is_exported_is_taken_in_as_it_was(dropped: Tools, tmp_path: Path) -> None:
    assert dropped.objects()
    main(["export", str(tmp_path / "reviews.csv.gz")])
    parsed = parse((tmp_path / "reviews.csv.gz").open("rb", buffering=0), "reviews.csv.gz", SECOND, tmp_path)
    assert (parsed.accepted, parsed.refused, sum(parsed.noted.values())) == (3, 0, 0)
    found = parquet.read_table(parsed.part).drop_columns(["dropped_at", "line"]).to_pylist()
    before = [
        each
        for part in PARTS
        for each in parquet.read_table(
            io.BytesIO(dropped.client("s3").get_object(Bucket=BUCKET, Key=f"reviews/{part}.parquet")["Body"].read())
        )
        .drop_columns(["dropped_at", "line"])
        .to_pylist()
    ]
    assert found == before
    assert found[1]["beer_name"] == "A &amp; B"


def test_an_unknown_time_stays_unknown(aws: Tools, tmp_path: Path) -> None:
    aws.deploy()
    put(aws, PARTS[0], row(reviewed_at=None))
    main(["export", str(tmp_path / "reviews.csv.gz")])
    with gzip.open(tmp_path / "reviews.csv.gz", "rt") as file:
        assert file.read().splitlines()[1].endswith(",")


def test_what_is_held_of_one_user_is_written_with_where_it_came_from(dropped: Tools, tmp_path: Path) -> None:
    assert dropped.objects()
    main(["export", str(tmp_path / "ann.json"), "--user", "ann"])
    held = json.loads((tmp_path / "ann.json").read_text())
    assert held["username"] == "ann"
    assert [(each["part"], each["line"], round(each["score"], 2)) for each in held["reviews"]] == [
        (PARTS[0], 2, 4.5),
        (PARTS[1], 2, 3.3),
    ]
    assert held["reviews"][1]["reviewed_at"] == "2026-01-02T00:00:00+00:00"
    assert held["history"] == {PARTS[1]: {"b1": 3.3}}


def test_what_was_served_to_a_user_is_held_of_them(dropped: Tools, tmp_path: Path) -> None:
    empty: dict[str, Any] = dict.fromkeys(SERVED.names)
    rows = [
        empty | {"event": "served", "at": SECOND, "recommendation_id": answer, "username": name, "beer_id": "b1"}
        for answer, name in (("a", "ann"), ("b", "ben"), ("c", None))
    ]
    packed = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows, schema=SERVED), packed, store_schema=False)
    dropped.put("served/day=2026-01-02/0123456789ab.parquet", packed.getvalue())
    main(["export", str(tmp_path / "ann.json"), "--user", "ann"])
    assert json.loads((tmp_path / "ann.json").read_text())["served"] == [
        {
            "event": "served",
            "at": "2026-01-02T00:00:00+00:00",
            "recommendation_id": "a",
            "username": "ann",
            "beer_id": "b1",
        }
    ]


def test_somebody_of_whom_nothing_is_held_leaves_no_file(dropped: Tools, tmp_path: Path) -> None:
    assert dropped.objects()
    with pytest.raises(SystemExit, match="taproom holds nothing of a user 'Ann': names are exact, case and all"):
        main(["export", str(tmp_path / "ann.json"), "--user", "Ann"])
    assert list(tmp_path.iterdir()) == []


def test_a_stack_without_reviews_and_an_end_in_between_leave_no_file(aws: Tools, tmp_path: Path) -> None:
    aws.deploy()
    with pytest.raises(SystemExit, match="taproom has no reviews yet"):
        main(["export", str(tmp_path / "reviews.csv")])
    put(aws, PARTS[0], row())
    aws.put(f"reviews/{PARTS[1]}.parquet", b"no Parquet")
    with pytest.raises(pa.ArrowInvalid):
        main(["export", str(tmp_path / "reviews.csv")])
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_said_so(dropped: Tools, tmp_path: Path) -> None:
    assert dropped.objects()
    with pytest.raises(SystemExit, match=r"gone/reviews\.csv can't be written: No such file or directory"):
        main(["export", str(tmp_path / "gone" / "reviews.csv")])
