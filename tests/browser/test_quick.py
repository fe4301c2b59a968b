"""A quick list, shown while the models wake, gives way to theirs."""

from __future__ import annotations

import json

from playwright.sync_api import Route, expect

from tests.browser.bar import Bar


def answer_quickly(bar: Bar) -> None:
    """Have the page get a quick list first, with the beers of the models' own the other way round."""

    def answer(route: Route) -> None:
        if "quick=false" in route.request.url:
            route.continue_()
            return
        response = route.fetch()
        body = json.loads(response.text())
        body |= {"basis": "quick", "reasons": ["quick"], "beers": body["beers"][::-1]}
        route.fulfill(response=response, body=json.dumps(body))

    bar.page.route("**/recommendations?**", answer)


def test_a_quick_list_is_told_apart_and_gives_way_to_the_models_list(bar: Bar) -> None:
    bar.come_as("hopheron")
    own = bar.names()
    answer_quickly(bar)
    with bar.page.expect_response(lambda response: "quick=false" in response.url):
        bar.come_as("hopheron")
    expect(bar.page.get_by_text("The models are awake: this is your full list.")).to_be_visible()
    assert bar.names() == own
    expect(bar.page.get_by_text("A quick list")).to_have_count(0)


def test_a_list_does_not_change_while_somebody_is_about_to_rate(bar: Bar) -> None:
    answer_quickly(bar)
    with bar.page.expect_response(lambda response: "quick=false" in response.url):
        bar.come("#/beers", {"username": "hopheron"})
        bar.cards.first.get_by_role("radio").first.focus()
        quick = bar.names()
        expect(bar.page.get_by_text("A quick list from the beers you rated")).to_be_visible()
    bar.page.wait_for_timeout(1000)
    assert bar.names() == quick
    bar.page.get_by_role("heading", level=1).focus()
    expect(bar.cards.get_by_role("heading")).to_have_text(quick[::-1])
