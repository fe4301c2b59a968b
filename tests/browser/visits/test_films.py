"""A stack that recommends films, by its parameter ItemKind, says nothing of beer in any language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from local.assembly import Cloud
from local.demo.loop import Loop
from tests.browser.bar import Bar
from tests.browser.beers import BEERS, NAMES
from tests.browser.conftest import PARAMETERS

OF_BEER = {
    "en": r"beer|brew|pour|drink|drank|on tap|\bbar\b",
    "de": r"\bbier|brau|trink|trunk|zapf|fass\b|schenk|hahn",
    "fr": r"bière|brass|boi[rst]|\bbue?s?\b|pression|verre",
    "es": r"cerve|beb|grifo|barril",
}
VIEWS = (
    "",
    "#/beers",
    "#/new",
    "#/you",
    "#/taste",
    "#/ratings",
    "#/model",
    "#/beer/b08",
    "#/brewery/Abbey%20of%20Larkmoor",
    "#/wishes",
    "#/list/b01,b08",
    "#/list/",
    "#/beer/none",
)
# What a guest sees, or hears of a screen reader, folded or not.
SAID = """() => [document.documentElement, ...document.body.querySelectorAll("*")].flatMap((one) => [
  ...[...one.childNodes].filter(({nodeType}) => nodeType === Node.TEXT_NODE).map(({data}) => data),
  one.getAttribute("aria-label"),
  one.getAttribute("placeholder"),
]).join(" ") + document.title"""


@pytest.fixture(scope="module", autouse=True)
def films(cloud: Cloud) -> Iterator[None]:
    """The stack, updated; its catalogue stays what it is, and only what the page says of it changes."""
    update(cloud, "film")
    yield
    update(cloud, "beer")


def update(cloud: Cloud, kind: str) -> None:
    cloud.deploy(parameters={**PARAMETERS, "ItemKind": kind})
    # The first answer of a function that starts anew takes seconds, for which no test waits.
    Loop(cloud).recommendations("hopheron", 5)


def of_beer(page: Page, language: str) -> list[str]:
    """Words of beer in what is said, but for what comes from the catalogue."""
    text = str(page.evaluate(SAID))
    for beer in sorted(BEERS, key=lambda beer: -len(beer.brewery)):
        for own in (beer.name, beer.brewery, beer.style or ""):
            text = text.replace(own, "")
    return re.findall(f".{{0,30}}(?:{OF_BEER[language]}).{{0,30}}", text.replace("Taproom", ""), re.IGNORECASE)


@pytest.mark.parametrize("language", OF_BEER)
def test_no_view_speaks_of_beer(language: str, open_bar: Callable[..., Bar]) -> None:
    bar = open_bar(locale=language)
    found = {}
    for view in VIEWS:
        bar.come(view, {"username": "hopheron"} if view else None)
        expect(bar.page.locator("main h1")).to_be_attached()
        expect(bar.page.locator("main [aria-busy=true], main .bone")).to_have_count(0)
        found[view] = of_beer(bar.page, language)
    assert {view: words for view, words in found.items() if words} == {}
    # The browser itself writes of an answer that is an error, as of a film that is not there.
    assert all("404" in line for line in bar.said)
    bar.said.clear()


def test_films_are_listed_rated_and_asked_about_and_a_programme_takes_the_menus_place(bar: Bar) -> None:
    page = bar.page
    bar.come()
    expect(page.get_by_role("heading", name="What’s your next film?")).to_be_visible()
    expect(page.get_by_role("list", name="Trending films").get_by_role("listitem").first).to_be_visible()
    expect(page.get_by_text("Loved by those who’ve seen it").first).to_be_visible()
    page.get_by_role("link", name="I’m new").click()
    page.get_by_role("region", name="A film that you may know").get_by_role("button", name="Haven’t seen it").click()
    bar.rate(NAMES["b01"], 4.0)
    page.get_by_role("link", name="See my films").click()
    films = page.get_by_role("list", name="Films to try")
    expect(films).to_have_attribute("aria-busy", "false")
    expect(films.get_by_role("heading", name=NAMES["b01"])).to_have_count(0)
    page.get_by_role("button", name="Only what’s on here").click()
    page.get_by_role("textbox", name="The programme").fill(f"{NAMES['b03']}  20:15")
    page.get_by_role("button", name="Find these films").click()
    expect(page.get_by_role("region", name="On here")).to_contain_text("1 film to try")
    assert of_beer(page, "en") == []


def test_filters_are_of_genre_and_director_and_the_focus_stays_where_they_are_cleared(bar: Bar) -> None:
    bar.come("#/beers", {"username": "hopheron"})
    bar.narrow()
    expect(bar.page.locator("#strength")).to_have_count(0)
    director = bar.page.get_by_role("combobox", name="Director")
    genre = bar.page.get_by_role("combobox", name="Genre")
    genre.fill("Tripel")
    bar.page.get_by_role("option", name="Tripel", exact=True).click()
    bar.page.get_by_role("button", name="Clear filters").click()
    expect(director).to_be_focused()
    expect(genre).to_have_value("")
