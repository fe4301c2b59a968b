"""axe-core on every view, and what it does not look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.bar import Bar
from tests.browser.beers import NAMES
from tests.browser.conftest import PHONE

DESKTOP = {"width": 1280, "height": 800}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def beers(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.cards.first.locator("summary").click()


def filters(bar: Bar) -> None:
    bar.come_as("hopheron")
    if bar.page.get_by_role("button", name="Filters").is_visible():
        bar.narrow()
    bar.page.get_by_role("combobox", name="Brewery").press_sequentially("idle")
    expect(bar.page.get_by_role("listbox", name="Brewery").get_by_role("option")).to_have_count(1)


def sheet(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.page.get_by_role("button", name="Only what’s on tap here").click()


def menu(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.give_menu("Lucky Avenue Tripel", "Northern Signal IPA", "Xylophone Zebra Nonesuch")


def nothing(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.give_menu("Xylophone Zebra Nonesuch")


def welcome(bar: Bar) -> None:
    bar.come()
    expect(bar.trending.first.get_by_role("heading")).to_be_visible()
    bar.settled()


def similar(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.cards.first.get_by_role("button", name="Similar to").click()
    expect(bar.cards.first.get_by_role("list", name="Similar to").get_by_role("listitem")).to_have_count(4)


def styles(bar: Bar) -> None:
    bar.come_as("hopheron")
    if bar.page.get_by_role("button", name="Filters").is_visible():
        bar.narrow()
    bar.page.get_by_role("combobox", name="Style").click()
    expect(bar.page.get_by_role("listbox", name="Style").get_by_role("option").first).to_be_visible()


def beer(bar: Bar) -> None:
    bar.come("#/beer/b08", {"username": "hopheron"})
    expect(bar.page.get_by_role("heading", name="More by Abbey of Larkmoor")).to_be_visible()


def brewery(bar: Bar) -> None:
    bar.come("#/brewery/Idle%20Heron%20Brewery")
    expect(bar.page.get_by_role("list", name="Idle Heron Brewery").get_by_role("listitem")).to_have_count(3)


def shared(bar: Bar) -> None:
    bar.come("#/list/b01,b08")
    expect(bar.page.get_by_role("list", name="A list of beers").get_by_role("heading")).to_have_count(2)


def wishes(bar: Bar) -> None:
    bar.come("#/wishes")
    expect(bar.page.get_by_role("heading", name="Nothing on your wish list")).to_be_visible()


def dismissed(bar: Bar) -> None:
    beers(bar)
    bar.page.get_by_role("button", name="Not for me").first.click()
    expect(bar.cards).to_have_count(7)
    bar.page.get_by_role("link", name="Not for me").click()
    expect(bar.page.get_by_role("button", name="Show again")).to_be_visible()


def taste(bar: Bar) -> None:
    bar.come("#/taste", {"username": "hopheron"})
    expect(bar.page.get_by_role("heading", name="Strengths")).to_be_visible()


def you(bar: Bar) -> None:
    bar.come("#/you", {"ratings": {"b00": {"score": 4.5, "name": NAMES["b00"], "brewery": "Idle Heron Brewery"}}})
    bar.page.get_by_role("combobox", name="Your username").press_sequentially("hop")
    expect(bar.page.get_by_role("option")).to_have_count(2)


def new(bar: Bar) -> None:
    bar.come("#/new", {"ratings": {"b00": {"score": 4.5, "name": NAMES["b00"], "brewery": "Idle Heron Brewery"}}})
    bar.asked_about()


def ratings(bar: Bar) -> None:
    bar.come_as("hopheron", "#/ratings")
    bar.page.get_by_role("button", name="Change my score").first.click()


def model(bar: Bar) -> None:
    bar.come("#/model")
    bar.page.get_by_text("For the curious").click()
    bar.page.get_by_text("As a table").first.click()


VIEWS = (
    welcome,
    beers,
    similar,
    styles,
    beer,
    brewery,
    shared,
    wishes,
    dismissed,
    taste,
    filters,
    sheet,
    menu,
    nothing,
    you,
    new,
    ratings,
    model,
)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_axe_finds_nothing_serious(
    view: Callable[[Bar], None], viewport: dict[str, int], open_bar: Callable[..., Bar]
) -> None:
    bar = open_bar(viewport=viewport)
    view(bar)
    assert serious(bar) == []
    bar.page.emulate_media(color_scheme="dark")
    assert serious(bar, ["color-contrast"]) == []


def serious(bar: Bar, rules: list[str] = RULES) -> list[tuple[str, list[str]]]:
    """The rules that what is shown breaks, and where."""
    # All that is right, which nobody reads here, would take axe four times as long to tell.
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = Axe().run(bar.page, options=options).response["violations"]
    broken = [violation for violation in found if violation["impact"] in ("serious", "critical")]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in broken]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_nothing_is_wider_than_a_small_phone(view: Callable[[Bar], None], open_bar: Callable[..., Bar]) -> None:
    bar = open_bar(viewport={"width": 320, "height": 640})
    view(bar)
    assert bar.page.evaluate("document.documentElement.scrollWidth") <= 320
