"""What catalogue files say now: retired beers are never answered, prices and places are, and keep beers away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommend.handler import _services
from taproom.catalogue_file import Beer, DailyReviews
from tests.unit.recommend.calls import answer, good, ids, recommended
from tests.unit.recommend.cloud import OLD, UNLISTED, Cloud, Refused, Release, get, post

BEERS = tuple(
    Beer(str(number), f"{name} Ale", brewery, style, 5.0, 1000 if number == 5 else 10, 3.5, 3.0 + number / 10)
    for number, (name, brewery, style) in enumerate(
        [
            *(("Amber", "Alder", "Porter"), ("Brindle", "Alder", "Porter"), ("Copper", "Birch", "Porter")),
            *(("Dapple", "Birch", "Stout"), ("Ebony", "Cedar", "Stout"), ("Fawn", "Cedar", None)),
        ]
    )
)
IDS = [beer.beer_id for beer in BEERS]
NAMES = {beer.beer_id: beer.name for beer in BEERS}
RATED = "5"
MENU = "\n".join(f"{beer.name} {beer.brewery}" for beer in BEERS)


@pytest.fixture
def listed(cloud: Cloud, tmp_path: Path) -> Cloud:
    """A release of six beers, of which ann has rated one; all of them come into fashion."""
    nearest = dict.fromkeys(IDS, IDS)
    release = Release(OLD, nearest=nearest, scores={beer_id: 3 + int(beer_id) / 10 for beer_id in IDS})
    cloud.endpoints |= {"taproom-retrieval": release, "taproom-ranking": release}
    # Half of the reviews of all beers but the one that everybody has known for long.
    days = tuple(DailyReviews(beer_id, 20_000, 5) for beer_id in IDS if beer_id != RATED)
    cloud.keep_catalogue(OLD, tmp_path, BEERS, daily_reviews=days)
    cloud.remember("ann", "20260101T000000Z-000000000000", {RATED: 5.0})
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    return cloud


def now_listed(cloud: Cloud, beers: dict[str, dict[str, Any]]) -> None:
    """List `beers`, and let the time pass after which that counts."""
    cloud.list_beers(beers)
    _services().serving._listings._read_at = float("-inf")


REQUESTS = [
    get("/users/ann/recommendations?limit=100&explain=true"),
    get("/users/ann/recommendations?limit=100&include_tried=true"),
    get("/users/ann/recommendations?style=stout"),
    get("/users/nobody/recommendations?limit=100"),
    post("/recommendations", {"ratings": {RATED: 4.5}, "candidates": IDS, "limit": 100}),
    post("/users/ann/recommendations", {"ratings": {"0": 4.5}, "explain": True}),
    post("/menu", {"menu": MENU, "ratings": {RATED: 4.5}}),
    post("/users/ann/menu", {"menu": MENU, "include_tried": True}),
    get("/trending?days=30&limit=100"),
    get("/users/ann/trending?days=365&limit=100"),
    get("/beers?limit=100"),
    get("/beers?search=ale&limit=100"),
    *(get(f"/beers/{beer_id}/similar?limit=100") for beer_id in IDS),
    *(get(f"/beers/{beer_id}") for beer_id in [*IDS, "ale", "Ebony"]),
]


def answered(body: Any) -> Iterator[str]:
    """The ids and the names of all beers that an answer has, but for those that the user has rated."""
    if isinstance(body, dict):
        # A note of a user's own rating, and the beer that was asked about.
        own = {"nearest"} if "certainty" in body else {"beer_id"} if "beers" in body else set()
        for key, value in body.items():
            if key == "sentence" or key in own:
                continue
            if key == "beer_id":
                yield value
            else:
                yield from answered(value)
    elif isinstance(body, list):
        for each in body:
            yield from answered(each)


FAILURES = [None, "taproom-retrieval", "taproom-ranking"]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(retired=st.sets(st.sampled_from(IDS)), failing=st.sampled_from(FAILURES))
def test_a_retired_beer_is_never_answered_by_any_route(listed: Cloud, retired: set[str], failing: str | None) -> None:
    working = dict(listed.endpoints)
    listed.endpoints |= {} if failing is None else {failing: Refused("ModelError", 424)}
    now_listed(listed, {beer_id: {"retired": True} for beer_id in retired})
    try:
        for event in REQUESTS:
            status, body = answer(event)
            where = f"{event['rawPath']} answered {status} {json.dumps(body)}"
            assert not retired & set(answered(body)), where
            if status == 404:
                assert not [NAMES[beer_id] for beer_id in retired if NAMES[beer_id] in body["message"]], where
    finally:
        listed.endpoints |= working


def test_those_that_are_not_retired_are_all_answered(listed: Cloud) -> None:
    now_listed(listed, {"0": {"retired": True}})
    assert set(ids(recommended("ann", "limit=100"))) == {"1", "2", "3", "4"}
    assert set(ids(good(get("/beers?limit=100")))) == {"1", "2", "3", "4", "5"}
    assert good(get("/beers?limit=100"))["total"] == 5
    assert set(ids(good(get("/beers/1/similar")))) == {"2", "3", "4", "5"}


def test_styles_and_breweries_count_no_retired_beer(listed: Cloud) -> None:
    now_listed(listed, {beer_id: {"retired": True} for beer_id in ("0", "3", "4")})
    assert good(get("/styles"))["styles"] == [{"style": "Porter", "beers": 2, "reviews": 20}]
    breweries = {one["brewery"]: one["beers"] for one in good(get("/breweries"))["breweries"]}
    assert breweries == {"Cedar": 1, "Alder": 1, "Birch": 1}
    now_listed(listed, {})
    assert {style["style"]: style["beers"] for style in good(get("/styles"))["styles"]} == {"Porter": 3, "Stout": 2}


def test_a_beer_that_is_retired_no_more_is_answered_again(listed: Cloud) -> None:
    now_listed(listed, {"0": {"retired": True}})
    assert answer(get("/beers/0"))[0] == 404
    now_listed(listed, {})
    assert good(get("/beers/0"))["name"] == "Amber Ale"


def test_beers_that_are_like_a_retired_one_are_found_all_the_same(listed: Cloud) -> None:
    now_listed(listed, {"0": {"retired": True}})
    assert set(ids(good(get("/beers/0/similar")))) == {"1", "2", "3", "4", "5"}


def test_a_line_of_a_menu_that_means_a_retired_beer_is_no_beer_of_the_catalogue(listed: Cloud) -> None:
    now_listed(listed, {"0": {"retired": True}})
    menu = good(post("/menu", {"menu": "Amber Ale Alder\nCopper Ale Birch", "ratings": {RATED: 4.5}}))
    assert ids(menu) == ["2"]
    assert [line["text"] for line in menu["unplaced"]] == ["Amber Ale Alder"]
    assert menu["tried"] == []


def test_a_users_own_old_ratings_stay_and_say_that_the_beer_is_retired(listed: Cloud) -> None:
    now_listed(listed, {RATED: {"retired": True, "description": "It was good."}})
    (review,) = good(get("/users/ann/reviews"))["reviews"][:1]
    assert (review["beer_id"], review["retired"], review["description"]) == (RATED, True, "It was good.")
    now_listed(listed, {})
    (review,) = good(get("/users/ann/reviews"))["reviews"][:1]
    assert (review["retired"], review["description"]) == (False, None)


def test_a_retired_beer_can_still_be_rated(listed: Cloud) -> None:
    now_listed(listed, {"0": {"retired": True}})
    assert good(post("/users/ann/reviews", {"beer_id": "0", "score": 4}), 201)["name"] == "Amber Ale"


LISTED = {"price": 6.5, "places": ["Bar A", "Bär B"], "image_url": "https://a.example/1.png", "description": "Dark"}


def test_answers_say_what_is_known_of_a_beer_and_null_for_what_was_never_given(listed: Cloud) -> None:
    now_listed(listed, {"1": LISTED})
    for event in (
        get("/users/ann/recommendations"),
        get("/beers"),
        get("/beers/2/similar"),
        get("/trending?days=30"),
        post("/menu", {"menu": MENU, "ratings": {RATED: 4.5}}),
    ):
        beers = {beer["beer_id"]: {name: beer[name] for name in UNLISTED} for beer in good(event)["beers"]}
        assert beers.pop("1") == LISTED, event["rawPath"]
        assert beers and all(beer == UNLISTED for beer in beers.values())
    assert good(get("/beers/1")).items() >= LISTED.items()


@pytest.mark.parametrize("place", ["Bar A", "bar a", "BÄR B", "bar b"])
def test_a_place_by_any_spelling_keeps_to_what_it_pours(listed: Cloud, place: str) -> None:
    now_listed(listed, {"1": LISTED, "2": {"places": ["Bar C"]}})
    assert ids(good(get(f"/users/ann/recommendations?place={quote(place)}"))) == ["1"]
    assert ids(good(post("/recommendations", {"place": place, "ratings": {RATED: 4.5}}))) == ["1"]
    assert ids(good(get(f"/beers?place={quote(place)}"))) == ["1"]
    assert ids(good(get(f"/trending?place={quote(place)}"))) == ["1"]
    assert ids(good(post("/menu", {"menu": MENU, "place": place}))) == ["1"]


def test_a_place_that_no_file_names_is_a_404_with_the_nearest(listed: Cloud) -> None:
    now_listed(listed, {"1": LISTED, "2": {"places": ["Closed"], "retired": True}})
    status, body = answer(get("/users/ann/recommendations?place=Bar%20Z"))
    assert status == 404
    assert body["message"].startswith("There is no place 'Bar Z'. The nearest: Bar A")
    # Of a place that pours retired beers alone there is nothing to tell.
    assert answer(get("/users/ann/recommendations?place=Closed"))[0] == 404


def test_a_beer_of_unknown_price_passes_no_bound_on_it(listed: Cloud) -> None:
    now_listed(listed, {"1": LISTED, "2": {"price": 7.0}, "3": {"price": 0.0}, "4": {"places": ["Bar A"]}})
    assert set(ids(recommended("ann", "max_price=6.5"))) == {"1", "3"}
    assert ids(recommended("ann", "max_price=6.5&place=Bar%20A")) == ["1"]
    assert good(get("/beers?max_price=6.5"))["total"] == 2
    assert recommended("ann", "max_price=6.5")["note"] == "Only 2 beers of the catalogue match and are new to ann."


def test_a_retired_beer_is_at_no_place(listed: Cloud) -> None:
    now_listed(listed, {"1": LISTED | {"retired": True}, "2": {"places": ["Bar A"]}})
    assert ids(recommended("ann", "place=Bar%20A")) == ["2"]


@pytest.mark.parametrize("query", ["max_price=-1", "max_price=dear", "max_price=inf", "place="])
@pytest.mark.usefixtures("listed")
def test_what_is_no_price_or_place_is_a_400(query: str) -> None:
    assert answer(get(f"/users/ann/recommendations?{query}"))[0] == 400
