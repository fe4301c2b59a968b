"""Reviews grow by users and copies of beers, and exponents are slopes of logarithms."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.data.grown_reviews import grow
from benchmarks.report import scale_plot
from benchmarks.scale.growth import Measured, Stage, exponents, joined
from tests.unit.training.jobs import taste, write_part
from trainer.data import reviews


def test_grown_reviews_are_those_of_the_users_again_and_of_copies_of_their_beers(tmp_path: Path) -> None:
    write_part(tmp_path / "source", taste())
    source = reviews.read(tmp_path / "source")
    told = grow(source, 5000, 150, tmp_path / "grown")
    grown = reviews.read(tmp_path / "grown")
    assert 5000 <= told.reviews < 5021
    assert (len(grown.ratings), len(grown.usernames), len(grown.beers)) == told
    assert 140 <= told.beers <= 150
    # Copies 1 and 2 are reviewed half and a third as often as the first.
    copy = np.array([int(name.split("#")[1]) if "#" in name else 0 for name in grown.beers.ids])
    shares = np.bincount(copy[grown.ratings.beer]) / len(grown.ratings)
    assert shares == pytest.approx(np.array([6, 3, 2]) / 11, abs=0.06)
    # Each user has as many reviews as one of the source's.
    lengths = [np.unique(np.bincount(each.ratings.user)) for each in (source, grown)]
    assert np.isin(lengths[1], lengths[0]).all()


def test_as_many_reviews_as_there_are_are_the_same_ones(tmp_path: Path) -> None:
    write_part(tmp_path / "source", taste())
    source = reviews.read(tmp_path / "source")
    grow(source, len(source.ratings), len(source.beers), tmp_path / "grown")
    grown = reviews.read(tmp_path / "grown")
    assert sorted(grown.ratings.score) == sorted(source.ratings.score)
    assert grown.beers.ids.tolist() == source.beers.ids.tolist()


def run(reviews: int, beers: int, cpu: float, peak: float) -> Measured:
    return Measured("now", reviews, 10, beers, [], cpu=cpu, peak=peak, stages={"prepare": Stage(1, 1, 1)})


def test_exponents_are_slopes_of_logarithms_of_the_smallest_catalogues_and_of_large_runs_alone(tmp_path: Path) -> None:
    file = tmp_path / "scale.json"
    # Ten times as many reviews: ten times the time, twice the memory.
    for each in (run(150_000, 9, 1, 1), run(1_500_000, 9, 50, 2), run(15_000_000, 99, 500, 4)):
        document = joined(file, each)
        file.write_text(json.dumps(document))
    assert document["exponents"]["now"] == pytest.approx({"cpu": 1.0, "peak": np.log10(2)})
    again = joined(file, run(15_000_000, 999, 5000, 40))
    assert again["exponents"] == document["exponents"] and len(again["runs"]) == 4
    assert exponents(again["runs"][:2]) == {}
    scale_plot.draw(again, tmp_path / "scale.svg")
    assert (tmp_path / "scale.svg").read_text().startswith("<?xml")


def test_a_point_that_is_measured_again_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "scale.json"
    for cpu in (10, 20):
        file.write_text(json.dumps(joined(file, run(1_500_000, 9, cpu, 2))))
    assert [each["cpu"] for each in json.loads(file.read_text())["runs"]] == [20]
