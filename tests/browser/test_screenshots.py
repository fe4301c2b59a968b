"""The pictures in docs/screenshots, which `make screenshots` takes anew; without it they go to a temporary folder."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.bar import Bar
from tests.browser.conftest import PHONE

# Somebody who has rated a few beers at SITE, or else in the tests' world.
GUEST = os.environ.get("GUEST", "hopheron")
DESKTOP = {"width": 1280, "height": 800}
# A picture is in the repository for good each time it changes.
LARGEST = 80_000


def beers(bar: Bar) -> None:
    bar.come_as(GUEST)


def menu(bar: Bar) -> None:
    answer = bar.page.request.get(f"{bar.site}users/{GUEST}/recommendations?limit=30&quick=false").json()
    good, misspelt, fair, *_ = answer["beers"][::2]
    bar.come_as(GUEST)
    bar.give_menu(
        f"{fair['name']} 0.3 l   5.20",
        f"{misspelt['name'][:3]}{misspelt['name'][4:]} - {misspelt['brewery']}",
        good["name"],
        "House cider 0.5   4.10",
    )
    expect(bar.page.locator(".notice.shown")).to_have_count(0, timeout=10_000)


def newcomer(bar: Bar) -> None:
    bar.come("#/new")
    for taps, score in enumerate((4.5, 3.0), start=1):
        bar.rate(bar.asked_about(), score)
        expect(bar.page.get_by_role("status").filter(has_text=f"{taps} of 5 taps")).to_be_visible()
    bar.asked_about()
    expect(bar.page.locator(".bone")).to_have_count(0)


def ratings(bar: Bar) -> None:
    bar.come_as(GUEST, "#/ratings")
    expect(bar.page.get_by_text("off on average")).to_be_visible()


def model(bar: Bar) -> None:
    bar.come("#/model")
    bar.page.get_by_text("For the curious").click()
    expect(bar.page.get_by_role("figure").last).to_be_visible()


@pytest.mark.parametrize(
    ("view", "viewport", "dark"),
    [
        (beers, PHONE, False),
        (menu, PHONE, True),
        (newcomer, PHONE, False),
        (ratings, PHONE, True),
        (beers, DESKTOP, True),
        (model, DESKTOP, False),
    ],
    ids=["beers-phone", "menu-phone", "newcomer-phone", "ratings-phone", "beers-desktop", "model-desktop"],
)
def test_a_picture_is_taken(
    view: Callable[[Bar], None],
    viewport: dict[str, int],
    dark: bool,
    open_bar: Callable[..., Bar],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    bar = open_bar(viewport=viewport, dark=dark)
    view(bar)
    bar.page.evaluate("document.fonts.ready")
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{request.node.callspec.id}.png"
    # 128 colours are enough for a page of few, and a third of the bytes.
    picture = Image.open(io.BytesIO(bar.page.screenshot())).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
    assert file.stat().st_size < LARGEST
