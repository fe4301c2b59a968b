"""From a CSV to numbers."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.data.ratings import load
from benchmarks.data.review_file import UnusableFile, name_of, prepare

HEADER = "rating,username,beer_name,brewery_name,style,abv,reviewed_at\n"


def write(folder: Path, rows: list[str]) -> Path:
    file = folder / "mine.csv"
    many = [f"3,u{number:03},Pale,Brewery {number},Ale,5,2020-01-01" for number in range(100)]
    file.write_text(HEADER + "\n".join([*rows, *many]) + "\n")
    return file


def test_a_file_is_read_as_a_drop_would_be(tmp_path: Path) -> None:
    file = write(tmp_path, ["7,ann,Stout,Smith,,,", "4,ann,Stout,Smith,Porter,6.5,2020-01-02"])
    found = prepare(file, tmp_path / "prepared")
    assert (found.name, found.reviews, found.users, found.beers, found.refused) == ("mine", 101, 101, 101, 1)


def test_whether_a_file_has_times_shows_in_its_days(tmp_path: Path) -> None:
    dated = write(tmp_path, [f"4,ann,Beer {month},Smith,,,2020-0{month}-01" for month in range(1, 9)])
    assert prepare(dated, tmp_path / "dated").dated
    undated = tmp_path / "undated.csv"
    undated.write_text(re.sub(",reviewed_at|,2020-.*", "", dated.read_text()))
    assert not prepare(undated, tmp_path / "undated").dated


def test_the_latest_review_of_a_pair_wins_and_what_is_known_of_a_beer_stays(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        [
            "4,ann,Stout,Smith,Porter,6.5,2020-03-01",
            "2,ann,Stout,Smith,,,2020-02-01",
            "1,ben,Stout,Smith,,,2020-04-01",
        ],
    )
    _, _, ratings, attributes = load(Path(prepare(file, tmp_path / "prepared").folder))
    assert ratings.score[:2].tolist() == [4, 1]  # ann, ben: sorted before the u's
    stout = ratings.beer[0]
    assert ratings.beer[1] == stout
    assert attributes.styles[attributes.style[stout]] == "Porter"
    assert attributes.strength[stout] == 3  # 6.5 % where all others have 5 %: cut off at 3 deviations


def test_rows_are_sorted_by_user_then_beer(tmp_path: Path) -> None:
    file = write(tmp_path, [f"3,ann,Beer {number},Smith,,,{2020 - number}-01-01" for number in range(9)])
    ratings = load(Path(prepare(file, tmp_path / "prepared").folder)).ratings
    pairs = ratings.user.astype(np.int64) * ratings.beers + ratings.beer
    assert (np.diff(pairs) > 0).all()


def test_a_file_that_ingest_refuses_is_refused_with_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(UnusableFile, match=r"other\.csv: Its header lacks score"):
        prepare(file, tmp_path / "prepared")


def test_too_small_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    file.write_text(HEADER + "3,ann,Pale,Smith,,,\n")
    with pytest.raises(UnusableFile, match="has 1 usable reviews; expected at least 100"):
        prepare(file, tmp_path / "prepared")


def test_a_data_set_is_named_after_its_file() -> None:
    assert [name_of(Path(file)) for file in ("a/may.csv.gz", "may.csv", "may.2026.csv")] == ["may", "may", "may.2026"]
