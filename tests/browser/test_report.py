"""The training report is read on a phone, in the dark, and by screen readers."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from taproom.metrics import (
    HELD_OUT,
    TRAIN_RMSE,
    VALIDATION_RECALL_AT_10,
    VALIDATION_RECALL_AT_100,
    VALIDATION_RMSE,
)

STYLES = ["American Double / Imperial IPA", "Pils", "Stout"]


def metrics() -> dict[str, Any]:
    """Of a candidate that is better in one way and worse in another."""
    tasks: dict[str, Any] = {}
    for metric in HELD_OUT:
        for name in ("candidate", "serving", "popularity", "bias", "mean"):
            tasks.setdefault(metric.task, {}).setdefault(name, {})[metric.name] = 0.4
    gain = {"gain": 0.03, "lower": 0.01, "upper": 0.05}
    groups = [
        {
            "name": f"style {style}",
            "reviews": 9,
            "recall_at_10": 0.1,
            "recall_at_100": 0.4,
            "ndcg_at_10": 0.2,
            "rmse": 0.6,
        }
        for style in STYLES
    ]
    deciles = [{"decile": 1 + at, "share_of_lists": 0.1, "share_of_held_out": 0.1, "coverage": 0.5} for at in range(10)]
    calibrated = [{"reviews": 9, "predicted": 3 + at / 10, "given": 3.1 + at / 12} for at in range(10)]
    slices = {"groups": groups, "popularity": deciles, "calibration": calibrated}
    return tasks | {
        "release": "taproom-0a1b2c3d-0123456789ab",
        "serving": "taproom-0a1b2c3d-ba9876543210",
        "serving_failure": None,
        "best": None,
        "reviews": {"total": 100, "fitted": 80, "validation": 5, "held_out": 10, "users": 9, "beers": 50},
        "bursts": {"reviews": 0},
        "gains": {
            "serving": {
                "retrieval_recall_at_10": gain,
                "ranking_rmse": {"gain": -0.01, "lower": -0.02, "upper": -0.001},
            },
            "best": None,
        },
        "replay": {"requests": 12, "overlap": 0.7, "newly_empty": 0},
        "off_policy": None,
        "future": None,
        "slices": {"candidate": slices, "serving": slices},
        "seconds": {"prepare": 1.0},
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of everything that one may show."""
    pytest.importorskip("tensorflow")
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    from trainer.fitting.learning_curve import LearningCurve
    from trainer.hyperparameters import Hyperparameters
    from trainer.release.examples import Example, ListedBeer
    from trainer.release.replay import Difference
    from trainer.release.report.page import page as report
    from trainer.retrieval.linear import LinearSettings, TriedSettings

    recalls = {VALIDATION_RECALL_AT_100: np.array([0.2, 0.3]), VALIDATION_RECALL_AT_10: np.array([0.02, 0.03])}
    errors = {TRAIN_RMSE: np.array([0.7, 0.6]), VALIDATION_RMSE: np.array([0.65, 0.64])}
    settings = LinearSettings(4, 0.4, 200)
    fitted: Any = SimpleNamespace(
        ranking_weight=3.0,
        retrieval=SimpleNamespace(
            curve=LearningCurve(recalls, best=1),
            tried=TriedSettings({settings: 0.12}, best=settings),
            weights={"network": 1.0},
            recency=SimpleNamespace(half_life=30.0, weight=0.1),
        ),
        ranking=SimpleNamespace(
            curve=LearningCurve(errors, best=1),
            cross_kernel=np.eye(12, dtype=np.float32),
            input_groups=tuple(f"group of features {at}" for at in range(12)),
        ),
    )
    listed = [ListedBeer("Lucky Avenue Tripel (Idle Heron Brewery)", STYLES[0], 4.2)] * 10
    path = tmp_path_factory.mktemp("report") / "report.html"
    examples = [Example(style, ["Northern Signal IPA (Idle Heron Brewery)"] * 3, listed) for style in STYLES]
    differences = [Difference(12, ["A (B)", "C (D)"], ["C (D)", "E (F)"])]
    config = Hyperparameters(run="taproom-0a1b2c3d-0123456789ab")
    path.write_text(report(metrics(), fitted, config, examples, differences), encoding="utf-8")
    return path


def opened(browser: Browser, written: Path, scheme: Any) -> Page:
    context = browser.new_context(viewport={"width": 360, "height": 640}, color_scheme=scheme)
    page = context.new_page()
    page.goto(written.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_report_with_all_of_it_unfolded(
    browser: Browser, written: Path, scheme: str
) -> None:
    page = opened(browser, written, scheme)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = Axe().run(page).response["violations"]
    page.context.close()
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_on_a_phone_nothing_is_wider_than_the_screen_and_figures_can_be_read(browser: Browser, written: Path) -> None:
    page = opened(browser, written, "light")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    # Of a drawing's text, in pixels of the screen.
    heights = page.evaluate(
        "[...document.querySelectorAll('svg text')].map((one) => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 10
    page.context.close()


def test_the_finding_comes_first_and_hyper_parameters_are_folded(browser: Browser, written: Path) -> None:
    page = opened(browser, written, "light")
    title = page.get_by_role("heading", level=1)
    assert title.inner_text() == "Better than the release in service in one way, worse in another"
    assert title.evaluate("(one) => one.getBoundingClientRect().bottom") < 640
    assert not page.get_by_text("retrieval_dropout").is_visible()
    page.get_by_text("Hyper-parameters", exact=True).click()
    assert page.get_by_text("retrieval_dropout").is_visible()
    page.context.close()
