"""The samples under events/: each is used, so that none can rot."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("event", sorted(path.stem for path in (PROJECT / "events").glob("*.json")))
def test_each_sample_event_is_read_by_a_test(event: str) -> None:
    tests = [path for path in (PROJECT / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert any(event in path.read_text() for path in tests), f"no test reads events/{event}.json"
