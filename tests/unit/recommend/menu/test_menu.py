"""Reading a menu: a small fixed catalogue, and lines that people write."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommend.menu import menu_lines
from recommend.menu.beer_matcher import CERTAIN, BeerMatcher
from taproom.catalogue_file import Beer
from tests.unit.recommend.calls import answer, good, ids
from tests.unit.recommend.cloud import OLD, Cloud, Release, get, post

NAMES = {
    "1": ("Two Hearted Ale", "Bell's Brewery, Inc.", "American IPA", 7.0),
    "2": ("Pliny The Elder", "Russian River Brewing Company", "Double IPA", 8.0),
    "3": ("Pliny The Younger", "Russian River Brewing Company", "Triple IPA", 10.0),
    "4": ("Weihenstephaner Hefeweissbier", "Bayerische Staatsbrauerei Weihenstephan", "Hefeweizen", 5.4),
    "5": ("Pale Ale", "Sly Fox Brewing Company", "Pale Ale", 5.1),
    "6": ("Pale Ale", "Boulevard Brewing Co.", "Pale Ale", 5.4),
    "7": ("90 Minute IPA", "Dogfish Head Brewery", "Imperial IPA", 9.0),
    "8": ("Köstritzer Schwarzbier", "Köstritzer Schwarzbierbrauerei", "Schwarzbier", 4.8),
    "9": ("Guinness Draught", "Guinness Ltd.", "Dry Stout", 4.2),
    "10": ("La Fin Du Monde", "Unibroue", "Tripel", 9.0),
    "11": ("ビール", "Hitachino", "Witbier", 5.5),
}
BEERS = [Beer(beer_id, *rest, reviews=100, mean_score=4.0, loved=4.0) for beer_id, rest in NAMES.items()]
# Words as rare as in a catalogue of some thousand beers.
OTHERS = [
    Beer(f"o{number}{kind[0]}", f"Wort{number} {kind}", f"Haus{number} Brewing", kind, 5.0, 100, 4.0, 4.0)
    for number in range(400)
    for kind in ("Pale Ale", "IPA", "Stout")
]
INDEX = BeerMatcher(BEERS + OTHERS)


@pytest.mark.parametrize(
    ("text", "beer_id"),
    [
        ("Two Hearted", "1"),
        ("Bell's Two Hearted Ale 7.0% $6.50", "1"),
        ("BELLS TWO HEARTED 16oz", "1"),
        ("Two Hearded Ale - Bells (can)", "1"),
        ("1. Pliny the Elder, Russian River 8% ABV ..... 9", "2"),
        ("Rusian River - Pliny teh Elder", "2"),
        ("#3) Russian River Pliny The Younger 10.25%", "3"),
        ("Weihenstephaner Hefeweissbier 0,5l 4,80 €", "4"),
        ("Sly Fox Pale Ale 12 oz. $5/$8", "5"),
        ("pale ale (boulevard)", "6"),
        ("Dogfish Head 90 Min. IPA", "7"),
        ("90 Minute IPA dogfish 9 % 33cl", "7"),
        ("Kostritzer Schwarzbier", "8"),
        ("Guiness Draught nitro pint", "9"),
        ("unibroue la fin du monde 65 IBU", "10"),
        ("ビール Hitachino 330ml ¥900", "11"),
    ],
)
def test_lines_that_people_write_are_placed(text: str, beer_id: str) -> None:
    best = INDEX.matches(menu_lines.parse(text))[0]
    assert best.beer.beer_id == beer_id
    assert best.confidence >= CERTAIN


@pytest.mark.parametrize(
    "text",
    [
        "Pale Ale",
        "IPA 6.5% $7",
        "Stout",
        "House red wine 9",
        "HAPPY HOUR 4-6pm",
        "Burger & fries 12",
        "$7",
        "***",
        "Pliny",
    ],
)
def test_lines_that_name_no_certain_beer_are_not_placed(text: str) -> None:
    assert all(match.confidence < CERTAIN for match in INDEX.matches(menu_lines.parse(text)))


@pytest.mark.parametrize("text", ["House cider", "Coca Cola 0.33", "DRAFT BEERS", "Our bottled beers", "Espresso"])
def test_of_headings_and_what_else_bars_have_nothing_is_guessed(text: str) -> None:
    assert menu_lines.parse(text).is_likely_no_beer


@pytest.mark.parametrize("text", ["Two Hearted", "Guinness Draught", "Pliny"])
def test_of_what_may_be_a_beer_something_is_guessed(text: str) -> None:
    assert not menu_lines.parse(text).is_likely_no_beer


@pytest.mark.parametrize(
    ("text", "words", "abv"),
    [
        ("12. Two Hearted 7.0% ABV $6", ("two", "hearted"), 7.0),
        ("Two Hearted ABV: 7,5 | 40 IBU | 0,33 l", ("two", "hearted"), 7.5),
        ("Bell's Two Hearted 7.50", ("bells", "two", "hearted"), None),
        ("Divine Reserve #9 ABV 11", ("divine", "reserve", "9"), 11.0),
        ("90 Minute IPA 9.0 abv", ("90", "minute", "ipa"), 9.0),
        ("Rochefort 10", ("rochefort", "10"), None),
        ("Schöfferhofer 500ml €4.20/€6", ("schofferhofer",), None),
        ("", (), None),
    ],
)
def test_prices_sizes_strengths_and_numbers_of_taps_are_no_words(
    text: str, words: tuple[str, ...], abv: float | None
) -> None:
    assert menu_lines.parse(text) == menu_lines.MenuLine(words, abv)


def test_the_strength_tells_beers_apart_that_are_called_alike() -> None:
    twins = [
        Beer("w", "Ola Winter", "Alder", None, 9.0, 9, 4.0, 4.0),
        Beer("s", "Ola Winter", "Alder", None, 5.0, 9, 4, 4),
    ]
    index = BeerMatcher(twins)
    assert index.matches(menu_lines.parse("Ola Winter 9%"))[0].beer.beer_id == "w"
    assert index.matches(menu_lines.parse("Ola Winter 5%"))[0].beer.beer_id == "s"


def test_of_beers_that_are_called_alike_the_one_that_everybody_knows_is_meant() -> None:
    obscure = Beer("o", "Ola Winter", "Alder", None, 5.0, 9, 4.0, 4.0)
    famous = Beer("f", "Ola Winter", "Birch", None, 5.0, 9999, 4.0, 4.0)
    best, second = BeerMatcher([obscure, famous, *OTHERS]).matches(menu_lines.parse("Ola Winter"))[:2]
    assert (best.beer, second.beer) == (famous, obscure)
    assert best.confidence >= CERTAIN
    equal = BeerMatcher([obscure, famous._replace(reviews=9), *OTHERS]).matches(menu_lines.parse("Ola Winter"))
    assert equal[0].confidence < CERTAIN


# Through the API.

MENU = """ON TAP

Two Hearted, Bells 7% $6
Pliny the Elder 8%
Guinness Draught
Two Hearted Ale (Bell's Brewery)
Nachos 9
"""


@pytest.fixture
def pub(cloud: Cloud, tmp_path: Path) -> Cloud:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    cloud.keep_catalogue(OLD, tmp_path, (*BEERS, *OTHERS))
    release = Release(OLD, {"0": ["9", "o1S"]}, {"1": 3.0, "2": 4.5, "9": 3.5})
    cloud.endpoints |= {"taproom-retrieval": release, "taproom-ranking": release}
    return cloud


@pytest.mark.usefixtures("pub")
def test_the_beers_of_a_menu_come_ranked_with_their_lines_and_the_rest_is_told() -> None:
    body = good(post("/menu", {"menu": MENU, "ratings": {"0": 5}}))
    # Guinness is among the nearest, the others are not.
    assert [(beer["beer_id"], beer["line"], beer["score"]) for beer in body["beers"]] == [
        ("9", 5, 3.5),
        ("2", 4, 4.5),
        ("1", 3, 3.0),
    ]
    assert body["beers"][2]["text"] == "Two Hearted, Bells 7% $6"
    assert body["beers"][2]["confidence"] >= CERTAIN
    assert [line["line"] for line in body["unplaced"]] == [1, 7]
    assert body["tried"] == []


@pytest.mark.usefixtures("pub")
def test_what_the_user_has_tried_is_told_apart_and_never_ranked() -> None:
    body = good(post("/menu", {"menu": MENU, "ratings": {"0": 5, "2": 4.5}, "exclude": ["1"]}))
    assert ids(body) == ["9"]
    assert [(line["line"], line["beer_id"], line["given"]) for line in body["tried"]] == [(3, "1", None), (4, "2", 4.5)]
    assert ids(good(post("/menu", {"menu": MENU, "ratings": {"0": 5, "2": 4.5}, "include_tried": True}))) != ["9"]


@pytest.mark.usefixtures("pub")
def test_a_menu_counts_for_somebody_without_ratings_by_how_its_beers_are_loved() -> None:
    body = good(post("/menu", {"menu": MENU}))
    assert (body["basis"], sorted(ids(body))) == ("most loved", ["1", "2", "9"])


@pytest.mark.usefixtures("pub")
def test_a_menu_of_no_beers_is_an_answer_without_beers() -> None:
    body = good(post("/menu", {"menu": "Nachos\n\nWings", "ratings": {"0": 5}}))
    assert (body["beers"], [line["text"] for line in body["unplaced"]]) == ([], ["Nachos", "Wings"])


@pytest.mark.usefixtures("pub")
def test_a_menu_that_is_too_long_is_a_400() -> None:
    status, body = answer(post("/menu", {"menu": "Pils\n" * 201}))
    assert (status, body["message"]) == (400, "menu: got 201 lines, but it must be at most 200.")
    assert answer(post("/menu", {"menu": ""}))[0] == 400
    assert answer(get("/menu"))[0] == 405
