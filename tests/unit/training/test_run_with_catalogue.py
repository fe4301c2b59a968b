"""A run of train.py that learns beers of a catalogue file, which nobody has reviewed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.training.jobs import SHORT, Run, taste, train, write_beers, write_part

tf = pytest.importorskip("tensorflow")

# Of one brewery and style each that half of the users love and the other half does not.
STOUT, PILS = "new stout", "new pils"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    base = tmp_path_factory.mktemp("catalogue")
    write_part(base / "input/data/reviews", taste())
    write_beers(
        base / "input/data/catalogue",
        (STOUT, "New Stout", "Brewery 0", "Stout", 5.0),
        (PILS, "New Pils", "Brewery 1", "Pils", 5.0),
    )
    return train(base, SHORT | {"run": "taproom-000000000004"})


def order(run: Run, *loved: str) -> list[str]:
    """What retrieval finds for somebody who has loved these beers, best first."""
    answer = tf.saved_model.load(str(run.model / "retrieval/1"))
    history = {"history_beer_ids": tf.constant([loved]), "history_scores": tf.constant([[5.0] * len(loved)])}
    found = answer.signatures["serving_default"](username=tf.constant([""]), **history)
    return [beer_id.decode() for beer_id in found["beer_id"].numpy()[0]]


def test_a_beer_without_reviews_is_found_for_who_loves_its_brewery_and_style(run: Run) -> None:
    assert run.status == 0, run.errors
    for_stouts = order(run, "b00", "b10", "b20", "b30")
    for_pilsners = order(run, "b01", "b11", "b21", "b31")
    assert for_stouts.index(STOUT) < for_stouts.index(PILS)
    assert for_pilsners.index(PILS) < for_pilsners.index(STOUT)


def test_the_release_knows_it_without_reviews(run: Run) -> None:
    with closing(sqlite3.connect(Path(run.model) / "catalogue.sqlite")) as database:
        rows = database.execute(
            "SELECT name, brewery, style, abv, reviews, mean_score FROM beers WHERE beer_id = ?", (STOUT,)
        ).fetchall()
    assert rows == [("New Stout", "Brewery 0", "Stout", 5.0, 0, None)]
    assert run.metrics["reviews"]["total"] == len(taste())
