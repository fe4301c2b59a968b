"""What has to happen before any test module is imported, and what the report says first."""

from __future__ import annotations

# TensorFlow brings a SQLite of its own, without full-text search: loaded first, it takes this one's place.
import sqlite3  # noqa: F401
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadFileScheduling

from tests import prerequisites

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# Folders whose tests take longest, and of them those that share what takes long to make.
LONGEST = ("tests/browser/", "tests/unit/training/", "tests/loop/")
SHARING = ("tests/browser/", "tests/unit/training/")

# What takes long and is rarely broken alone: `make test` leaves it to `make test-slow`.
SLOW = (
    "tests/browser/test_accessibility.py",
    "tests/browser/test_languages.py",
    "tests/browser/test_screenshots.py",
    "tests/browser/visits/",
    "tests/integration/test_stack_names.py",
    "tests/loop/",
    "tests/unit/benchmarks/test_taproom_release.py",
    "tests/unit/ingest/catalogue/test_catalogue_files.py::test_a_worker_killed",
    "tests/unit/ingest/files/test_hostile_files.py::test_few_bytes",
    "tests/unit/ingest/files/test_hostile_files.py::test_memory",
    "tests/unit/ingest/test_accounting.py::test_odd_values",
    "tests/unit/ingest/test_withdrawing.py::test_a_worker_killed",
    "tests/unit/ingest/turns/test_turns.py",
    "tests/unit/layers/test_build.py",
    "tests/unit/local/sagemaker/serving/test_model_server_process.py",
    "tests/unit/local/sagemaker/test_processing_jobs.py",
    "tests/unit/local/test_command_line.py",
    "tests/unit/operate/test_launch.py",
    "tests/unit/operate/test_requests.py",
    "tests/unit/operate/test_tune.py",
    "tests/unit/promote/test_untold.py",
    "tests/unit/training/preparation/",
    "tests/unit/training/ranking/test_fit.py::test_an_interrupted",
    "tests/unit/training/release/test_fused_servable.py",
    "tests/unit/training/release/test_incumbent.py",
    "tests/unit/training/release/test_metrics_document.py",
    "tests/unit/training/retrieval/test_fit.py::test_an_interrupted",
    "tests/unit/training/retrieval/test_sampled_candidates.py",
    "tests/unit/training/test_memory.py",
    "tests/unit/training/test_run.py::test_the_smoke_tests",
    "tests/unit/training/test_run_next_to_a_release.py",
    "tests/unit/training/test_run_with_times_and_catalogue.py",
    "tests/unit/training/test_several_hosts.py",
)


class ByWhatIsShared(LoadFileScheduling):
    """All tests of a file, or of a folder that shares what takes long to make, go to one process."""

    def _split_scope(self, nodeid: str) -> str:
        shared = (folder for folder in SHARING if nodeid.startswith(folder))
        return next(shared, super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """In place of --dist=loadfile."""
    return ByWhatIsShared(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that processes end together; what is slow is marked."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
    items.sort(
        key=lambda item: next((n for n, each in enumerate(LONGEST) if item.nodeid.startswith(each)), len(LONGEST))
    )


def pytest_report_header() -> list[str]:
    """The tests that are left out on this machine, why, and how to have them."""
    return prerequisites.report(prerequisites.ALL)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window; it takes processor time even where no page is open."""
    executable = prerequisites.CHROMIUM.required()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield chromium
        chromium.close()
