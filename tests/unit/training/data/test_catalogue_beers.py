"""Beers of catalogue files stand beside those of the reviews."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.training.jobs import review, write_beers, write_part
from trainer.data import catalogue_beers, reviews
from trainer.data.reviews import Reviews
from trainer.sagemaker.failure import CannotTrain


@pytest.fixture
def known(tmp_path: Path) -> Reviews:
    """Ann's reviews of the beers b and d."""
    rows = [review("ann", "b", 4, style=None, abv=None), review("ann", "d", 2)]
    write_part(tmp_path / "reviews", rows)
    return reviews.read(tmp_path / "reviews")


def test_without_a_file_the_reviews_are_all_there_is(known: Reviews, tmp_path: Path) -> None:
    assert catalogue_beers.added(known, tmp_path / "catalogue") is known


def test_a_beer_that_nobody_reviewed_is_known_and_ratings_stay_with_their_beers(known: Reviews, tmp_path: Path) -> None:
    write_beers(tmp_path / "catalogue", ("a", "New", "Mill", "Stout", 9.5), ("c", "Plain", "Mill", None, None))
    found = catalogue_beers.added(known, tmp_path / "catalogue")
    assert found.beers.ids.tolist() == ["a", "b", "c", "d"]
    assert found.beers.names.tolist() == ["New", "Beer b", "Plain", "Beer d"]
    assert found.beers.breweries.tolist() == ["Mill", "Brewery b", "Mill", "Brewery d"]
    assert found.beers.styles.tolist() == ["Stout", "", "", "Stout"]
    assert found.beers.abv.tolist() == [9.5, -1, -1, 5]
    assert found.ratings.beer.tolist() == [1, 3]
    assert found.ratings.score.tolist() == [4, 2]


def test_what_a_catalogue_file_says_of_a_reviewed_beer_wins_and_what_it_does_not_say_stays(
    known: Reviews, tmp_path: Path
) -> None:
    write_beers(tmp_path / "catalogue", ("b", "Night", "Mill", "Porter", 6.0), ("d", "Day", "Mill", None, None))
    beers = catalogue_beers.added(known, tmp_path / "catalogue").beers
    assert beers.names.tolist() == ["Night", "Day"]
    assert beers.styles.tolist() == ["Porter", "Stout"]
    assert beers.abv.tolist() == [6, 5]


def test_a_file_that_can_not_be_read_stops_the_job_with_its_name(known: Reviews, tmp_path: Path) -> None:
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue/abc.parquet").write_bytes(b"no Parquet")
    with pytest.raises(CannotTrain, match=r"abc\.parquet can't be read"):
        catalogue_beers.added(known, tmp_path / "catalogue")
