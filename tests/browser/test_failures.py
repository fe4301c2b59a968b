"""What a guest sees where there is nothing to see."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Request, Route, expect

from tests.browser.bar import Bar
from tests.browser.beers import NAMES


def answering(status: int, message: str, **headers: str) -> Callable[[Route], None]:
    body = json.dumps({"message": message})
    return lambda route: route.fulfill(
        status=status, body=body, headers={"content-type": "application/json", **headers}
    )


def test_an_error_shows_the_apis_words_and_a_way_to_try_again(bar: Bar) -> None:
    message = "No model is in service yet: drop a CSV of reviews and wait for the first training to finish."
    bar.page.route("**/recommendations*", answering(503, message, **{"retry-after": "60", "x-request-id": "r-1"}))
    bar.come_as("hopheron")
    alert = bar.page.get_by_role("alert")
    expect(alert).to_contain_text(message)
    expect(alert).to_contain_text("r-1")
    bar.page.unroute("**/recommendations*")
    alert.get_by_role("button", name="Try again").click()
    expect(bar.cards).to_have_count(8)
    # The browser itself writes of every answer that is an error.
    assert all("503" in line for line in bar.said)
    bar.said.clear()


def test_a_model_that_wakes_up_is_asked_again_by_itself(bar: Bar) -> None:
    answers = [answering(503, "The retrieval model is still waking up.", **{"retry-after": "0"}), Route.continue_]
    bar.page.route("**/recommendations*", lambda route: answers.pop(0)(route))
    bar.come_as("hopheron")
    assert len(bar.names()) == 8
    bar.said.clear()


def test_without_a_connection_the_page_says_so(bar: Bar) -> None:
    bar.page.route("**/recommendations*", lambda route: route.abort())
    bar.come_as("hopheron")
    expect(bar.page.get_by_role("alert")).to_contain_text("Check your connection")
    bar.said.clear()


def test_a_view_whose_module_does_not_come_says_so_and_is_there_once_it_does(bar: Bar) -> None:
    bar.page.route("**/views/taste.mjs", lambda route: route.abort())
    bar.come("#/taste", {"username": "hopheron"})
    alert = bar.page.get_by_role("alert")
    expect(alert).to_contain_text("Check your connection")
    bar.page.unroute("**/views/taste.mjs")
    alert.get_by_role("button", name="Try again").click()
    expect(bar.page.get_by_role("heading", name="Strengths")).to_be_visible()
    bar.said.clear()


def test_a_list_that_is_there_stays_where_more_of_it_does_not_come(bar: Bar) -> None:
    bar.come("#/new")
    bar.rate(NAMES["b00"], 4.0)
    bar.page.get_by_role("link", name="See my beers").click()
    names = bar.names()
    bar.page.route("**/recommendations*", lambda route: route.abort())
    bar.page.get_by_role("button", name="Show more beers").click()
    expect(bar.page.get_by_text("The list could not be brought up to date: ")).to_be_visible()
    assert bar.names() == names
    bar.page.unroute("**/recommendations*")
    bar.page.get_by_role("button", name="Try again").click()
    expect(bar.page.get_by_role("button", name="Show more beers")).to_be_hidden()
    assert len(bar.names()) > len(names)
    bar.said.clear()


def test_a_rating_that_is_saved_is_told_where_the_list_after_it_does_not_come(bar: Bar) -> None:
    bar.come_as("kegraven")
    name = bar.names()[0]
    bar.page.route("**/recommendations*", lambda route: route.abort())
    bar.rate(name, 4.0)
    said = bar.page.get_by_role("status").filter(has_text=f"You gave {name} 4.0. The list could not be brought up to")
    expect(said).to_be_visible()
    expect(bar.cards.first).not_to_have_attribute("aria-busy", "true")
    bar.page.unroute("**/recommendations*")
    bar.page.get_by_role("button", name="Undo").click()
    expect(bar.page.get_by_text(f"Your score for {name} is taken back.")).to_be_visible()
    bar.said.clear()


def test_a_rating_that_can_t_be_taken_just_now_is_kept_and_one_that_is_refused_is_told(bar: Bar) -> None:
    bar.come_as("hopheron")
    first, second = bar.names()[:2]
    bar.page.route("**/reviews", answering(503, "Later.", **{"retry-after": "60"}))
    bar.rate(first, 4.0)
    expect(bar.page.get_by_text(f"You gave {first} 4.0. It is kept here")).to_be_visible()
    expect(bar.cards.filter(has_text=first)).to_contain_text("You gave it 4.0; still to be sent.")
    bar.page.unroute("**/reviews")
    bar.page.route("**/reviews", answering(400, "No such score."))
    bar.rate(second, 3.0)
    expect(bar.page.get_by_text(f"Your score for {second} was not saved: No such score.")).to_be_visible()
    expect(bar.page.get_by_text("still to be sent")).to_have_count(0)
    bar.said.clear()


def waits(request: Request) -> bool:
    """Whether it asks for a list for which the models are waited for."""
    return '"quick":false' in (request.post_data or "")


def answer_quickly(bar: Bar) -> list[Route]:
    """Have the page get a quick list first, with the beers of the models' own the other way round.

    Requests for the models' list are put into what is returned, and go on when the test says so.
    """
    waiting: list[Route] = []

    def answer(route: Route) -> None:
        if waits(route.request):
            waiting.append(route)
            return
        response = route.fetch()
        body = json.loads(response.text())
        body |= {"basis": "quick", "reasons": ["quick"], "beers": body["beers"][::-1]}
        route.fulfill(response=response, body=json.dumps(body))

    bar.page.route("**/recommendations*", answer)
    return waiting


def test_a_quick_list_is_told_apart_and_gives_way_to_the_models_list(bar: Bar) -> None:
    bar.come_as("hopheron")
    own = bar.names()
    waiting = answer_quickly(bar)
    with bar.page.expect_request(waits):
        bar.come_as("hopheron")
    expect(bar.page.get_by_text("A quick list from the beers you rated")).to_be_visible()
    waiting[0].continue_()
    expect(bar.page.get_by_text("The models are awake: this is your full list.")).to_be_visible()
    assert bar.names() == own
    expect(bar.page.get_by_text("A quick list")).to_have_count(0)


def test_a_list_does_not_change_while_somebody_is_about_to_rate(bar: Bar) -> None:
    waiting = answer_quickly(bar)
    with bar.page.expect_request(waits):
        bar.come_as("hopheron")
    bar.cards.first.get_by_role("radio").first.focus()
    quick = bar.names()
    with bar.page.expect_response(lambda response: waits(response.request)):
        waiting[0].continue_()
    bar.page.wait_for_timeout(1000)
    assert bar.names() == quick
    bar.page.get_by_role("heading", level=1).focus()
    expect(bar.cards.get_by_role("heading")).to_have_text(quick[::-1])
