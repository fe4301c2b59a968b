"""A large drop is taken in by several invocations, one after the other, as if by one."""

from __future__ import annotations

import gzip
import json
import math
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import text_chunks
from ingest.histories import part_histories
from ingest.parsing import Bookmark, ParsedFile, parse
from ingest.turns import large_drops
from ingest.turns.clock import RESERVED
from ingest.turns.progress import Progress
from taproom.messages.erasures import Erasure
from tests.unit.ingest.cloud import BUCKET, HEADER, Cloud, Killed, Killing
from tests.unit.ingest.parsed import DROPPED_AT

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
Turns = list[int]


def content_of(lines: list[int], end: str) -> bytes:
    """A file of some of LINES."""
    text = HEADER.replace("\n", end) + "".join(f"{LINES[line]}{end}" for line in lines)
    return text.encode() if len(lines) % 2 else text.encode("latin-1")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few rows, shares of a few reviews, and every drop is a large one."""
    monkeypatch.setattr(text_chunks, "CHUNK", 40)
    monkeypatch.setattr(large_drops, "LARGE", 1)
    monkeypatch.setattr(large_drops, "ROWS_AT_ONCE", 4)
    monkeypatch.setattr(part_histories, "ROWS_AT_ONCE", 4)


def read_in_turns(content: bytes, name: str, turns: Iterator[int]) -> tuple[ParsedFile, list[dict[str, Any]], bytes]:
    """What becomes of a file that is read so many chunks at a time: the outcome, the accepted rows, the refused."""
    rows: list[dict[str, Any]] = []
    bookmark: Bookmark | None = None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        source.write_bytes(content)
        while True:
            left = next(turns)

            def is_over() -> bool:
                nonlocal left
                left -= 1
                return left <= 0

            raw = source.open("rb", buffering=0)
            if bookmark and not bookmark.position.is_packed:
                raw.seek(bookmark.position.offset)
            found = parse(raw, name, DROPPED_AT, Path(folder), bookmark=bookmark, is_over=is_over)
            if found.rows:
                rows += pq.read_table(found.part).to_pylist()
                found.part.unlink()
            if found.bookmark is None:
                return found, rows, found.rejected.read_bytes()
            bookmark = kept(found.bookmark)


def kept(bookmark: Bookmark) -> Bookmark | None:
    """The bookmark as the next turn finds it."""
    counts: dict[str, Any] = dict.fromkeys(("turns", "accepted", "not_rated", "latin1"), 0)
    progress = Progress(parts=[], rejected="", reasons={}, notes=[], noted={}, bookmark=bookmark, **counts)
    return Progress.model_validate_json(progress.model_dump_json()).bookmark


@settings(deadline=None, max_examples=60)
@given(
    lines=st.lists(st.integers(0, len(LINES) - 1), min_size=1, max_size=25),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    packed=st.booleans(),
    turns=st.lists(st.integers(1, 4), max_size=30),
)
def test_however_a_file_is_split_every_row_is_accounted_for_as_if_it_were_read_at_once(
    lines: list[int], end: str, packed: bool, turns: Turns
) -> None:
    content = content_of(lines, end)
    given, name = (gzip.compress(content), "a.csv.gz") if packed else (content, "a.csv")
    at_once, rows, rejected = read_in_turns(given, name, iter([math.inf]))  # type: ignore[list-item]
    found, rows_of_turns, rejected_of_turns = read_in_turns(given, name, iter([*turns, *[1] * 1000]))
    assert rows_of_turns == rows
    assert rejected_of_turns == rejected
    for count in ("accepted", "reasons", "not_rated", "latin1", "notes", "noted"):
        assert getattr(found, count) == getattr(at_once, count), count


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


def test_a_drop_that_takes_many_turns_leaves_what_one_that_takes_one_does_but_in_several_parts(
    cloud: Cloud, at_once: Callable[[bytes], dict[str, Any]]
) -> None:
    expected = at_once(CONTENT)
    assert take_in(cloud, cloud.drop("a.csv", CONTENT)) > 8
    part = cloud.receipt("a.csv")["part"]
    assert cloud.keys("reviews/")[:2] == [f"reviews/{part}-0001.parquet", f"reviews/{part}-0002.parquet"]
    assert [request["part"] for request in cloud.retrain_requests()] == [part]
    assert outcome(cloud) == expected
    assert expected["rows"] and expected["rejected"] and expected["superseded"]


def test_a_large_drop_that_takes_one_turn_has_one_part_of_the_usual_name(
    cloud: Cloud, at_once: Callable[[bytes], dict[str, Any]]
) -> None:
    expected = at_once(CONTENT)
    assert take_in(cloud, cloud.drop("a.csv", CONTENT), math.inf) == 1
    assert cloud.keys("reviews/") == [f"reviews/{cloud.receipt('a.csv')['part']}.parquet"]
    assert outcome(cloud) == expected


def test_a_worker_killed_before_any_call_of_any_turn_is_made_up_for(
    cloud: Cloud, at_once: Callable[[bytes], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = content_of([0, 1, 2, 3, 4, 8, 9], "\n")
    expected = at_once(content)
    monkeypatch.setattr(text_chunks, "CHUNK", 130)
    call, killed = 0, True
    while killed:
        call, killed = call + 1, False
        waiting = [cloud.drop("a.csv", content)]
        with Killing(cloud, call, "before") as killing:
            while waiting:
                try:
                    cloud.deliver(waiting[0], context=Turn(1))
                    waiting.pop(0)
                except Killed:
                    killed = True
                with killing.paused():
                    waiting += cloud.take("drops")
        assert outcome(cloud) == expected, f"killed before call {call}"
        cloud.deliver(cloud.delete("a.csv"))
        cloud.take("retrain.fifo")
    assert call > 40


def test_turns_that_are_taken_twice_at_once_do_no_harm(
    cloud: Cloud, at_once: Callable[[bytes], dict[str, Any]]
) -> None:
    expected = at_once(CONTENT)
    waiting = [cloud.drop("a.csv", CONTENT)]
    number, inside = 0, False

    def again(**_: Any) -> None:
        """Let another worker take the same turn, from a different call on each time."""
        nonlocal number, inside
        number += 1
        if inside or number % 7:
            return
        inside = True
        cloud.deliver(waiting[0], context=Turn(2))
        inside = False

    emitters = [client.meta.events for client in (cloud.s3, cloud.dynamodb)]
    for _ in range(200):
        for emitter in emitters:
            emitter.register("before-call", again)
        try:
            assert cloud.deliver(waiting[0], context=Turn(1)) == []
        finally:
            for emitter in emitters:
                emitter.unregister("before-call", again)
        waiting = waiting[1:] + cloud.take("drops")
        if not waiting:
            break
    assert outcome(cloud) == expected


def test_a_large_drop_replaces_another_and_is_replaced_and_withdrawn_with_all_its_parts(
    cloud: Cloud, at_once: Callable[[bytes], dict[str, Any]]
) -> None:
    corrected = at_once(CORRECTED)
    take_in(cloud, cloud.drop("a.csv", CONTENT))
    cloud.take("retrain.fifo")
    before = outcome(cloud)
    take_in(cloud, cloud.drop("a.csv", CORRECTED))
    found = outcome(cloud)
    assert (found["added"], found["changed"], found["withdrawn"]) == changes(before, corrected)
    counts = ("added", "changed", "withdrawn")
    assert {**found, **dict.fromkeys(counts)} == {**corrected, **dict.fromkeys(counts)}
    # A small one in its place.
    cloud.deliver(cloud.drop("a.csv", HEADER.encode() + b"4,ann,Night,Mill,1\n"), context=Turn(math.inf))
    assert len(cloud.keys("reviews/")) == 1
    assert cloud.index() == {"ann"}
    take_in(cloud, cloud.drop("a.csv", CONTENT))
    take_in(cloud, cloud.delete("a.csv"))
    assert (cloud.keys(), cloud.histories(), cloud.index()) == (["receipts/a.csv.json"], {}, set())


def changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[int, int, int]:
    """How many reviews, of users and beers, are new, differ, and are gone."""
    old, new = (
        {(user, beer): score for (user, _), reviews in one["histories"].items() for beer, score in reviews.items()}
        for one in (before, after)
    )
    both = old.keys() & new.keys()
    return len(new) - len(both), sum(old[pair] != new[pair] for pair in both), len(old) - len(both)


@pytest.mark.parametrize("turns", [1, 4, 8])
def test_a_drop_that_is_deleted_between_two_turns_leaves_nothing(cloud: Cloud, turns: int) -> None:
    event = cloud.drop("a.csv", CONTENT)
    for _ in range(turns):
        cloud.deliver(event, context=Turn(1))
        (event,) = cloud.take("drops")
    assert cloud.keys("unfinished/")
    take_in(cloud, cloud.delete("a.csv"))
    take_in(cloud, event)
    assert (cloud.keys(), cloud.histories(), cloud.index()) == ([], {}, set())


def test_until_a_drop_has_been_read_to_its_end_nobody_knows_of_it(cloud: Cloud) -> None:
    content = CONTENT + b"8,ann,Dawn,Mill,6\n" * 3
    event = cloud.drop("a.csv", content)
    for _ in range(5):
        cloud.deliver(event, context=Turn(1))
        assert (cloud.keys("reviews/"), cloud.histories()) == ([], {})
    cloud.take("drops")
    # Its last rows tell that its scores are out of something else.
    take_in(cloud, event)
    assert cloud.receipt("a.csv")["status"] == "refused"
    assert "out of" in cloud.receipt("a.csv")["reason"]
    assert (cloud.keys("reviews/") + cloud.keys("unfinished/"), cloud.histories()) == ([], {})


def test_gzip_that_ends_too_early_is_refused_in_the_turn_that_finds_out(cloud: Cloud) -> None:
    take_in(cloud, cloud.drop("a.csv.gz", gzip.compress(CONTENT)[:-9]))
    assert "cut off" in cloud.receipt("a.csv.gz")["reason"]
    assert cloud.keys("unfinished/") == []


def test_who_was_forgotten_is_in_no_large_drop_from_before(cloud: Cloud) -> None:
    event = cloud.drop("a.csv", CONTENT)
    cloud.deliver(event, context=Turn(1))
    asked_at = int(cloud.s3.head_object(Bucket=BUCKET, Key="incoming/a.csv")["LastModified"].timestamp() + 1) * 1000
    cloud.take("drops")
    take_in(cloud, Erasure("ann", asked_at).message())
    take_in(cloud, event)
    assert "ann" not in cloud.index()
    assert {"bob", "eve", "gus"} <= cloud.index()
    rows = [row for key in cloud.keys("reviews/") for row in cloud.part(key[8:-8])]
    assert "ann" not in {row["username"] for row in rows}
    assert cloud.keys("unfinished/") == []
    versions = cloud.s3.list_object_versions(Bucket=BUCKET)["Versions"]
    held = [cloud.s3.get_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"]) for one in versions]
    assert not any(b"ann" in one["Body"].read() for one in held)
    assert json.loads(cloud.read(cloud.keys("erasures/")[0]))["unreadable"] == {}
