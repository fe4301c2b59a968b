"""However a file is split between turns, they read what one invocation would."""

from __future__ import annotations

import gzip
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parsing import Bookmark, ParsedFile, parse
from ingest.turns.progress import Progress
from tests.unit.ingest.parsed import DROPPED_AT
from tests.unit.ingest.turns.turns import LINES, content_of


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
    lines: list[int], end: str, packed: bool, turns: list[int]
) -> None:
    content = content_of(lines, end)
    given, name = (gzip.compress(content), "a.csv.gz") if packed else (content, "a.csv")
    at_once, rows, rejected = read_in_turns(given, name, iter([math.inf]))  # type: ignore[list-item]
    found, rows_of_turns, rejected_of_turns = read_in_turns(given, name, iter([*turns, *[1] * 1000]))
    assert rows_of_turns == rows
    assert rejected_of_turns == rejected
    for count in ("accepted", "reasons", "not_rated", "latin1", "notes", "noted"):
        assert getattr(found, count) == getattr(at_once, count), count
