"""Why beers are recommended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from recommend.recommending.explanation import Habits
from taproom.catalogue_file import Beer
from tests.unit.recommend.calls import good
from tests.unit.recommend.cloud import (
    OLD,
    Cloud,
    Refused,
    Release,
    get,
    post,
)


def test_an_explanation_tells_the_liked_beers_that_are_nearest_the_places_and_how_sure_it_is(
    cloud: Cloud, tmp_path: Path
) -> None:
    beers = (
        Beer("0", "Milk Stout", "Birch", "Stout", 5.0, 9, 4.0, 4.0),
        Beer("1", "Pale Ale", "Alder", "American Pale Ale", 5.2, 120, 3.9, 3.88),
        Beer("2", "Stout", "Birch", "Stout", 6.2, 50, 4.2, 4.15),
        Beer("3", "Table Beer", "Alder", None, None, 1, 3.0, 3.4),
        Beer("5", "Old Ale", "Alder", "Old Ale", 7.0, 10, 3.0, 3.4),
    )
    cloud.keep_catalogue(OLD, tmp_path, beers)
    release = Release(OLD, {"5": ["3", "2"], "0": ["2", "1", "3"]}, {"1": 3.5, "2": 4.25, "3": 2.0})
    cloud.endpoints |= {"taproom-retrieval": release, "taproom-ranking": release}
    # Two scores, 8 in all, and five that others give (3.7 in the mean): 3.79, so beer 5 was not liked.
    # The latest beer that retrieval knows decides what is near.
    cloud.remember("ann", "20250101T000000Z-000000000000", {"5": 3.0, "0": 5.0})
    body = good(get("/users/ann/recommendations?explain=true"))
    assert [servable for _, servable, _ in cloud.asked] == ["retrieval", "ranking", "retrieval"]
    assert cloud.asked[2][2]["history_beer_ids"] == [["0"]]
    stout, pale, table = body["beers"]
    assert stout["explanation"] == {
        "sentence": "Like Milk Stout by Birch, which you gave 5, of the same style and brewery.",
        "nearest": [
            {
                "beer_id": "0",
                "name": "Milk Stout",
                "brewery": "Birch",
                "style": "Stout",
                "abv": 5.0,
                "retired": False,
                "given": 5.0,
                "place": 1,
                "same_style": True,
                "same_brewery": True,
            }
        ],
        "unusual": None,
        "places": {"retrieval": 1, "ranking": 1, "answer": 1},
        "certainty": "well known",
    }
    assert pale["explanation"]["sentence"] == "Like Milk Stout by Birch, which you gave 5."
    assert table["explanation"]["sentence"] == "Like Milk Stout by Birch, which you gave 5."
    assert (table["explanation"]["certainty"], table["explanation"]["places"]["ranking"]) == ("little known", 3)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        # Others give it 4: five such scores and one of 4 have the mean 4, and a 2.5 makes it 3.75.
        (4.0, "Like Milk Stout by Birch, which you gave 4."),
        (2.5, "It fits your taste as a whole; it has 120 ratings."),
    ],
)
def test_an_only_rating_is_of_a_beer_that_was_liked_if_others_give_it_no_more(
    given: float, sentence: str, cloud: Cloud, tmp_path: Path
) -> None:
    beers = (
        Beer("0", "Milk Stout", "Birch", "Stout", 5.0, 9, 4.0, 4.0),
        Beer("1", "Pale Ale", "Alder", "American Pale Ale", 5.2, 120, 3.9, 3.88),
    )
    cloud.keep_catalogue(OLD, tmp_path, beers)
    cloud.endpoints["taproom-retrieval"] = Release(OLD, {"0": ["1"]}, {})
    cloud.remember("ben", "20250101T000000Z-000000000000", {"0": given})
    (beer,) = good(get("/users/ben/recommendations?explain=true&limit=1"))["beers"]
    assert beer["explanation"]["sentence"] == sentence


def test_without_being_asked_nothing_is_explained_and_no_third_call_is_made(cloud: Cloud) -> None:
    assert {beer["explanation"] for beer in good(get("/users/ann/recommendations"))["beers"]} == {None}
    assert len(cloud.asked) == 2


def test_the_most_loved_beers_are_explained_by_how_well_they_are_known(cloud: Cloud) -> None:
    (beer,) = good(post("/recommendations", {"limit": 1, "explain": True}))["beers"]
    assert beer["explanation"]["certainty"] == "known"
    assert beer["explanation"]["sentence"].startswith("Loved by those who had it: ")
    assert beer["explanation"]["nearest"] == []
    assert beer["explanation"]["places"] == {"retrieval": None, "ranking": None, "answer": 1}
    assert len(cloud.asked) == 1


def test_a_model_that_fails_while_explaining_costs_the_explanations_alone(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Beer("0", "Milk Stout", "Birch", "Stout", 5.0, 9, 4.0, 4.0)
    cloud.keep_catalogue(OLD, tmp_path, (known, Beer("1", "Pale Ale", "Alder", None, 5.2, 0, 3.9, 3.88)))
    cloud.endpoints["taproom-retrieval"] = Release(OLD, {"0": ["1"]}, {})
    asked = cloud.invoke_endpoint

    def third_fails(request: Any) -> Any:
        if len(cloud.asked) == 2:
            raise Refused("ModelError", 424)
        return asked(request)

    monkeypatch.setattr(cloud, "invoke_endpoint", third_fails)
    (beer,) = good(get("/users/ann/recommendations?explain=true&limit=1"))["beers"]
    assert beer["explanation"]["sentence"] == "It fits your taste as a whole; it has no rating yet."
    assert beer["explanation"]["certainty"] == "new"


def stout(abv: float | None, style: str | None = "Stout") -> Beer:
    return Beer("1", "Stout", "Birch", style, abv, 9, 4.0, 4.0)


RATED = [stout(abv) for abv in (4.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 8.0)]


@pytest.mark.parametrize(
    ("beer", "unusual"),
    [
        (stout(5.0), None),
        (stout(7.9), "stronger"),
        (stout(8.0), "stronger"),
        (stout(4.0), "lighter"),
        (stout(5.5), "stronger"),
        (stout(None), None),
        (stout(5.0, "Gose"), "new style"),
        (stout(5.0, None), None),
        (stout(9.0, "Gose"), "stronger"),
    ],
)
def test_a_beer_is_unusual_if_nine_in_ten_were_lighter_or_stronger_or_none_of_its_style(
    beer: Beer, unusual: str | None
) -> None:
    assert Habits.of(RATED).unusual(beer) == unusual


def test_four_ratings_make_no_habit() -> None:
    assert Habits.of(RATED[:4]).unusual(stout(12.0, "Gose")) is None
