"""The catalogue in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommend.catalogue.beer_filter import BeerFilter
from recommend.catalogue.catalogue import Catalogue
from recommend.errors import InvalidCatalogue
from taproom.catalogue_file import Beer, BeerNeighbours
from tests.unit.recommend.cloud import BEERS, OLD, write_catalogue


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    file = tmp_path / "what? 100% #1.sqlite"
    write_catalogue(file, OLD)
    file.chmod(0o444)
    with Catalogue(file) as opened:
        yield opened


def test_beers_come_with_their_features(catalogue: Catalogue) -> None:
    assert catalogue.beers(["3"]) == {"3": Beer("3", "Table Beer", "Alder", None, None, 10, 3.0, 3.4)}


def test_unknown_beers_are_missing_and_hostile_ids_are_just_unknown(catalogue: Catalogue) -> None:
    assert catalogue.beers(["1", "99", "'; DROP TABLE beers; --", "1", '"]']).keys() == {"1"}


def test_five_hundred_beers_are_one_question(tmp_path: Path) -> None:
    many = tuple(BEERS[0]._replace(beer_id=f"b{number}") for number in range(2000))
    write_catalogue(tmp_path / "many.sqlite", OLD, many)
    with Catalogue(tmp_path / "many.sqlite") as catalogue:
        wanted = [f"b{number}" for number in range(0, 2000, 4)]
        assert sorted(catalogue.beers(wanted)) == sorted(wanted)


def test_the_most_loved_come_first_without_those_named(catalogue: Catalogue) -> None:
    assert [beer.beer_id for beer in catalogue.most_loved(2, BeerFilter())] == ["4", "2"]
    assert [beer.beer_id for beer in catalogue.most_loved(2, BeerFilter(exclude=frozenset({"2", "99"})))] == ["4", "1"]
    assert [beer.beer_id for beer in catalogue.most_loved(9, BeerFilter(exclude=frozenset({"4"})))] == ["2", "1", "3"]


def test_beers_that_are_loved_alike_come_by_reviews_then_id(tmp_path: Path) -> None:
    alike = (
        BEERS[0]._replace(beer_id="b", reviews=5),
        BEERS[0]._replace(beer_id="c", reviews=9),
        BEERS[0]._replace(beer_id="a", reviews=5),
    )
    write_catalogue(tmp_path / "alike.sqlite", OLD, alike)
    with Catalogue(tmp_path / "alike.sqlite") as catalogue:
        assert [beer.beer_id for beer in catalogue.most_loved(3, BeerFilter())] == ["c", "a", "b"]


@pytest.mark.parametrize(("text", "weight"), [("0", 0.0), ("0.0", 0.0), ("1.25", 1.25), ("2e-3", 0.002)])
def test_the_ranking_weight_is_read(tmp_path: Path, text: str, weight: float) -> None:
    write_catalogue(tmp_path / "weight.sqlite", OLD, ranking_weight=text)
    with Catalogue(tmp_path / "weight.sqlite") as catalogue:
        assert catalogue.ranking_weight == weight


@pytest.mark.parametrize("text", [None, "", "much", "-0.5", "nan", "inf"])
def test_a_ranking_weight_that_is_none_is_told(tmp_path: Path, text: str | None) -> None:
    write_catalogue(tmp_path / "weight.sqlite", OLD, ranking_weight=text)
    with (
        Catalogue(tmp_path / "weight.sqlite") as catalogue,
        pytest.raises(InvalidCatalogue, match=f"ranking_weight is {text!r}, expected was a finite number"),
    ):
        _ = catalogue.ranking_weight


def test_a_beer_without_neighbours_is_near_to_who_knows_its_brewery(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "near.sqlite", OLD, neighbours=(BeerNeighbours(1, (0, 3), (0.5, 0.25)),))
    with Catalogue(tmp_path / "near.sqlite") as catalogue:
        # Of Alder's two beers one is in the history: half of 0.25. The Weiße is a neighbour of the Stout's.
        near = catalogue.neighbours.of({"1": 1.0, "2": 2.0}, 10)
        assert near == (("4", "3"), (0.5, 0.125))
        assert catalogue.neighbours.of({"1": 1.0, "2": 2.0}, 1).beer_ids == ("4",)


def test_a_beer_with_neighbours_is_as_near_as_they_say(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "near.sqlite", OLD, neighbours=(BeerNeighbours(2, (), ()),))
    with Catalogue(tmp_path / "near.sqlite") as catalogue:
        assert catalogue.neighbours.of({"1": 1.0}, 10).beer_ids == ()


def test_the_file_can_not_be_written(catalogue: Catalogue) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        catalogue._database.execute("DELETE FROM beers")
