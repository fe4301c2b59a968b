"""A taste, asked for as API Gateway asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from taproom.catalogue_file import Beer
from tests.unit.recommend.calls import good
from tests.unit.recommend.cloud import OLD, Cloud, Refused, Release, get, post

BEERS = (
    Beer("1", "Pale Ale", "Alder", "Pale Ale", 5.2, 120, 3.9, 3.9),
    Beer("2", "Stout", "Birch", "Stout", 6.2, 80, 4.2, 4.2),
    Beer("3", "Table Beer", "Alder", None, None, 10, 3.0, 3.4),
    Beer("4", "Night", "Cedar", "Stout", 9.0, 40, 4.5, 4.3),
    Beer("5", "Pale Two", "Cedar", "Pale Ale", 4.4, 30, 3.8, 3.7),
)
SCORES = {"1": 3.0, "2": 3.5, "3": 2.0, "4": 4.6, "5": 3.2}


@pytest.fixture(autouse=True)
def in_service(cloud: Cloud, tmp_path: Path) -> Cloud:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    cloud.keep_catalogue(OLD, tmp_path, BEERS)
    cloud.endpoints["taproom-ranking"] = Release(OLD, {}, SCORES)
    return cloud


def test_a_taste_has_what_was_given_and_what_is_predicted_of_untried_beers_of_each_style(cloud: Cloud) -> None:
    cloud.remember("zoe", "p1", {"1": 2.0, "2": 4.5})
    taste = good(get("/users/zoe/taste"))
    assert (taste["username"], taste["ratings"], taste["mean_score"], taste["note"]) == ("zoe", 2, 3.25, None)
    # Of each style the other beer is left to predict.
    assert taste["styles"] == [
        {"style": "Stout", "ratings": 1, "given": 4.5, "predicted": 4.6, "loved": 4.3},
        {"style": "Pale Ale", "ratings": 1, "given": 2.0, "predicted": 3.2, "loved": 3.7},
    ]


def test_a_strength_begins_where_the_one_before_it_ends(cloud: Cloud) -> None:
    cloud.remember("zoe", "p1", {"1": 2.0, "2": 4.5})
    strengths = {one.pop("min_abv"): one for one in good(get("/users/zoe/taste"))["strengths"]}
    assert strengths == {
        9.0: {"max_abv": None, "ratings": 0, "given": None, "predicted": 4.6, "loved": 4.3},
        None: {"max_abv": 4.5, "ratings": 0, "given": None, "predicted": 3.2, "loved": 3.7},
        4.5: {"max_abv": 6.5, "ratings": 2, "given": 3.25, "predicted": None, "loved": None},
    }


def test_breweries_are_those_whose_beers_were_rated(cloud: Cloud) -> None:
    cloud.remember("zoe", "p1", {"1": 2.0, "2": 4.5})
    assert good(get("/users/zoe/taste"))["breweries"] == [
        {"brewery": "Birch", "ratings": 1, "given": 4.5, "predicted": None, "loved": None},
        {"brewery": "Alder", "ratings": 1, "given": 2.0, "predicted": 2.0, "loved": 3.4},
    ]


def test_a_newcomers_ratings_make_the_same_taste(cloud: Cloud) -> None:
    cloud.remember("zoe", "p1", {"1": 2.0, "2": 4.5})
    theirs = good(post("/taste", {"ratings": {"1": 2.0, "2": 4.5}}))
    assert theirs == good(get("/users/zoe/taste")) | {"username": None}


def test_without_ratings_nothing_is_predicted_and_no_model_is_asked(cloud: Cloud) -> None:
    taste = good(post("/taste", {}))
    assert taste["note"] == "Nothing is predicted before a beer that is known here has been rated."
    assert (taste["ratings"], taste["mean_score"], taste["styles"]) == (0, None, [])
    assert [servable for _, servable, _ in cloud.asked if servable == "ranking"] == []


def test_where_the_model_does_not_answer_the_given_scores_are_there(cloud: Cloud) -> None:
    cloud.endpoints["taproom-ranking"] = Refused("ModelError", 424)
    taste = good(post("/taste", {"ratings": {"2": 4.5}}))
    assert taste["note"].startswith("Predictions of scores are not at hand")
    assert taste["styles"] == [{"style": "Stout", "ratings": 1, "given": 4.5, "predicted": None, "loved": None}]
