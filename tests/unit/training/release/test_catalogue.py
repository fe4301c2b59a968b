"""The catalogue's statistics, by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.unit.training.made_up import ratings
from trainer.data.reviews import Beers
from trainer.data.split import Split
from trainer.release import catalogue


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
        training=ratings((0, 0, 5), (1, 1, 3)),
        validation=ratings((1, 0, 4)),
        held_out=ratings((0, 1, 0), (0, 2, 0)),
    )
    file = tmp_path / "catalogue.sqlite"
    catalogue.write(file, split, "taproom-000000000001", ranking_weight=2.5)
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
