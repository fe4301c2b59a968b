"""Somebody without a username."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from tests.browser.bar import Bar
from tests.browser.beers import HOSTILE, NAMES


def test_a_newcomer_rates_well_known_beers_and_gets_a_list_without_them(bar: Bar) -> None:
    bar.come()
    bar.page.get_by_role("link", name="Rate a few beers").click()
    expect(bar.page.get_by_role("status").filter(has_text="Three make a good start")).to_be_visible()
    for beer in ("b00", "b03"):
        bar.rate(NAMES[beer], 4.5)
    expect(bar.page.get_by_role("status").filter(has_text="2 rated, 1 more makes a good start")).to_be_visible()
    bar.page.get_by_role("link", name="See my beers").click()
    names = bar.names()
    assert len(names) == 10
    assert not {NAMES["b00"], NAMES["b03"]} & set(names)
    expect(bar.page.get_by_text("Picked from your 2 ratings on this device, best match first.")).to_be_visible()


def test_the_ratings_of_a_newcomer_stay_on_the_device_and_come_back_with_the_page(bar: Bar) -> None:
    bar.come("#/new")
    bar.rate(NAMES["b01"], 4.0)
    bar.come("#/beers")
    assert NAMES["b01"] not in bar.names()
    kept = json.loads(bar.page.evaluate("localStorage.getItem('taproom.guest')"))
    assert kept["ratings"]["b01"]["score"] == 4.0


def test_a_newcomer_without_ratings_gets_the_most_loved_beers_and_is_told_so(bar: Bar) -> None:
    bar.come("#/new")
    bar.page.get_by_role("link", name="Skip", exact=True).click()
    assert bar.names()[0] == NAMES["b01"]
    expect(bar.cards.first.get_by_text("everyone", exact=True)).to_be_visible()
    loved = re.compile(r"Loved by those who had it: \d\.\d on average of \d+ ratings\.")
    expect(bar.cards.first).to_contain_text(loved)
    expect(bar.page.get_by_text(re.compile("your taste|which you gave"))).to_have_count(0)


def test_a_newcomer_finds_another_beer_by_name_to_rate_it(bar: Bar) -> None:
    bar.come("#/new")
    bar.page.get_by_role("combobox", name="Another beer you know").press_sequentially("cafe bru")
    bar.page.get_by_role("option", name=NAMES["b11"]).click()
    first = bar.page.get_by_role("list", name="Well-known beers").get_by_role("listitem").first
    expect(first.get_by_role("heading", name=NAMES["b11"])).to_be_visible()


def test_a_newcomers_own_ratings_stand_beside_what_the_model_makes_of_the_others(bar: Bar) -> None:
    bar.come("#/new")
    for beer in ("b00", "b03"):
        bar.rate(NAMES[beer], 4.5)
    bar.page.get_by_role("link", name="My ratings").click()
    rows = bar.page.get_by_role("list", name="My ratings").get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("You 4.5")
    expect(rows.first.get_by_text("Model")).not_to_contain_text("–")


def test_a_hostile_name_stays_text(bar: Bar) -> None:
    bar.come("#/new")
    expect(bar.page.get_by_role("heading", name=HOSTILE)).to_be_visible()
    bar.come_as("tapotter")
    # It is in both lists: recommended and trending.
    for name in ("Beers to try", "Trending beers"):
        beers = bar.page.get_by_role("list", name=name)
        expect(beers.get_by_role("heading", name=HOSTILE)).to_be_visible()
        expect(beers.get_by_text("Malt & <b>Sons</b>")).to_be_visible()
    bar.rate(HOSTILE, 3.0)
    expect(bar.page.get_by_role("status").filter(has_text=HOSTILE)).to_be_visible()
    assert bar.page.title() == "Beers for you · Taproom"
    assert bar.page.locator("img").count() == 1
