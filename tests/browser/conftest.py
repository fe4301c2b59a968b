"""The page in a real browser, before the real stack with a stand-in pair of models behind it."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from local import PROJECT
from local.assembly import Cloud
from local.demo.loop import Loop
from tests import prerequisites
from tests.browser.bar import Bar
from tests.browser.beers import BEERS, RATED
from tests.loop import pair

HERE = Path(__file__).parent
PHONE = {"width": 390, "height": 844}
# A drop of fewer reviews, as every rating on the page is one, trains nothing here.
ENOUGH = 20
PARAMETERS = {"MinimumNewReviews": str(ENOUGH)}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the stand-in in place of training/."""
    place = tmp_path_factory.mktemp("project")
    for name in ("template.yaml", "functions", "layers", "local"):
        (place / name).symlink_to(PROJECT / name)
    training = place / "training"
    (training / "packages").mkdir(parents=True)
    shutil.copy(HERE.parent / "loop/training/train.py", training / "stand_in.py")
    shutil.copy(HERE / "training/train.py", training)
    shutil.copy(HERE / "beers.py", training)
    pair.save(tmp_path_factory.mktemp("good"), training / "packages" / "good.tar.gz", fails=False)
    return place


@pytest.fixture(scope="package")
def cloud(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """With the third release in service already."""
    prerequisites.CHROMIUM.required()
    if "SITE" in os.environ:
        pytest.skip("SITE is no stack that a test may change")
    drops = tmp_path_factory.mktemp("drops")
    with Cloud(tmp_path_factory.mktemp("cloud"), project=project) as cloud:
        cloud.deploy(parameters=PARAMETERS)
        loop = Loop(cloud)
        for number in (1, 2, 3):
            loop.drop(reviews(drops / f"reviews{number}.csv", number))
            outcome = loop.outcome()
            assert outcome.kind == "promoted", outcome
        # The first answer takes seconds, for which no test waits.
        loop.recommendations("hopheron", 5)
        yield cloud


@pytest.fixture(scope="package")
def site(request: pytest.FixtureRequest) -> str:
    """Where the page is served: SITE, for the picture of a real release, or the cloud's."""
    return os.environ.get("SITE") or f"{request.getfixturevalue('cloud').outputs['ApiUrl']}/"


def reviews(file: Path, number: int) -> Path:
    """A drop of RATED, and of as many reviews by somebody else that it is worth a training."""
    with file.open("w", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(["username", "beer_id", "beer_name", "brewery_name", "style", "abv", "score"])
        beers = {beer.beer_id: beer for beer in BEERS}
        crowd = {f"guest{number}-{one}": {"b07": 3.5} for one in range(ENOUGH)}
        for username, scores in {**(RATED if number == 1 else {}), **crowd}.items():
            for beer_id, score in scores.items():
                beer = beers[beer_id]
                rows.writerow([username, beer_id, beer.name, beer.brewery, beer.style, beer.abv, score])
    return file


@pytest.fixture
def open_bar(site: str, browser: Browser) -> Iterator[Callable[..., Bar]]:
    """Open the page, with a storage of its own; at the end it must have written nothing to the console."""
    bars: list[Bar] = []

    def opened(
        *,
        viewport: dict[str, int] | None = None,
        dark: bool = False,
        locale: str = "en-US",
        keeps_page: bool = False,
    ) -> Bar:
        context = browser.new_context(
            viewport=viewport or PHONE,  # type: ignore[arg-type]  # it is a ViewportSize
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale=locale,
            # What a service worker answers no test can play with.
            service_workers="allow" if keeps_page else "block",
        )
        context.set_default_timeout(15_000)
        bar = Bar(context.new_page(), site)
        bars.append(bar)
        return bar

    yield opened
    said = [line for bar in bars for line in bar.said]
    for bar in bars:
        bar.page.context.close()
    assert said == []


@pytest.fixture
def bar(open_bar: Callable[..., Bar]) -> Bar:
    """The page on a phone."""
    return open_bar()
