"""A drop for tests of turns, and what it leaves."""

from __future__ import annotations

from typing import Any

from ingest.turns.clock import RESERVED
from tests.unit.ingest.cloud import HEADER, Cloud

# A row that another one beats, quotes over several lines, a stray one, bad rows, no score, ids of another beer, a row
# that is not UTF-8, line ends of all kinds.
LINES = [
    "4,ann,Night,Mill,1",
    '3,bob,"Day\nlight",Mill,2',
    "bad,bob,Night,Mill,1",
    "5,ann,Night,Mill,1\r",
    ",eve,Night,Mill,1",
    '2,"eve,Dusk,Mill,3',
    "1,eve,Something else,Elsewhere,1",
    "3,eve,Dusk,Mill,",
    "4.5,gus,Dusk,Mill,3",
    "2,zoë,Dawn,Mill,4",
    "",
    '1,bob,"Da""wn",Mill,5',
]


def content_of(lines: list[int], end: str) -> bytes:
    """A file of some of LINES."""
    text = HEADER.replace("\n", end) + "".join(f"{LINES[line]}{end}" for line in lines)
    return text.encode() if len(lines) % 2 else text.encode("latin-1")


class Turn:
    """Lambda's context of an invocation whose time is over after being asked so many times."""

    def __init__(self, asked: float) -> None:
        self._left = asked

    def get_remaining_time_in_millis(self) -> float:
        self._left -= 1
        return (RESERVED + self._left) * 1000


CONTENT = content_of([*range(len(LINES)), *range(len(LINES)), 0], "\n")
CORRECTED = content_of([0, 1, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8], "\n")


def take_in(cloud: Cloud, event: str, asked: float = 1.0) -> int:
    """Deliver the event, and each that asks for another turn; how many there were."""
    turns, waiting = 0, [event]
    while waiting:
        assert cloud.deliver(waiting.pop(0), context=Turn(asked)) == []
        turns += 1
        waiting += cloud.take("drops")
    return turns


def outcome(cloud: Cloud, name: str = "a.csv") -> dict[str, Any]:
    """All that a drop has left, whatever its parts are called."""
    receipt = cloud.receipt(name)
    part = receipt["part"]
    counts = {key: value for key, value in receipt.items() if key not in ("part", "live", "dropped_at")}
    keys = cloud.keys("reviews/")
    assert all(key.startswith(f"reviews/{part}") for key in keys)
    return counts | {
        "live": receipt["live"] and receipt["live"]["reviews"],
        "rows": [row | {"dropped_at": None} for key in keys for row in cloud.part(key[8:-8])],
        "histories": {(user, sort_key.replace(part, "")): all for (user, sort_key), all in cloud.histories().items()},
        "index": cloud.index(),
        "rejected": [cloud.read(key) for key in cloud.keys("rejected/")],
        "left": cloud.keys("unfinished/"),
        "asked": cloud.take("retrain.fifo") != [],
    }
