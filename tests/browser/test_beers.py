"""What a guest does with single beers: their pages, the wish list, what is similar, what is not for them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import Request, Route, expect

from tests.browser.bar import Bar
from tests.browser.beers import NAMES


def events(bar: Bar) -> list[tuple[str, str]]:
    """What the page tells of beers from now on: each beer with the event."""
    told: list[tuple[str, str]] = []

    def note(request: Request) -> None:
        if request.url.endswith("/events"):
            body = json.loads(request.post_data or "")
            told.append((body["beer_id"], body["event"]))

    bar.page.on("request", note)
    return told


def test_a_card_opens_the_page_of_its_beer_and_back_leads_to_the_list(bar: Bar) -> None:
    told = events(bar)
    bar.come_as("hopheron")
    bar.cards.filter(has_text=NAMES["b08"]).get_by_role("link", name=NAMES["b08"]).click()
    expect(bar.page.get_by_role("heading", name=NAMES["b08"], level=1)).to_be_visible()
    expect(bar.page.get_by_text(re.compile(r"You’d give it \d\.\d"))).to_be_visible()
    expect(bar.page.get_by_text("Everybody: 4.0 of 5, from 77 ratings")).to_be_visible()
    assert told == [("b08", "opened")]
    bar.page.go_back()
    assert NAMES["b08"] in bar.names()


def test_the_page_of_a_beer_opens_by_its_link_and_leads_to_what_is_like_it_and_to_its_brewery(bar: Bar) -> None:
    bar.come("#/beer/b08")
    expect(bar.page.get_by_role("heading", name=NAMES["b08"], level=1)).to_be_visible()
    assert bar.page.title() == f"{NAMES['b08']} · Taproom"
    more = bar.page.locator("section").filter(has=bar.page.get_by_role("heading", name="More like this"))
    expect(more.get_by_role("listitem").get_by_role("heading")).to_have_count(6)
    bar.page.get_by_role("link", name="More by Abbey of Larkmoor").click()
    expect(bar.page.get_by_role("heading", name="Abbey of Larkmoor", level=1)).to_be_visible()
    beers = bar.page.get_by_role("list", name="Abbey of Larkmoor")
    expect(beers.get_by_role("link")).to_have_text([NAMES["b08"], NAMES["b10"]])


def test_a_beer_that_nobody_knows_is_said_to_be_missing(bar: Bar) -> None:
    bar.come("#/beer/no%2Fsuch%25beer")
    expect(bar.page.get_by_role("alert")).to_contain_text("no/such%beer")
    bar.said.clear()


def test_a_beer_is_rated_on_its_page_with_a_note_and_the_rating_is_taken_back(bar: Bar) -> None:
    sent: list[dict[str, object]] = []

    def note(request: Request) -> None:
        if request.url.endswith("/reviews"):
            sent.append(json.loads(request.post_data or ""))

    bar.page.on("request", note)
    bar.come("#/beer/b07", {"username": "caskfox"})
    bar.rate(NAMES["b07"], 4.0)
    expect(bar.page.get_by_text("You gave it 4.0")).to_be_visible()
    bar.page.get_by_role("textbox", name="A note of your own").fill("Smoky, by the fire")
    bar.page.get_by_role("button", name="Save note").click()
    expect(bar.page.get_by_text("Your note is saved.")).to_be_visible()
    assert (sent[-1]["score"], sent[-1]["text"]) == (4, "Smoky, by the fire")
    bar.come("#/beer/b07")
    expect(bar.page.get_by_role("textbox", name="A note of your own")).to_have_value("Smoky, by the fire")
    bar.rate(NAMES["b07"], 1.0)
    bar.page.get_by_role("button", name="Undo").click()
    expect(bar.page.get_by_text("You gave it 4.0")).to_be_visible()


def test_a_beer_that_is_not_for_the_guest_goes_and_comes_back(bar: Bar) -> None:
    told = events(bar)
    bar.come_as("hopheron")
    before = bar.names()
    bar.page.get_by_role("button", name=f"Not for me: {before[1]}").click()
    expect(bar.cards).to_have_count(7)
    assert before[1] not in bar.names()
    assert [event for _, event in told] == ["dismissed"]
    bar.come("#/beers")
    assert before[1] not in bar.names()
    bar.page.get_by_role("button", name=f"Not for me: {before[2]}").click()
    bar.page.get_by_role("button", name="Undo").click()
    expect(bar.cards).to_have_count(7)
    assert before[2] in bar.names()


def test_what_is_not_for_the_guest_is_listed_and_brought_back_days_later(bar: Bar) -> None:
    bar.come_as("hopheron")
    before = bar.names()
    for name in before[:2]:
        bar.page.get_by_role("button", name=f"Not for me: {name}").click()
        expect(bar.cards.filter(has_text=name)).to_have_count(0)
    bar.come("#/taste")
    bar.page.get_by_role("link", name="Not for me").click()
    dismissed = (
        bar.page.get_by_role("list", name="Not for me").get_by_role("listitem").filter(has=bar.page.locator("h3"))
    )
    expect(dismissed).to_have_count(2)
    bar.page.get_by_role("button", name=f"Show again: {before[0]}").click()
    expect(bar.page.get_by_text(f"{before[0]} may be on your list again.")).to_be_visible()
    expect(dismissed.get_by_role("heading")).to_have_text([before[1]])
    expect(dismissed.locator("summary")).to_be_focused()
    bar.page.get_by_role("button", name=f"Show again: {before[1]}").click()
    expect(bar.page.get_by_role("heading", name="Nothing is hidden from you")).to_be_visible()
    bar.page.get_by_role("link", name="Find beers").click()
    assert bar.names() == before


def test_a_wish_list_is_kept_on_the_device_and_shared_as_a_link(bar: Bar, open_bar: Callable[..., Bar]) -> None:
    told = events(bar)
    bar.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    bar.come_as("hopheron")
    for beer in ("b08", "b07"):
        bar.page.get_by_role("button", name=f"Wish list: {NAMES[beer]}").click()
    assert told == [("b08", "wanted"), ("b07", "wanted")]
    bar.page.get_by_role("link", name="My wish list").click()
    wishes = bar.page.get_by_role("list", name="My wish list").get_by_role("heading")
    expect(wishes).to_have_count(2)
    bar.page.get_by_role("button", name="Share this list").click()
    expect(bar.page.get_by_text("The link is copied: whoever opens it sees the same.")).to_be_visible()
    link = bar.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{bar.site}#/list/b07,b08"
    other = open_bar()
    other.come(link.removeprefix(bar.site))
    expect(other.page.get_by_role("list", name="A list of beers").get_by_role("heading")).to_have_count(2)
    bar.page.get_by_role("button", name=f"Wish list: {NAMES['b08']}").click()
    bar.page.reload()
    expect(wishes).to_have_text([NAMES["b07"]])


def test_similar_beers_unfold_within_a_card(bar: Bar) -> None:
    bar.come_as("hopheron")
    first = bar.cards.first
    first.get_by_role("button", name="Similar to").click()
    expect(first.get_by_role("list", name="Similar to").get_by_role("heading")).to_have_count(4)
    first.get_by_role("button", name="Similar to").click()
    expect(first.get_by_role("list", name="Similar to")).to_have_count(0)


def test_a_taste_is_shown_by_style_strength_and_brewery_and_its_beers_can_be_rated(bar: Bar) -> None:
    bar.come("#/taste", {"username": "hopheron"})
    styles = bar.page.get_by_role("listitem")
    ipa = styles.filter(has=bar.page.get_by_role("heading", name="American IPA"))
    expect(ipa).to_contain_text("you gave 5.0 (1 rating)")
    tripel = styles.filter(has=bar.page.get_by_role("heading", name="Tripel"))
    expect(tripel).to_contain_text(re.compile(r"you’d give \d\.\d"))
    bar.page.get_by_role("link", name="Rate beers: Tripel").click()
    assert bar.names() == [NAMES["b08"]]


def test_less_of_a_style_keeps_it_off_the_list_until_it_is_wanted_again(bar: Bar) -> None:
    bar.come("#/taste", {"username": "hopheron"})
    less = bar.page.get_by_role("button", name="Less of this style: Tripel")
    less.click()
    expect(less).to_have_attribute("aria-pressed", "true")
    bar.page.get_by_role("link", name="Beers", exact=True).click()
    assert NAMES["b08"] not in bar.names()
    bar.come("#/taste")
    bar.page.get_by_role("button", name="Less of this style: Tripel").click()
    bar.come("#/beers")
    assert NAMES["b08"] in bar.names()


def test_without_ratings_there_is_no_taste_but_a_way_to_one(bar: Bar) -> None:
    bar.come("#/taste")
    bar.page.get_by_role("link", name="Five taps to your taste").click()
    assert bar.asked_about() == NAMES["b00"]


def test_a_picture_takes_the_glasses_place_if_it_is_from_where_the_stack_lets_it_come(bar: Bar) -> None:
    origin = "/".join(bar.site.split("/")[:3])

    def with_pictures(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["beers"][0]["image_url"] = f"{bar.site}page/icon.svg"
        body["beers"][1]["image_url"] = "https://elsewhere.example/beer.png"
        route.fulfill(response=answer, json=body)

    def with_origin(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"image_origin": origin})

    bar.page.route("**/recommendations", with_pictures)
    bar.page.route("**/sign-in", with_origin)
    bar.come_as("hopheron")
    expect(bar.cards.nth(0).locator("img")).to_have_attribute("src", f"{bar.site}page/icon.svg")
    for other in (1, 2):
        expect(bar.cards.nth(other).locator("img")).to_have_count(0)
        expect(bar.cards.nth(other).locator("svg.beer-glass")).to_be_visible()
