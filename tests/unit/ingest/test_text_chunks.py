"""The bytes of a file as text in chunks."""

from __future__ import annotations

import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text_chunks import chunks


def read(content: bytes, name: str, size: int) -> list[bytes]:
    return list(chunks(io.BufferedReader(io.BytesIO(content)), name, size))  # type: ignore[arg-type]


def test_a_file_comes_in_pieces_of_the_size_asked_for() -> None:
    assert read(b"abcdefgh", "a.csv", 3) == [b"abc", b"def", b"gh"]
    assert read(gzip.compress(b"abcdefgh"), "a.csv.gz", 3) == [b"abc", b"def", b"gh"]


@settings(deadline=None)
@given(text=st.text(alphabet="a\r\n", min_size=1, max_size=12), size=st.integers(1, 12))
def test_line_ends_are_one_character_wherever_pieces_end(text: str, size: int) -> None:
    expected = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    assert b"".join(read(text.encode(), "a.csv", size)) == expected


@pytest.mark.parametrize("size", [4, 100])
def test_a_byte_order_mark_is_dropped_at_the_start_and_nowhere_else(size: int) -> None:
    assert b"".join(read("\ufeffa\ufeffb".encode(), "a.csv", size)) == "a\ufeffb".encode()
