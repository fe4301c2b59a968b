"""A snapshot and other parts are read as all parts are, however the parts are divided between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from taproom.contract import beer_id_of
from taproom.snapshots.description import COLUMNS, Snapshot
from tests.unit.training.jobs import DROPPED, Row, review, write_part
from trainer.data import reviews, snapshot
from trainer.data.reviews import Reviews
from trainer.sagemaker.failure import CannotTrain

Parts = Mapping[str, Sequence[Row]]

NAMES, BREWERIES = ("Night", "night", "Day"), ("Mill", "MILL", "7")
IDS = ("1", "2", "33", "444", beer_id_of("Mill", "Night"), beer_id_of("Mill", "Day"))


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """The rows of one part: few users, ids, names and times, so that much is superseded and some ids are twins."""
    some = st.builds(
        review,
        username=st.sampled_from("abc"),
        beer_id=st.sampled_from(IDS),
        score=st.sampled_from([1.0, 2.5, 4.0]),
        beer_name=st.sampled_from(NAMES),
        brewery_name=st.sampled_from(BREWERIES),
        style=st.sampled_from([None, "Stout", "Pils"]),
        abv=st.sampled_from([None, 4.0, 8.0]),
        reviewed_at=st.sampled_from([None, DROPPED, DROPPED + timedelta(days=3)]),
    )
    dropped = DROPPED + timedelta(days=draw(st.integers(0, 2)))
    found = draw(st.lists(some, min_size=1, max_size=6))
    return [{**row, "line": line, "dropped_at": dropped} for line, row in enumerate(found, 2)]


@st.composite
def divided_parts(draw: st.DrawFn) -> list[Parts]:
    """Parts by the snapshot that first covers them, the last ones by none; some have the rows of an earlier one."""
    dropped = draw(st.lists(rows(), min_size=1, max_size=6))
    again = draw(st.lists(st.sampled_from(dropped), max_size=2))
    parts = {f"part {number}": content for number, content in enumerate([*dropped, *again])}
    stages = draw(st.lists(st.integers(0, 3), min_size=len(parts), max_size=len(parts)))
    by_stage = sorted(zip(stages, parts, strict=True))
    return [{name: parts[name] for _, name in found} for _, found in groupby(by_stage, key=lambda one: one[0])]


def write(folder: Path, parts: Parts) -> None:
    for name, content in parts.items():
        write_part(folder / "reviews", content, name)


def plain(known: Reviews) -> dict[str, Any]:
    """All that there is in reviews, to be compared."""
    beers, ratings = known.beers, known.ratings
    arrays = [known.usernames, beers.ids, beers.names, beers.breweries, beers.styles, beers.abv]
    arrays += [ratings.user, ratings.beer, ratings.score, ratings.day]
    return {"aliases": beers.aliases, "arrays": [(array.dtype, array.tolist()) for array in arrays]}


def content_of(folder: Path) -> list[Row]:
    return [row for file in sorted(folder.glob("*.parquet")) for row in pq.read_table(file).to_pylist()]


SUPERSEDED_STYLE = [
    {"part 0": [review("a", "1", 1, style="Pils")]},
    {"part 1": [review("a", "1", 4, style=None, reviewed_at=DROPPED + timedelta(days=1))]},
    {"part 2": [review("b", "1", 4, style=None)]},
]
MET_ONCE = [
    {
        "part 0": [
            review("a", one, 1, line=line, beer_name="Night", brewery_name="Mill") for line, one in enumerate("12", 2)
        ]
    },
    {f"part {one}": [review("a", one, 4, beer_name="Night", brewery_name="Mill", reviewed_at=None)] for one in "12"},
]


@settings(max_examples=40, deadline=None)
@example(SUPERSEDED_STYLE)
@example(MET_ONCE)
@given(divided_parts())
def test_a_chain_of_snapshots_and_the_parts_since_give_the_same_reviews_as_all_parts(stages: list[Parts]) -> None:
    with TemporaryDirectory() as scratch:
        every, left = Path(scratch) / "all", Path(scratch) / "left"
        for number, parts in enumerate(stages):
            channel = Path(scratch) / f"channel {number}"
            write(every, parts)
            write(channel, parts)
            if number:
                left.rename(channel / "snapshot")
            known = reviews.read(channel, leaving=left)
        assert plain(known) == plain(reviews.read(every, leaving=Path(scratch) / "at once"))
        assert content_of(left) == content_of(Path(scratch) / "at once")


def test_a_snapshot_has_the_rows_that_decide_by_user_beer_part_and_line(tmp_path: Path) -> None:
    later = DROPPED + timedelta(days=1)
    write_part(tmp_path / "reviews", [review("zoe", "b2", 1, style="Pils"), review("ann", "b1", 2, line=3)], "20260101")
    write_part(tmp_path / "reviews", [review("zoe", "b2", 5, style=None, reviewed_at=later)], "20260102")
    write_part(tmp_path / "reviews", [review("ann", "b1", 3, reviewed_at=later)], "20260103")
    write_part(tmp_path / "reviews", [review("ann", "b1", 1, reviewed_at=None)], "20260104")
    reviews.read(tmp_path / "reviews", leaving=tmp_path / "left", run="run")
    description = Snapshot.from_json((tmp_path / "left" / "snapshot.json").read_text())
    found = pq.read_table(tmp_path / "left" / "reviews-00000.parquet")
    # In the first part two beers met, and it alone knows a style of b2; of the last one nothing counts.
    assert [(row["username"], row["part"], row["score"]) for row in found.to_pylist()] == [
        ("ann", "20260101", 2),
        ("ann", "20260103", 3),
        ("zoe", "20260101", 1),
        ("zoe", "20260102", 5),
    ]
    assert found.column_names == list(COLUMNS)
    assert {str(found.schema.field(name).type) for name in ("username", "style", "part")} == {"string"}
    size = (tmp_path / "left" / "reviews-00000.parquet").stat().st_size
    parts = ["20260101", "20260102", "20260103", "20260104"]
    assert description == Snapshot("run", 4, {"reviews-00000.parquet": size}, parts)


def test_all_rows_of_a_user_are_in_one_file_and_row_groups_are_in_the_order_of_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "_FILE_ROWS", 4)
    monkeypatch.setattr(snapshot, "_ROW_GROUP_ROWS", 2)
    given_rows = [review(user, f"b{beer}", 3, line=5 * beer + 2) for user in "abcd" for beer in range(3)]
    write_part(tmp_path, given_rows)
    reviews.read(tmp_path, leaving=tmp_path / "left")
    files = [pq.ParquetFile(tmp_path / "left" / f"reviews-{number:05}.parquet") for number in range(2)]
    assert [file.read()["username"].to_pylist() for file in files] == [[*"aaabbb"], [*"cccddd"]]
    statistics = [
        file.metadata.row_group(group).column(0).statistics for file in files for group in range(file.num_row_groups)
    ]
    assert [(each.min, each.max) for each in statistics] == [*zip("aabccd", "abbcdd", strict=True)]


def test_a_part_that_the_snapshot_covers_is_not_read_twice(tmp_path: Path) -> None:
    write_part(tmp_path / "parts", [review("ann", "b1", 4)], "covered")
    reviews.read(tmp_path / "parts", leaving=tmp_path / "channel")
    write_part(tmp_path / "channel", [], "covered").write_bytes(b"no Parquet")
    assert reviews.read(tmp_path / "channel").ratings.score.tolist() == [4]


@pytest.mark.parametrize(
    ("description", "fault"),
    [
        ('{"format": 2, "run": "r"}', "A snapshot is of another format than 1"),
        ("[]", "A snapshot's description can't be read"),
        ('{"format": 1, "rows"', "A snapshot's description can't be read"),
    ],
)
def test_a_snapshot_that_cannot_be_used_is_named(tmp_path: Path, description: str, fault: str) -> None:
    write_part(tmp_path, [review("ann", "b1", 4)])
    (tmp_path / "snapshot.json").write_text(description)
    with pytest.raises(CannotTrain, match=fault):
        reviews.read(tmp_path)


def test_of_two_snapshots_none_is_chosen(tmp_path: Path) -> None:
    write_part(tmp_path / "parts", [review("ann", "b1", 4)])
    for name in ("one", "two"):
        reviews.read(tmp_path / "parts", leaving=tmp_path / "snapshots" / name)
    with pytest.raises(CannotTrain, match="There are 2 snapshots"):
        reviews.read(tmp_path / "snapshots")


def test_a_damaged_file_of_a_snapshot_is_named_with_the_cure(tmp_path: Path) -> None:
    write_part(tmp_path / "parts", [review("ann", "b1", 4)])
    reviews.read(tmp_path / "parts", leaving=tmp_path / "left")
    (tmp_path / "left" / "reviews-00000.parquet").write_bytes(b"nothing")
    with pytest.raises(CannotTrain, match="delete the snapshot, and the next run reads the parts"):
        reviews.read(tmp_path / "left")
