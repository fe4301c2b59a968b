"""The catalogue's statistics, by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from taproom.catalogue_file import unpacked
from tests.unit.training.made_up import ratings
from trainer.data.reviews import Beers
from trainer.data.split import Split
from trainer.release import catalogue
from trainer.retrieval.linear import FewNeighbours

KNOWN = Beers(
    ids=np.array(["a", "b", "c"], object),
    names=np.array(["Märzen", "Ale", "Other"], object),
    breweries=np.array(["Ølfabrikken", "Y", "Z"], object),
    styles=np.array(["Lager", "", "Stout"], object),
    abv=np.array([5.3, -1, 7], np.float32),
)
SPLIT = Split(
    usernames=np.array(["u", "v"], object),
    beers=KNOWN,
    training=ratings((0, 0, 5), (1, 1, 3)),
    validation=ratings((1, 0, 4)),
    held_out=ratings((0, 1, 0), (0, 2, 0)),
)


@pytest.fixture
def beers(tmp_path: Path) -> dict[str, sqlite3.Row]:
    file = tmp_path / "catalogue.sqlite"
    catalogue.write(file, SPLIT, "taproom-000000000001", ranking_weight=2.5)
    assert catalogue.ranking_weight(file) == 2.5
    with closing(sqlite3.connect(file)) as database:
        database.row_factory = sqlite3.Row
        assert database.execute("SELECT rowid FROM beers_text WHERE beers_text MATCH 'marzen olfabrikken'").fetchall()
        return {row["beer_id"]: row for row in database.execute("SELECT * FROM beers")}


def test_statistics_are_of_observed_ratings_alone(beers: dict[str, sqlite3.Row]) -> None:
    assert [beers[beer]["reviews"] for beer in "abc"] == [2, 1, 0]
    assert [beers[beer]["mean_score"] for beer in "abc"] == [4.5, 3.0, None]


def test_loved_is_the_mean_score_shrunk_towards_the_mean_of_all(beers: dict[str, sqlite3.Row]) -> None:
    # The mean of 5, 3 and 4 is 4, which weighs as much as 10 reviews.
    assert [beers[beer]["loved"] for beer in "abc"] == pytest.approx([(9 + 40) / 12, (3 + 40) / 11, 4.0])


def test_what_is_not_known_is_null(beers: dict[str, sqlite3.Row]) -> None:
    assert beers["b"]["style"] is None and beers["b"]["abv"] is None
    assert beers["a"]["abv"] == 5.3


def daily_reviews(
    folder: Path, training: list[int], validation: int, held_out: list[int]
) -> list[tuple[str, int, int]]:
    """What the catalogue of SPLIT keeps by the day, with these days."""
    groups = (SPLIT.training, SPLIT.validation, SPLIT.held_out)
    dated = [
        replace(group, day=np.array(days, np.int32))
        for group, days in zip(groups, (training, [validation], held_out), strict=True)
    ]
    split = Split(SPLIT.usernames, SPLIT.beers, *dated)
    file = folder / "catalogue.sqlite"
    catalogue.write(file, split, "taproom-000000000001", ranking_weight=2.5)
    with closing(sqlite3.connect(file)) as database:
        return database.execute(
            "SELECT beer_id, day, daily_reviews.reviews FROM daily_reviews JOIN beers ON beers.rowid = beer"
        ).fetchall()


def test_observed_reviews_are_counted_by_the_day(tmp_path: Path) -> None:
    # Beer a is reviewed in both groups on the day 900; held-out reviews, the newest, count for nothing.
    assert daily_reviews(tmp_path, [900, 901], 900, [902, 901]) == [("a", 900, 2), ("b", 901, 1)]


def test_a_year_of_days_up_to_the_newest_review_is_kept(tmp_path: Path) -> None:
    assert daily_reviews(tmp_path, [536, 900], 535, [1, 1]) == [("a", 536, 1), ("b", 900, 1)]


def test_where_all_reviews_are_of_one_day_there_is_nothing_to_keep(tmp_path: Path) -> None:
    assert daily_reviews(tmp_path, [900, 900], 900, [1, 1]) == []


def test_the_scores_of_twins_add_up(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.sqlite"
    catalogue.write(file, SPLIT, "taproom-000000000001", ranking_weight=0)
    # What were the beers a and b is b now, c came as d as well, which nobody had reviewed, and e is new.
    now = replace(KNOWN, ids=np.array(["b", "d", "e"], object), aliases={"a": "b", "c": "d", "f": "e"})
    scores = catalogue.beer_scores(file, now)
    assert (scores.count.tolist(), scores.total.tolist()) == ([3, 0, 0], [12.0, 0.0, 0.0])


def test_the_catalogue_has_the_twins_ids(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.sqlite"
    twins = replace(SPLIT, beers=replace(KNOWN, aliases={"a2": "a"}))
    catalogue.write(file, twins, "taproom-000000000001", ranking_weight=0)
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT * FROM aliases").fetchall() == [("a2", "a")]


def test_neighbours_are_kept_by_the_rows_of_beers(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.sqlite"
    others, weights = [np.array([2, 1], np.int32), np.array([], np.int32)], [np.array([-0.5, 1.25], np.float32)]
    few = FewNeighbours(np.array([0, 2], np.int32), others, [*weights, np.array([], np.float32)])
    catalogue.write(file, SPLIT, "taproom-000000000001", ranking_weight=0, few=few)
    with closing(sqlite3.connect(file)) as database:
        ids = dict(database.execute("SELECT rowid, beer_id FROM beers"))
        rows = database.execute("SELECT beer, others, weights FROM neighbours ORDER BY beer").fetchall()
    found = {ids[beer]: [(ids[other], weight) for other, weight in unpacked(*packed)] for beer, *packed in rows}
    assert found == {"a": [("c", -0.5), ("b", 1.25)], "c": []}
