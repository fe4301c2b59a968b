"""What a newcomer tapped goes along when they sign in: each rating once, whatever happens on the way."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.bar import Bar

TAPS = 5


def let_sign_in(bar: Bar, username: str) -> None:
    """Have the page sign in at a stand-in for the hosted page, where everybody is `username`."""
    how = {
        "access": "cognito",
        "client_id": "page",
        "username_claim": "username",
        "authorize": f"{bar.site}authorize",
        "token": f"{bar.site}token",
    }
    claims = base64.urlsafe_b64encode(json.dumps({"username": username}).encode()).decode().rstrip("=")

    def authorize(route: Route) -> None:
        asked = parse_qs(urlsplit(route.request.url).query)
        back = urlencode({"code": "c", "state": asked["state"][0]})
        route.fulfill(status=302, headers={"location": f"{asked['redirect_uri'][0]}?{back}"})

    bar.page.route("**/sign-in", lambda route: route.fulfill(json=how))
    bar.page.route("**/authorize?*", authorize)
    token = {"access_token": f"e30.{claims}.", "expires_in": 3600}
    bar.page.route("**/token", lambda route: route.fulfill(json=token))


def given(bar: Bar) -> list[tuple[str, float]]:
    """Beers and scores that the API takes from now on, in their order."""
    taken: list[tuple[str, float]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/reviews"):
            body = json.loads(request.post_data or "")
            taken.append((body["beer_id"], body["score"]))

    bar.page.on("requestfinished", note)
    return taken


def tap(bar: Bar) -> list[str]:
    """Rate what is asked about; the names."""
    bar.come("#/new")
    names = []
    for number in range(1, TAPS + 1):
        names.append(bar.asked_about())
        bar.rate(names[-1], float(number))
        said = f"{number} of {TAPS} taps" if number < TAPS else "that’s a taste"
        expect(bar.page.get_by_role("status").filter(has_text=said)).to_be_visible()
    return names


def sign_in(bar: Bar) -> None:
    bar.page.locator("#who").click()
    bar.page.get_by_role("button", name="Sign in").click()


def test_five_taps_are_given_once_signed_in_and_the_list_is_made_of_them(bar: Bar) -> None:
    let_sign_in(bar, "tapcurlew")
    taken = given(bar)
    tapped = tap(bar)
    assert taken == []
    with bar.page.expect_request("**/users/tapcurlew/recommendations"):
        sign_in(bar)
    expect(bar.page.get_by_text("5 ratings kept.")).to_be_visible()
    expect(bar.page.locator("#who")).to_have_text("You are tapcurlew")
    assert not set(tapped) & set(bar.names())
    assert [score for _, score in taken] == [1, 2, 3, 4, 5]
    assert len({beer for beer, _ in taken}) == TAPS
    bar.come("#/ratings")
    rows = bar.page.get_by_role("list", name="My ratings").get_by_role("listitem")
    expect(rows.get_by_role("heading")).to_have_text(tapped[::-1])
    assert len(taken) == TAPS


@pytest.mark.parametrize("refused", [1, 3, 5])
def test_what_does_not_arrive_is_sent_later_in_its_order_and_nothing_twice(bar: Bar, refused: int) -> None:
    username = f"tapcurlew{refused}"
    let_sign_in(bar, username)
    taken = given(bar)
    tap(bar)
    asked: list[Route] = []

    def refuse(route: Route) -> None:
        asked.append(route)
        if len(asked) == refused:
            route.abort()
        else:
            route.continue_()

    bar.page.route("**/reviews", refuse)
    sign_in(bar)
    expect(bar.page.get_by_text("5 ratings kept.")).to_be_visible()
    expect(bar.page.locator("#who")).to_have_text(f"You are {username}")
    bar.page.unroute("**/reviews")
    bar.come("#/ratings")
    expect(bar.page.get_by_role("list", name="My ratings").get_by_role("listitem")).to_have_count(TAPS)
    expect(bar.page.get_by_text("still to be sent")).to_have_count(0)
    assert [score for _, score in taken] == [1, 2, 3, 4, 5]
    bar.come("#/beers")
    bar.settled()
    assert len(taken) == TAPS
    bar.said.clear()
