"""What is trending, below the list."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.bar import Bar
from tests.browser.beers import HOSTILE, NAMES


def names(bar: Bar) -> list[str]:
    expect(bar.trending.first).to_be_visible()
    return bar.trending.get_by_role("heading").all_text_contents()


def test_a_user_sees_what_is_trending_that_they_have_not_rated(bar: Bar) -> None:
    bar.come_as("hopheron")
    # The steepest rise is that of b06, which hopheron has rated.
    assert names(bar) == [NAMES["b08"], NAMES["b10"], HOSTILE]
    expect(bar.trending.nth(0)).to_contain_text("Abbey of Larkmoor")
    expect(bar.trending.nth(0)).to_contain_text("20 ratings, up from 3")
    expect(bar.trending.nth(1)).to_contain_text("9 ratings, up from hardly any")


def test_a_newcomers_own_ratings_are_left_out_too(bar: Bar) -> None:
    bar.come("#/beers", {"ratings": {"b08": {"score": 4.5, "name": NAMES["b08"], "brewery": "Abbey of Larkmoor"}}})
    assert names(bar) == [NAMES["b06"], NAMES["b10"], HOSTILE]


def test_a_trending_beer_that_is_rated_leaves_the_row_and_the_list(bar: Bar) -> None:
    bar.come("#/beers", {"ratings": {"b00": {"score": 4.5, "name": NAMES["b00"], "brewery": "Idle Heron Brewery"}}})
    names(bar)
    bar.trending.nth(1).get_by_label("4.0 of 5").click()
    expect(bar.page.get_by_role("status").filter(has_text=f"You gave {NAMES['b08']} 4.0.")).to_be_visible()
    expect(bar.trending).to_have_count(3)
    assert names(bar) == [NAMES["b06"], NAMES["b10"], HOSTILE]
    assert NAMES["b08"] not in bar.names()
    # Whoever rates with the keyboard goes on with the beer that took its place.
    expect(bar.trending.nth(1).get_by_role("radio").first).to_be_focused()


def test_filters_narrow_the_row_as_well(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.narrow()
    bar.page.get_by_label("Strength").select_option("Very strong, 9 % and up")
    expect(bar.trending).to_have_count(1)
    assert names(bar) == [NAMES["b10"]]


def test_a_menu_takes_the_place_of_what_is_trending_elsewhere(bar: Bar) -> None:
    bar.come_as("hopheron")
    names(bar)
    bar.give_menu("Lucky Avenue Tripel")
    expect(bar.trending).to_have_count(0)
    bar.page.get_by_role("button", name="Show all beers").click()
    assert len(names(bar)) == 3


@pytest.mark.parametrize("status", [200, 500])
def test_where_nothing_is_trending_or_nobody_knows_there_is_no_row(bar: Bar, status: int) -> None:
    body = {200: {"beers": [], "note": "There are no times."}, 500: {"message": "Taproom failed."}}[status]
    bar.page.route("**/trending?*", lambda route: route.fulfill(status=status, body=json.dumps(body)))
    with bar.page.expect_response("**/trending?*"):
        bar.come_as("hopheron")
    bar.settled()
    expect(bar.cards).to_have_count(8)
    expect(bar.page.get_by_role("region", name="Trending")).to_have_count(0)
    # The browser itself writes of an answer that is an error.
    assert all("500" in line for line in bar.said)
    bar.said.clear()
