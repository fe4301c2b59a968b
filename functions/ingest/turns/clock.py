"""How much time an invocation has left."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

# Seconds of an invocation that are kept free: a step that has begun by then is to be ended, and its outcome to be
# uploaded.
RESERVED = 300.0


def endless() -> float:
    """As where nobody ends an invocation."""
    return math.inf


@dataclass(frozen=True)
class Clock:
    """`seconds_left` says how many seconds the invocation has."""

    seconds_left: Callable[[], float] = endless

    def is_over(self) -> bool:
        """Whether nothing should be begun any more."""
        return self.seconds_left() < RESERVED
