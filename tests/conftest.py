"""What has to happen before any test module is imported, and what the report says first."""

from __future__ import annotations

# TensorFlow brings a SQLite of its own, without full-text search: loaded first, it takes this one's place.
import sqlite3  # noqa: F401
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

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


def pytest_report_header() -> list[str]:
    """The tests that are left out on this machine, why, and how to have them."""
    return prerequisites.report(prerequisites.ALL)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    executable = prerequisites.CHROMIUM.required()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield chromium
        chromium.close()
