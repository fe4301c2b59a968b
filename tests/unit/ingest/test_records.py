"""Cutting a CSV into records: their bytes, their lines, their fields."""

from __future__ import annotations

import csv
import io
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.records import LONGEST_RECORD, UNCLOSED, Records, records
from ingest.text_chunks import UnusableFile


def cut(*chunks: bytes) -> list[tuple[int, int, bytes]]:
    """(line, fields, bytes) of each record."""
    return [
        (int(found.lines[index]), int(found.fields[index]), found.record(index))
        for found in records(chunks)
        for index in range(len(found))
    ]


def test_each_line_is_a_record() -> None:
    assert cut(b"a,b\nc,d\n") == [(1, 2, b"a,b"), (2, 2, b"c,d")]


def test_the_last_line_needs_no_line_end() -> None:
    assert cut(b"a,b\nc,d") == [(1, 2, b"a,b"), (2, 2, b"c,d")]


def test_blank_lines_are_no_records_and_still_count_as_lines() -> None:
    assert cut(b"\na,b\n\n\nc,d\n\n") == [(2, 2, b"a,b"), (5, 2, b"c,d")]


def test_a_quoted_field_spans_lines_and_the_line_is_that_of_its_start() -> None:
    assert cut(b'a,b\n"x\ny,z\n",2\nc,d\n') == [(1, 2, b"a,b"), (2, 2, b'"x\ny,z\n",2'), (5, 2, b"c,d")]


def test_a_doubled_quote_stays_in_its_field() -> None:
    assert cut(b'"a ""b"",\n""",2\nc,d\n') == [(1, 2, b'"a ""b"",\n""",2'), (3, 2, b"c,d")]


def test_a_quote_within_an_unquoted_field_is_a_character() -> None:
    assert cut(b'12" mug,b\nc,"d\n,e"\nf,g\n') == [(1, 2, b'12" mug,b'), (2, 2, b'c,"d\n,e"'), (4, 2, b"f,g")]


def test_what_follows_a_closed_quote_belongs_to_the_field() -> None:
    assert cut(b'"Old" Ale,b\nc,d\n') == [(1, 2, b'"Old" Ale,b'), (2, 2, b"c,d")]


def test_a_record_may_cross_the_ends_of_pieces() -> None:
    assert cut(b'a,b\n"x', b"\ny", b'",2\nc', b",d\n") == [(1, 2, b"a,b"), (2, 2, b'"x\ny",2'), (4, 2, b"c,d")]


def test_a_quote_that_never_closes_costs_its_line_alone() -> None:
    assert cut(b'a,b\n"x,2\nc,d\ne,f\n') == [(1, 2, b"a,b"), (2, UNCLOSED, b'"x,2'), (3, 2, b"c,d"), (4, 2, b"e,f")]


def test_a_quote_that_is_open_for_too_long_costs_its_line_alone() -> None:
    lines = b"c,d\n" * (LONGEST_RECORD // 4)
    found = cut(b'a,b\n"x,2\n' + lines, b'e,"f"\n')
    assert found[:3] == [(1, 2, b"a,b"), (2, UNCLOSED, b'"x,2'), (3, 2, b"c,d")]
    assert found[-1] == (3 + LONGEST_RECORD // 4, 2, b'e,"f"')
    assert len(found) == 3 + LONGEST_RECORD // 4


def test_a_line_without_an_end_is_not_kept_in_memory_for_ever() -> None:
    with pytest.raises(UnusableFile, match="line 2 is longer than 1,048,576 bytes"):
        cut(b"a,b\n", *[b"x" * 100_000] * 11)


def test_joined_is_the_text_of_the_wanted_records() -> None:
    (found,) = records([b"a,b\n\nc,d\ne,f\n"])
    assert found.joined() == b"a,b\nc,d\ne,f\n"
    assert found.only(found.lines != 3).joined() == b"a,b\ne,f\n"


FIELD = st.text(alphabet='ab ,"\n', max_size=6)


@settings(deadline=None)
@given(rows=st.lists(st.lists(FIELD, min_size=2, max_size=4), max_size=8), cuts=st.lists(st.integers(0, 200)))
def test_whatever_a_csv_writer_writes_is_cut_as_a_csv_reader_cuts_it(rows: list[list[str]], cuts: list[int]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    text = out.getvalue().encode()
    reader = csv.reader(io.StringIO(out.getvalue(), newline=""))
    expected, line = [], 1
    for row in reader:
        expected.append((line, row))
        line = reader.line_num + 1
    places = sorted({0, *(place for place in cuts if place < len(text)), len(text)})
    found = cut(*(text[start:end] for start, end in itertools.pairwise(places)))
    assert [(line, fields) for line, fields, _ in found] == [(line, len(row)) for line, row in expected]
    assert [next(csv.reader(io.StringIO(record.decode(), newline=""))) for *_, record in found] == rows


@settings(deadline=None)
@given(text=st.text(alphabet='a,"\n', max_size=40), at=st.integers(0, 40))
def test_any_text_is_cut_the_same_wherever_its_pieces_end(text: str, at: int) -> None:
    whole = text.encode()
    assert cut(whole[:at], whole[at:]) == cut(whole)


@settings(deadline=None)
@given(text=st.text(alphabet='a,"\n', max_size=40))
def test_every_line_of_any_text_lies_in_one_record(text: str) -> None:
    lines = [number for line, _, record in cut(text.encode()) for number in range(line, line + record.count(b"\n") + 1)]
    blank = [number for number, line in enumerate(text.split("\n"), start=1) if not line]
    assert len(lines) == len(set(lines))
    assert {*lines, *blank} == {*range(1, text.count("\n") + 2)}


def test_records_know_how_many_they_are() -> None:
    found: list[Records] = list(records([b"a\nb\n"]))
    assert [len(some) for some in found] == [2]
