"""Reading menus with 5,500 real beers."""

from __future__ import annotations

import html
import random

import pandas as pd
import pytest

from recommend.menu import menu_lines
from recommend.menu.beer_matcher import CERTAIN, BeerMatcher
from recommend.menu.menu_lines import words_of
from taproom.catalogue_file import Beer
from tests.prerequisites import BEERADVOCATE_5500
from tests.unit.recommend.menu.menu_typist import line

# As people type them, with a part of the name and the brewery that is meant.
TYPED = [
    ("Pliny the Elder - Russian River 8% $7", "Pliny The Elder", "Russian River"),
    ("Two Hearted", "Two Hearted Ale", "Bell's"),
    ("Guiness Draught (nitro) 20oz", "Guinness Draught", "Guinness"),
    ("Heady Topper, The Alchemist 16oz can", "Heady Topper", "Alchemist"),
    ("Founders Breakfst Stout 8.3% ABV", "Founders Breakfast Stout", "Founders"),
    ("Founders KBS", "Kentucky Breakfast Stout", "Founders"),
    ("90 Minute IPA dogfish head $8", "90 Minute IPA", "Dogfish"),
    ("Stone Arrogant Bastrd Ale", "Arrogant Bastard Ale", "Stone"),
    ("Westmalle Tripel 33cl €5", "Westmalle Trappist Tripel", "Westmalle"),
    ("Orval", "Orval", "Orval"),
    ("Chimay Blue 9%", "(Blue)", "Chimay"),
    ("Ayinger Celebrator Doppelbock", "Celebrator", "Privatbrauerei Franz Inselkammer"),
    ("Rodenbach Grand Cru", "Rodenbach Grand Cru", "Rodenbach"),
    ("Allagash White", "Allagash White", "Allagash"),
    ("Lagunitas IPA 6.2% 5", "Lagunitas IPA", "Lagunitas"),
    ("Anchor Steam", "Anchor Steam", "Anchor"),
    ("SAMUEL ADAMS BOSTON LAGER", "Samuel Adams Boston Lager", "Boston Beer"),
    ("Bud Light 3.00", "Bud Light", "Anheuser-Busch"),
    ("Duvel", "Duvel", "Duvel"),
    ("Saison Dupont 6.5", "Saison Dupont", "Dupont"),
    ("Victory Prima Pils", "Prima Pils", "Victory"),
    ("Ommegang Three Philosophers 9.7", "Three Philosophers", "Ommegang"),
    ("St Bernardus Abt 12", "St. Bernardus Abt 12", "St. Bernardus"),
    ("Rochefort 10", "Trappistes Rochefort 10", "Rochefort"),
    ("Schneider Aventinus", "Schneider Aventinus", "Schneider"),
    ("unibroue la fin du monde", "La Fin Du Monde", "Unibroue"),
    ("Oskar Blues Ten Fidy 10.5% 12oz can", "Ten FIDY", "Oskar Blues"),
    ("7. Deschutes The Abyss", "The Abyss", "Deschutes"),
    ("Newcastle Brown", "Newcastle Brown Ale", "Caledonian"),
    ("Kostritzer Schwarzbier ..... 4", "Köstritzer Schwarzbier", "Köstritzer"),
    ("Racer 5 IPA", "Racer 5 India Pale Ale", "Bear Republic"),
    ("Weihenstephaner Hefe", "Weihenstephaner Hefeweissbier", "Weihenstephan"),
    ("Chimay Bleue", "(Blue)", "Chimay"),
    ("Old Rasputin", "Old Rasputin Russian Imperial Stout", "North Coast"),
]
NO_BEERS = [
    *("DRAFT BEERS", "Sours & Wild Ales", "House red wine 9", "Burger & fries 12", "HAPPY HOUR 4-6pm", "Local cider"),
    *("Ask your server about rotating taps", "Coca Cola 0.33", "Nachos with cheese $9", "IPA", "Pale Ale $5", "Stout"),
    *("Hefeweizen 5.4%", "Imperial Stout 10%", "Oktoberfest", "Flight of four 12"),
]


@pytest.fixture(scope="module")
def beers() -> list[Beer]:
    """The most reviewed first."""
    rows = pd.read_csv(
        BEERADVOCATE_5500.required(), usecols=["beer_id", "beer_name", "brewery_name", "style", "abv", "score"]
    )
    found = rows.groupby("beer_id").agg(
        name=("beer_name", "first"), brewery=("brewery_name", "first"), style=("style", "first"), abv=("abv", "first"),
        reviews=("score", "size"), mean=("score", "mean"),
    )  # fmt: skip
    return [
        Beer(
            str(beer_id),
            html.unescape(str(row["name"])),
            html.unescape(str(row["brewery"])),
            str(row["style"]),
            None if pd.isna(row["abv"]) else float(row["abv"]),
            int(row["reviews"]),
            float(row["mean"]),
            float(row["mean"]),
        )
        for beer_id, row in found.sort_values("reviews", ascending=False, kind="stable").iterrows()
    ]


@pytest.fixture(scope="module")
def index(beers: list[Beer]) -> BeerMatcher:
    return BeerMatcher(beers)


def same(one: Beer, other: Beer) -> bool:
    """Whether they are the same, or called the same by the same brewery: the file has some beers twice."""
    return (words_of(one.name), words_of(one.brewery)) == (words_of(other.name), words_of(other.brewery))


@pytest.mark.parametrize("seed", range(20))
def test_of_30_lines_with_typos_prices_and_sizes_9_in_10_are_placed_right_and_none_wrong(
    beers: list[Beer], index: BeerMatcher, seed: int
) -> None:
    rng = random.Random(seed)
    right, wrong = 0, []
    for beer in rng.sample(beers, 30):
        text = line(beer, rng)
        best = index.matches(menu_lines.parse(text))[0]
        if best.confidence >= CERTAIN:
            right += same(best.beer, beer)
            wrong += [] if same(best.beer, beer) else [(text, best)]
    assert right >= 27
    assert wrong == []


def test_of_lines_as_people_type_them_9_in_10_are_placed_right_and_none_wrong(index: BeerMatcher) -> None:
    placed = [(text, index.matches(menu_lines.parse(text))[0], name, brewery) for text, name, brewery in TYPED]
    sure = [(text, match.beer, name, brewery) for text, match, name, brewery in placed if match.confidence >= CERTAIN]
    assert [text for text, beer, name, brewery in sure if name not in beer.name or brewery not in beer.brewery] == []
    assert len(sure) >= 0.9 * len(TYPED)
    assert {"Racer 5 IPA", "Weihenstephaner Hefe", "Chimay Bleue", "Old Rasputin"} <= {text for text, *_ in sure}


@pytest.mark.parametrize("text", NO_BEERS)
def test_what_is_no_certain_beer_is_not_placed(index: BeerMatcher, text: str) -> None:
    assert all(match.confidence < CERTAIN for match in index.matches(menu_lines.parse(text)))
