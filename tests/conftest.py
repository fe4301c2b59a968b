"""What has to happen before any test module is imported, and what the report says first."""

from __future__ import annotations

# TensorFlow brings a SQLite of its own, without full-text search: loaded first, it takes this one's place.
import sqlite3  # noqa: F401

from tests import prerequisites


def pytest_report_header() -> list[str]:
    """The tests that are left out on this machine, why, and how to have them."""
    return prerequisites.report(prerequisites.ALL)
