"""What a visit may take: requests that wait for each other, and how far what is read may move by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.bar import Bar
from tests.browser.conftest import PHONE
from tests.browser.test_failures import answer_quickly

INDEX = Path(__file__).parents[3] / "functions/recommend/page/index.html"
NAMED = re.findall(r'"(page/\S+\.(?:css|mjs))"', INDEX.read_text())
WORDS = {f"page/words/{file}" for file in ("en.mjs", "en-beers.mjs", "en-model.mjs", "items/en.mjs")}
MOST_REQUESTS = 65
DESKTOP = {"width": 1280, "height": 800}
# Up to 0.1 is called good: https://web.dev/articles/cls
MOST_SHIFT = 0.02
# What moves within half a second of a tap was asked for.
SOON = 600
# Its observer is told at once what happened before, or not at all.
SHIFT = """() => new Promise((resolve) => {
  const own = (list) => list.getEntries().filter(({hadRecentInput}) => !hadRecentInput);
  const sum = (list) => own(list).reduce((total, {value}) => total + value, 0);
  new PerformanceObserver((list) => resolve(sum(list))).observe({type: "layout-shift", buffered: true});
  setTimeout(resolve, 800, 0);
})"""


def first_screen(bar: Bar) -> None:
    bar.come()
    expect(bar.trending.first.get_by_role("heading")).to_be_visible()
    bar.settled()


def personal_list(bar: Bar) -> None:
    bar.page.route("**/recommendations*", late)
    bar.come("#/beers", {"username": "hopheron"})
    expect(bar.beers.locator(".skeleton")).to_have_count(5)
    bar.settled()


def models_list_after_a_quick_one(bar: Bar) -> None:
    waiting = answer_quickly(bar)
    bar.come_as("hopheron")
    until(bar.page, lambda: len(waiting) == 1)
    waiting[0].continue_()
    expect(bar.page.get_by_text("The models are awake")).to_be_visible()


def menu(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.page.route("**/menu", late)
    bar.give_menu("Lucky Avenue Tripel", "Northern Signal IPA", "Xylophone Zebra Nonesuch")


def taste(bar: Bar) -> None:
    bar.page.route("**/taste", late)
    bar.come("#/taste", {"username": "hopheron"})
    expect(bar.page.get_by_role("heading", name="Strengths")).to_be_visible()


def model(bar: Bar) -> None:
    bar.page.route("**/release", late)
    bar.come("#/model")
    expect(bar.page.get_by_text("For the curious")).to_be_visible()


def late(route: Route) -> None:
    """Answer when whoever asked has long seen what stands there until then."""
    route.request.frame.page.wait_for_timeout(SOON)
    route.continue_()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(
    "come",
    [first_screen, personal_list, models_list_after_a_quick_one, menu, taste, model],
    ids=lambda come: come.__name__,
)
def test_nothing_that_is_read_moves_by_itself(
    come: Callable[[Bar], None], viewport: dict[str, int], open_bar: Callable[..., Bar]
) -> None:
    bar = open_bar(viewport=viewport)
    come(bar)
    assert bar.page.evaluate(SHIFT) < MOST_SHIFT


def test_a_first_list_is_four_round_trips_away(bar: Bar) -> None:
    """The page; all that it names; the words of a language; the list: what waits for what, however long it takes."""
    held: dict[str, Route] = {}
    asked: list[str] = []

    def hold(route: Route) -> None:
        path = urlsplit(route.request.url.removeprefix(bar.site)).path
        asked.append(path)
        held[path] = route

    def answered(expected: set[str]) -> set[str]:
        """All that is asked for, answered once `expected` is among it."""
        until(bar.page, lambda: expected <= held.keys())
        paths = set(held)
        for path in paths:
            held.pop(path).continue_()
        return paths

    bar.page.route(re.compile(f"{re.escape(bar.site)}.+"), hold)
    bar.page.goto(bar.site, wait_until="commit")
    named = answered({*NAMED, "sign-in"})
    assert not [path for path in named if path.startswith("page/words/")]
    answered(WORDS)
    until(bar.page, lambda: {"recommendations", "trending"} <= held.keys())
    bar.page.wait_for_timeout(SOON)
    assert not [path for path in held if path.endswith(".mjs")], "other views come after the list"
    assert len(asked) <= MOST_REQUESTS
    answered({"recommendations", "trending"})
    bar.settled()
    until(bar.page, lambda: "page/views/model.mjs" in held)
    # The icon is the tab's, too.
    assert {path for path in asked if asked.count(path) > 1} <= {"page/icon.svg"}


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for it as long as for anything else of a page."""
    for _ in range(750):
        if is_so():
            return
        page.wait_for_timeout(20)
    raise TimeoutError
