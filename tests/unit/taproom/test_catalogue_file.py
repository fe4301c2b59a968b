"""The catalogue's file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from taproom import catalogue_file
from taproom.catalogue_file import COLUMNS, Beer, DailyReviews

MAERZEN = Beer("a", "Märzen", "Ølfabrikken", "Lager", 5.3, 2, 4.5, 4.1)
UNKNOWN = Beer("b", "Weiße", "Strong Øl", None, None, 0, None, 3.9)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "catalogue.sqlite"
    about = {"release": "r", "beers": 2, "ranking_weight": 0.5}
    daily_reviews = [DailyReviews("b", 20454, 3), DailyReviews("a", 20453, 1), DailyReviews("b", 20453, 2)]
    catalogue_file.write(written, [MAERZEN, UNKNOWN], about, daily_reviews, {"a2": "a", "a3": "a"})
    return written


def rows(file: Path, query: str, *values: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(query, values).fetchall()


def test_beers_are_kept_as_they_are_with_null_for_what_is_unknown(file: Path) -> None:
    assert [Beer(*row) for row in rows(file, "SELECT * FROM beers ORDER BY beer_id")] == [MAERZEN, UNKNOWN]


def test_the_table_has_the_columns_of_a_beer_in_their_order(file: Path) -> None:
    assert [name for (name,) in rows(file, "SELECT name FROM pragma_table_info('beers')")] == list(COLUMNS)


@pytest.mark.parametrize(
    ("words", "beer_id"), [("marzen", "a"), ("olfabrikken lager", "a"), ("weisse", "b"), ("strong ol", "b")]
)
def test_words_are_found_without_case_and_accents(file: Path, words: str, beer_id: str) -> None:
    query = "SELECT beer_id FROM beers WHERE rowid IN (SELECT rowid FROM beers_text WHERE beers_text MATCH ?)"
    assert rows(file, query, words) == [(beer_id,)]


def test_daily_reviews_are_found_by_their_beer_in_the_order_of_days(file: Path) -> None:
    query = "SELECT day, beer_id, daily_reviews.reviews FROM daily_reviews JOIN beers ON beers.rowid = beer"
    assert rows(file, query) == [(20453, "a", 1), (20453, "b", 2), (20454, "b", 3)]


def test_each_twins_id_has_the_beers(file: Path) -> None:
    assert rows(file, "SELECT * FROM aliases") == [("a2", "a"), ("a3", "a")]


def test_what_is_said_about_the_release_is_text(file: Path) -> None:
    assert dict(rows(file, "SELECT * FROM about")) == {"release": "r", "beers": "2", "ranking_weight": "0.5"}


def test_a_file_that_an_interrupted_run_left_is_replaced(file: Path) -> None:
    catalogue_file.write(file, [UNKNOWN], {"release": "later"})
    assert rows(file, "SELECT beer_id, (SELECT value FROM about) FROM beers") == [("b", "later")]
