"""Where there is no signal: what was there stays, and what a guest says is sent later, once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.browser.bar import Bar

WAITS = "still to be sent"
EARLIER = "Taproom can’t be reached: this is from "


@pytest.fixture
def bar(open_bar: Callable[..., Bar]) -> Iterator[Bar]:
    """The page, which a service worker keeps; the browser itself writes of what it does not reach."""
    bar = open_bar(keeps_page=True)
    yield bar
    assert [line for line in bar.said if not line.startswith("error: Failed to load resource")] == []
    bar.said.clear()


def kept(page: Page) -> None:
    """Wait until the page is there without signal."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")


def lose_signal(bar: Bar) -> None:
    kept(bar.page)
    bar.page.context.set_offline(True)


def find_signal(bar: Bar) -> None:
    bar.page.context.set_offline(False)


def sent(context: BrowserContext) -> list[Request]:
    """Ratings and what takes them back, as they reach the API from now on, from any tab."""
    requests: list[Request] = []

    def remember(request: Request) -> None:
        if "/reviews" in request.url and request.method != "GET":
            requests.append(request)

    context.on("requestfinished", remember)
    return requests


def reviews(bar: Bar, username: str) -> dict[str, float]:
    """What the API knows that somebody has rated."""
    with urlopen(f"{bar.site}users/{username}/reviews") as answer:
        return {review["name"]: review["score"] for review in json.load(answer)["reviews"]}


def rated_without_signal(bar: Bar, username: str, score: float = 4.0) -> str:
    """Come as somebody new and rate the first beer without signal; its name."""
    bar.come_as(username)
    name = bar.names()[0]
    lose_signal(bar)
    bar.rate(name, score)
    expect(bar.cards.filter(has_text=name)).to_contain_text(f"You gave it {score}; {WAITS}.")
    return name


def test_a_reload_without_signal_shows_the_last_list_and_from_when_it_is(bar: Bar) -> None:
    bar.come_as("hopheron")
    names = bar.names()
    lose_signal(bar)
    bar.page.reload()
    assert bar.names() == names
    expect(bar.page.get_by_text(EARLIER)).to_be_visible()
    find_signal(bar)
    expect(bar.page.get_by_text(EARLIER)).to_be_hidden()
    assert bar.names() == names


def test_a_reload_without_signal_shows_ones_own_ratings(bar: Bar) -> None:
    bar.come_as("hopheron", "#/ratings")
    rows = bar.page.get_by_role("list", name="My ratings").get_by_role("listitem")
    expect(rows).to_have_count(4)
    lose_signal(bar)
    bar.page.reload()
    expect(bar.page.get_by_text(EARLIER)).to_be_visible()
    expect(rows).to_have_count(4)


def test_a_rating_given_without_signal_is_sent_once_when_the_signal_returns(bar: Bar) -> None:
    requests = sent(bar.page.context)
    name = rated_without_signal(bar, "malt-ann")
    expect(bar.page.get_by_text(f"You gave {name} 4.0. It is kept here, and sent as soon as")).to_be_visible()
    bar.page.get_by_role("link", name="My ratings").click()
    row = bar.page.get_by_role("list", name="My ratings").get_by_role("listitem")
    expect(row).to_contain_text(f"You gave it 4.0; {WAITS}.")
    find_signal(bar)
    expect(row).not_to_contain_text(WAITS)
    expect(row).to_contain_text("You 4.0")
    assert len(requests) == 1
    assert reviews(bar, "malt-ann") == {name: 4.0}


def test_a_rating_waits_over_a_reload_and_is_not_sent_again_at_the_next_one(bar: Bar) -> None:
    requests = sent(bar.page.context)
    name = rated_without_signal(bar, "malt-ben")
    bar.page.reload()
    expect(bar.cards.first).to_contain_text(WAITS)
    find_signal(bar)
    expect(bar.beers).not_to_contain_text(WAITS)
    bar.page.reload()
    bar.settled()
    assert len(requests) == 1
    assert reviews(bar, "malt-ben") == {name: 4.0}


def test_of_two_tabs_one_sends(bar: Bar) -> None:
    requests = sent(bar.page.context)
    name = rated_without_signal(bar, "hop-ann")
    other = bar.page.context.new_page()
    other.goto(bar.site)
    expect(other.get_by_text(WAITS)).to_be_visible()
    find_signal(bar)
    for page in (bar.page, other):
        expect(page.get_by_text(WAITS)).to_have_count(0)
        page.reload()
        expect(page.get_by_role("list", name="Beers to try")).to_have_attribute("aria-busy", "false")
    assert len(requests) == 1
    assert reviews(bar, "hop-ann") == {name: 4.0}


def test_where_the_answer_is_lost_the_same_is_sent_again_and_counts_once(bar: Bar) -> None:
    bar.come_as("hop-ben")
    name = bar.names()[0]
    bodies: list[str | None] = []

    def lose_first_answer(route: Route) -> None:
        bodies.append(route.request.post_data)
        if len(bodies) == 1:
            assert route.fetch().status == 201
            route.abort()
        else:
            route.continue_()

    bar.page.route("**/reviews", lose_first_answer)
    bar.rate(name, 4.0)
    expect(bar.page.get_by_text("It is kept here")).to_be_visible()
    bar.page.reload()
    bar.settled()
    expect(bar.beers).not_to_contain_text(WAITS)
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert "reviewed_at" in (bodies[0] or "")
    assert reviews(bar, "hop-ben") == {name: 4.0}


def test_what_was_taken_back_without_signal_stays_so(bar: Bar) -> None:
    requests = sent(bar.page.context)
    bar.come_as("rye-ann")
    first, second = bar.names()[:2]
    bar.rate(second, 3.0)
    expect(bar.page.get_by_text(f"You gave {second} 3.0.")).to_be_visible()
    bar.settled()
    lose_signal(bar)
    bar.rate(first, 4.0)
    expect(bar.page.get_by_text(f"You gave {first} 4.0. It is kept here")).to_be_visible()
    bar.page.get_by_role("button", name="Undo").click()
    expect(bar.cards.filter(has_text=first)).to_contain_text("Taken back; still to be sent.")
    find_signal(bar)
    expect(bar.beers).not_to_contain_text(WAITS)
    assert [request.method for request in requests] == ["POST", "POST", "DELETE"]
    assert reviews(bar, "rye-ann") == {second: 3.0}


def test_a_rating_that_is_refused_is_told_and_not_sent_for_ever(bar: Bar) -> None:
    requests = sent(bar.page.context)
    name = rated_without_signal(bar, "rye-ben")
    body = json.dumps({"code": "not_found", "message": "There is no beer 'b99'."})
    bar.page.route("**/reviews", lambda route: route.fulfill(status=404, body=body, content_type="application/json"))
    find_signal(bar)
    expect(bar.page.get_by_text(f"Your score for {name} was not saved: ")).to_be_visible()
    expect(bar.beers).not_to_contain_text(WAITS)
    bar.page.reload()
    bar.settled()
    assert len(requests) == 1


def test_a_rating_for_which_one_has_to_sign_in_waits_for_that(bar: Bar) -> None:
    bar.come_as("oat-ann")
    name = bar.names()[0]
    bar.page.route("**/reviews", lambda route: route.fulfill(status=401, body="{}", content_type="application/json"))
    bar.rate(name, 4.0)
    expect(bar.page.get_by_text("It is kept here, and sent once you have signed in.")).to_be_visible()
    bar.page.unroute("**/reviews")
    with bar.page.expect_request_finished(lambda request: request.method == "POST" and "/reviews" in request.url):
        bar.page.reload()
    expect(bar.beers).not_to_contain_text(WAITS)
    bar.settled()
    assert reviews(bar, "oat-ann") == {name: 4.0}


def test_signing_out_leaves_nothing_on_the_device(bar: Bar) -> None:
    rated_without_signal(bar, "oat-ben")
    bar.page.get_by_role("link", name="You are oat-ben").click()
    expect(bar.page.get_by_text("1 change still to be sent: that would be lost.")).to_be_visible()
    bar.page.get_by_role("button", name="Forget me").click()
    expect(bar.page.get_by_role("link", name="Sign in")).to_be_visible()
    bar.page.reload()
    bar.come("#/beers")
    expect(bar.page.get_by_role("alert")).to_contain_text("Check your connection")
    assert bar.cards.count() == 0
    stored = """async () => {
      const open = indexedDB.open("taproom");
      const database = await new Promise((done) => (open.onsuccess = () => done(open.result)));
      const counts = [...database.objectStoreNames].map((name) => new Promise((done) => {
        const count = database.transaction(name).objectStore(name).count();
        count.onsuccess = () => done(count.result);
      }));
      return Promise.all(counts);
    }"""
    assert bar.page.evaluate(stored) == [0, 0]


def test_nobody_sees_what_was_another_guests(bar: Bar) -> None:
    rated_without_signal(bar, "wheat-ann")
    bar.come("#/beers", {"username": "hopheron"})
    expect(bar.page.get_by_role("alert")).to_contain_text("Check your connection")
    assert bar.cards.count() == 0
    bar.page.get_by_role("link", name="My ratings").click()
    expect(bar.page.get_by_role("alert")).to_be_visible()
    expect(bar.page.get_by_text(WAITS)).to_have_count(0)
