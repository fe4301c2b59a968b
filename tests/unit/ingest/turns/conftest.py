"""Large drops of some rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from ingest import text_chunks
from ingest.histories import part_histories
from ingest.turns import large_drops
from tests.unit.ingest.cloud import Cloud
from tests.unit.ingest.turns.turns import outcome


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few rows, shares of a few reviews, and every drop is a large one."""
    monkeypatch.setattr(text_chunks, "CHUNK", 40)
    monkeypatch.setattr(large_drops, "LARGE", 1)
    monkeypatch.setattr(large_drops, "ROWS_AT_ONCE", 4)
    monkeypatch.setattr(part_histories, "ROWS_AT_ONCE", 4)


@pytest.fixture
def at_once(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], dict[str, Any]]:
    """What a drop leaves that one invocation takes in, as a small one; it is gone then."""

    def take(content: bytes) -> dict[str, Any]:
        with monkeypatch.context() as patch:
            patch.setattr(large_drops, "LARGE", math.inf)
            cloud.deliver(cloud.drop("a.csv", content))
            found = outcome(cloud)
            cloud.deliver(cloud.delete("a.csv"))
            cloud.take("retrain.fifo")
        return found

    return take
