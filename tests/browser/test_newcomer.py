"""Somebody without a username."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from tests.browser.bar import Bar
from tests.browser.beers import HOSTILE, NAMES


def test_the_first_screen_shows_what_is_loved_and_trending_and_every_way_in(bar: Bar) -> None:
    bar.come()
    expect(bar.page.get_by_role("heading", name="What’s your next beer?")).to_be_visible()
    assert bar.names()[0] == NAMES["b01"]
    expect(bar.trending.first.get_by_role("heading")).to_have_text(NAMES["b06"])
    for way in ("I’m new: five taps to your taste", "I’ve rated before"):
        expect(bar.page.get_by_role("link", name=way)).to_be_visible()
    expect(bar.page.get_by_role("combobox", name="Find a beer")).to_be_visible()
    expect(bar.page.get_by_role("button", name="Only what’s on tap here")).to_be_visible()


def test_nobody_is_asked_who_they_are_before_they_read_a_menu(bar: Bar) -> None:
    bar.come()
    bar.give_menu("Lucky Avenue Tripel", "Northern Signal IPA")
    assert set(bar.names()) == {NAMES["b08"], NAMES["b03"]}


def test_a_beer_is_found_by_name_from_the_first_screen(bar: Bar) -> None:
    bar.come()
    bar.page.get_by_role("combobox", name="Find a beer").press_sequentially("cafe bru")
    bar.page.get_by_role("option", name=NAMES["b11"]).click()
    expect(bar.page.get_by_role("heading", name=NAMES["b11"], level=1)).to_be_visible()
    bar.page.go_back()
    expect(bar.page.get_by_role("heading", name="What’s your next beer?")).to_be_visible()


def test_taps_make_a_list_that_moves_with_each_and_a_beer_that_nobody_had_is_passed_over(bar: Bar) -> None:
    bar.come()
    bar.page.get_by_role("link", name="I’m new").click()
    so_far = bar.page.get_by_role("list", name="Your list so far").get_by_role("listitem")
    expect(bar.page.get_by_role("heading", name="What everybody loves, so far")).to_be_visible()
    # Each beer is the only one of its style: the best known comes first.
    assert bar.asked_about() == NAMES["b00"]
    bar.rate(NAMES["b00"], 4.5)
    expect(bar.page.get_by_role("status").filter(has_text="1 of 5 taps")).to_be_visible()
    expect(bar.page.get_by_role("heading", name="Your list so far")).to_be_visible()
    expect(so_far.filter(has_text=NAMES["b00"])).to_have_count(0)
    assert bar.asked_about() == NAMES["b01"]
    bar.page.get_by_role("button", name="Haven’t had it").click()
    assert bar.asked_about() == NAMES["b02"]
    bar.rate(NAMES["b02"], 2.0)
    bar.page.get_by_role("link", name="See my beers").click()
    names = bar.names()
    assert len(names) == 10
    assert not {NAMES["b00"], NAMES["b02"]} & set(names)
    expect(bar.page.get_by_text("Picked from your 2 ratings on this device, best match first.")).to_be_visible()


def test_a_tap_is_taken_back_and_asked_again(bar: Bar) -> None:
    bar.come("#/new")
    bar.asked_about()
    bar.rate(NAMES["b00"], 1.0)
    bar.page.get_by_role("button", name="Undo").click()
    expect(bar.page.get_by_role("status").filter(has_text="0 of 5 taps")).to_be_visible()
    assert bar.asked_about() == NAMES["b00"]


def test_the_ratings_of_a_newcomer_stay_on_the_device_and_come_back_with_the_page(bar: Bar) -> None:
    bar.come("#/new")
    bar.asked_about()
    bar.rate(NAMES["b00"], 4.0)
    bar.come("#/beers")
    assert NAMES["b00"] not in bar.names()
    kept = json.loads(bar.page.evaluate("localStorage.getItem('taproom.guest')"))
    assert kept["ratings"]["b00"]["score"] == 4.0


def test_who_skips_the_taps_gets_the_most_loved_beers_and_is_told_so(bar: Bar) -> None:
    bar.come("#/new")
    bar.page.get_by_role("link", name="Skip", exact=True).click()
    assert bar.names()[0] == NAMES["b01"]
    expect(bar.cards.first.get_by_text("everyone", exact=True)).to_be_visible()
    loved = re.compile(r"Loved by those who’ve had it: \d\.\d on average of \d+ ratings\.")
    expect(bar.cards.first).to_contain_text(loved)
    expect(bar.page.get_by_text(re.compile("your taste as a whole|which you gave"))).to_have_count(0)


def test_a_newcomer_finds_another_beer_by_name_to_rate_it(bar: Bar) -> None:
    bar.come("#/new")
    bar.asked_about()
    bar.page.get_by_role("combobox", name="Or one that you know").press_sequentially("cafe bru")
    bar.page.get_by_role("option", name=NAMES["b11"]).click()
    assert bar.asked_about() == NAMES["b11"]


def test_a_newcomer_becomes_a_user_who_has_their_ratings(bar: Bar) -> None:
    rated = {beer: {"score": 4.5, "name": NAMES[beer], "brewery": ""} for beer in ("b00", "b03")}
    bar.come("#/beers", {"ratings": rated})
    bar.page.get_by_role("link", name="Keep my 2 ratings").click()
    name = bar.page.get_by_role("textbox", name="Choose a name")
    name.fill("hopheron")
    bar.page.get_by_role("button", name="Keep them under this name").click()
    expect(bar.page.get_by_role("alert")).to_have_text("Somebody is called “hopheron” already: choose another name.")
    name.fill("newheron")
    bar.page.get_by_role("button", name="Keep them under this name").click()
    expect(bar.page.get_by_role("link", name="You are newheron")).to_be_visible()
    assert not {NAMES["b00"], NAMES["b03"]} & set(bar.names())
    bar.come("#/ratings")
    expect(bar.page.get_by_role("list", name="My ratings").get_by_role("listitem")).to_have_count(2)


def test_a_newcomers_own_ratings_stand_beside_what_the_model_makes_of_the_others(bar: Bar) -> None:
    rated = {beer: {"score": 4.5, "name": NAMES[beer], "brewery": ""} for beer in ("b00", "b03")}
    bar.come("#/ratings", {"ratings": rated})
    rows = bar.page.get_by_role("list", name="My ratings").get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("You 4.5")
    expect(rows.first.get_by_text("Model")).not_to_contain_text("–")


def test_a_hostile_name_stays_text(bar: Bar) -> None:
    bar.come_as("tapotter")
    # It is in both lists: recommended and trending.
    for name in ("Beers to try", "Trending beers"):
        beers = bar.page.get_by_role("list", name=name)
        expect(beers.get_by_role("heading", name=HOSTILE)).to_be_visible()
        expect(beers.get_by_text("Malt & <b>Sons</b>")).to_be_visible()
    bar.rate(HOSTILE, 3.0)
    expect(bar.page.get_by_role("status").filter(has_text=HOSTILE)).to_be_visible()
    assert bar.page.title() == "Beers for you · Taproom"
    bar.come("#/brewery/Malt%20%26%20%3Cb%3ESons%3C%2Fb%3E")
    bar.page.get_by_role("link", name=HOSTILE).click()
    expect(bar.page.get_by_role("heading", name=HOSTILE, level=1)).to_be_visible()
    assert bar.page.title() == f"{HOSTILE} · Taproom"
    assert bar.page.locator("img").count() == 1
