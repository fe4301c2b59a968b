"""Somebody with a username."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from tests.browser.bar import Bar
from tests.browser.beers import HOSTILE_USERNAME, NAMES, RATED


def test_a_user_finds_the_own_name_as_it_is_typed_and_gets_a_list(bar: Bar) -> None:
    bar.come()
    bar.page.get_by_role("link", name="I’ve rated before").click()
    bar.page.get_by_role("combobox", name="Your username").press_sequentially("HOPH")
    bar.page.get_by_role("option", name="hopheron").click()
    names = bar.names()
    assert len(names) == 8
    assert not {NAMES[beer] for beer in RATED["hopheron"]} & set(names)
    expect(bar.page.get_by_role("link", name="You are hopheron")).to_be_visible()


def test_a_card_says_what_the_beer_is_and_why_it_is_there(bar: Bar) -> None:
    bar.come_as("hopheron")
    card = bar.cards.filter(has_text=NAMES["b08"])
    expect(card).to_contain_text("Abbey of Larkmoor")
    expect(card).to_contain_text("Tripel · 8.9 %")
    expect(card).to_contain_text(re.compile(r"\d\.\d of 5 is what you’d give"))
    card.locator("summary").click()
    expect(card).to_contain_text("the catalogue is sure about it")
    places = re.compile(r"It is your \d+(st|nd|rd|th) best match of all beers, and \d+(st|nd|rd|th) by what you’d give")
    expect(card).to_contain_text(places)


def test_a_card_says_where_the_beer_is_poured_and_for_how_much(bar: Bar) -> None:
    def listed(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["beers"][0] |= {"places": ["Anchor", "Crown"], "price": 4.5}
        body["beers"][1] |= {"price": 3}
        route.fulfill(response=answer, json=body)

    bar.page.route("**/recommendations", listed)
    bar.come_as("hopheron")
    expect(bar.cards.nth(0)).to_contain_text("Poured at Anchor and Crown for 4.50")
    expect(bar.cards.nth(1)).to_contain_text("Poured for 3.00")
    expect(bar.cards.nth(2)).not_to_contain_text("Poured")


def test_nobody_has_a_name_that_begins_so(bar: Bar) -> None:
    bar.come("#/you")
    bar.page.get_by_role("combobox", name="Your username").press_sequentially("zzz")
    expect(bar.page.locator(".offers-message")).to_have_text("Nobody’s name begins with “zzz”.")


def test_a_username_of_markup_slashes_and_percent_signs_is_text_and_reaches_the_api_whole(bar: Bar) -> None:
    bar.come("#/you")
    bar.page.get_by_role("combobox", name="Your username").press_sequentially("<b>ann")
    bar.page.get_by_role("option", name=HOSTILE_USERNAME).click()
    assert not {NAMES["b01"], NAMES["b05"]} & set(bar.names())
    bar.page.get_by_role("link", name="My ratings").click()
    expect(bar.page.get_by_role("list", name="My ratings").get_by_role("listitem")).to_have_count(2)


def test_a_rating_changes_the_list_at_once_and_is_there_the_next_time(bar: Bar) -> None:
    bar.come_as("hopbadger")
    before = bar.names()
    bar.rate(before[0], 5.0)
    expect(bar.page.get_by_role("status").filter(has_text=f"You gave {before[0]} 5.0.")).to_be_visible()
    after = bar.names()
    assert before[0] not in after
    bar.come("#/beers")
    assert bar.names() == after


def test_a_rating_can_be_undone_where_it_was_given(bar: Bar) -> None:
    bar.come_as("hopbadger")
    before = bar.names()
    bar.rate(before[1], 2.0)
    bar.page.get_by_role("button", name="Undo").click()
    expect(bar.page.get_by_role("status").filter(has_text=f"Your score for {before[1]} is taken back.")).to_be_visible()
    assert bar.names() == before
    bar.come("#/ratings")
    expect(bar.page.get_by_role("listitem").filter(has_text=before[1])).to_have_count(0)


def test_what_is_said_of_one_view_is_gone_in_the_next(bar: Bar) -> None:
    bar.come_as("hopbadger", "#/ratings")
    row = bar.page.get_by_role("list", name="My ratings").get_by_role("listitem").first
    row.get_by_role("button", name="Change").click()
    row.get_by_label("3.0 of 5").click()
    expect(bar.page.locator("#notice")).to_be_visible()
    bar.page.get_by_role("link", name="Model").click()
    expect(bar.page.locator("#notice")).to_be_hidden()


def test_my_ratings_show_what_i_gave_beside_what_the_model_predicts(bar: Bar) -> None:
    bar.come_as("hopheron", "#/ratings")
    row = bar.page.get_by_role("listitem").filter(has_text=NAMES["b03"])
    expect(row).to_contain_text("You 5.0")
    expect(row).to_contain_text(re.compile(r"Model \d\.\d"))
    expect(bar.page.get_by_text(re.compile(r"the model is \d\.\d\d off on average"))).to_be_visible()


def test_a_score_can_be_changed(bar: Bar) -> None:
    bar.come_as("kegraven", "#/ratings")
    bar.page.get_by_role("button", name=f"Change my score for {NAMES['b09']}").click()
    bar.rate(NAMES["b09"], 1.5)
    row = bar.page.get_by_role("listitem").filter(has_text=NAMES["b09"])
    expect(row).to_contain_text("You 1.5")
    bar.come("#/ratings")
    expect(bar.page.get_by_role("listitem").filter(has_text=NAMES["b09"])).to_contain_text("You 1.5")


def test_a_score_can_be_taken_back(bar: Bar) -> None:
    bar.come_as("kegraven", "#/ratings")
    rows = bar.page.get_by_role("list", name="My ratings").get_by_role("listitem")
    expect(rows.filter(has_text=NAMES["b09"])).to_be_visible()
    before = rows.count()
    bar.page.get_by_role("button", name=f"Take back my score for {NAMES['b09']}").click()
    expect(bar.page.get_by_text(f"Your score for {NAMES['b09']} is taken back.")).to_be_visible()
    expect(rows).to_have_count(before - 1)
    bar.come("#/ratings")
    expect(rows).to_have_count(before - 1)
    expect(rows.filter(has_text=NAMES["b09"])).to_have_count(0)


def test_a_guest_can_be_forgotten(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.page.get_by_role("link", name="You are hopheron").click()
    bar.page.get_by_role("button", name="Forget me").click()
    expect(bar.page.get_by_role("link", name="Sign in")).to_be_visible()
    bar.come("#/beers")
    expect(bar.page.get_by_role("heading", name="What’s your next beer?")).to_be_visible()
