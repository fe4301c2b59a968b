"""The catalogue's statistics, by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from trainer.data.reviews import Beers, Rows
from trainer.data.split import Split
from trainer.release import catalogue


def rows(*triples: tuple[int, int, float]) -> Rows:
    user, beer, score = zip(*triples, strict=True)
    return Rows(np.array(user, np.int32), np.array(beer, np.int32), np.array(score, np.float32))


@pytest.fixture
def beers(tmp_path: Path) -> dict[str, sqlite3.Row]:
    known = Beers(
        ids=np.array(["a", "b", "c"], object),
        names=np.array(["Märzen", "Ale", "Other"], object),
        breweries=np.array(["Ølfabrikken", "Y", "Z"], object),
        styles=np.array(["Lager", "", "Stout"], object),
        abv=np.array([5.3, -1, 7], np.float32),
    )
    split = Split(
        usernames=np.array(["u", "v"], object),
        beers=known,
        training=rows((0, 0, 5), (1, 1, 3)),
        validation=rows((1, 0, 4)),
        held_out=rows((0, 1, 0), (0, 2, 0)),
    )
    file = tmp_path / "catalogue.sqlite"
    catalogue.write(file, split, "taproom-000000000001", ranking_weight=2.5)
    assert catalogue.ranking_weight(file) == 2.5
    with closing(sqlite3.connect(file)) as database:
        database.row_factory = sqlite3.Row
        assert database.execute("SELECT rowid FROM beers_text WHERE beers_text MATCH 'marzen olfabrikken'").fetchall()
        return {row["beer_id"]: row for row in database.execute("SELECT * FROM beers")}


def test_statistics_are_of_fitted_rows_alone(beers: dict[str, sqlite3.Row]) -> None:
    assert [beers[beer]["reviews"] for beer in "abc"] == [2, 1, 0]
    assert [beers[beer]["mean_score"] for beer in "abc"] == [4.5, 3.0, None]


def test_loved_is_the_mean_score_shrunk_towards_the_mean_of_all(beers: dict[str, sqlite3.Row]) -> None:
    # The mean of 5, 3 and 4 is 4, which weighs as much as 10 reviews.
    assert [beers[beer]["loved"] for beer in "abc"] == pytest.approx([(9 + 40) / 12, (3 + 40) / 11, 4.0])


def test_what_is_not_known_is_null(beers: dict[str, sqlite3.Row]) -> None:
    assert beers["b"]["style"] is None and beers["b"]["abv"] is None
    assert beers["a"]["abv"] == 5.3
