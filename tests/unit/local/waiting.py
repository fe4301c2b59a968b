"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], seconds: float = 60.0) -> T:
    """What `look` returns once that is true; the test fails with what it returned last."""
    until = time.monotonic() + seconds
    began = time.monotonic()
    while not (seen := look()):
        if time.monotonic() > until:
            raise AssertionError(f"still {seen!r} after {seconds} seconds")
        # Half of the time at most is spent on looking: what is waited for needs this process, too.
        time.sleep(max(0.02, time.monotonic() - began))
        began = time.monotonic()
    return seen
