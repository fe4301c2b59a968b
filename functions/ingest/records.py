"""Where each record of a CSV begins and ends, on which line, and how many fields it has.

pandas parses the values. This scan comes before it because no CSV reader tells the line on which a
row began, and because a row with a field too many, or a quote that nobody closes, must cost that row
and not the file. Quoting is read as pandas reads it: a quote opens a field only at the field's start.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.text_chunks import Position, UnusableFile

# Bytes. A quoted field that is still open after so much text is taken for a stray quote.
LONGEST_RECORD = 1 << 20
# The number of fields of a record whose quote is never closed.
UNCLOSED = -1

_NEWLINE, _QUOTE = b'\n"'
_NUMBER = re.compile(r"\s*[0-9]{1,3}(?:[.,/ %]|$)")
_QUOTED = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"')

_ARRAYS = ("starts", "ends", "lines", "fields")
# A line that is longer is no row between two stray quotes.
_LONGEST_ROW = 1 << 16

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Records:
    """Records of `text`, in order, blank lines left out; all arrays have one entry a record.

    `starts` and `ends` are offsets into `text` (the end excludes the line end), `lines` the line of
    the source on which the record starts, `fields` how many it has, or UNCLOSED.
    """

    text: bytes
    starts: Ints
    ends: Ints
    lines: Ints
    fields: Ints

    def __len__(self) -> int:
        return len(self.starts)

    def record(self, index: int) -> bytes:
        """The bytes of one record, without its line end."""
        return self.text[self.starts[index] : self.ends[index]]

    def only(self, wanted: Flags | slice) -> Records:
        """The wanted records, over the same text."""
        return Records(self.text, self.starts[wanted], self.ends[wanted], self.lines[wanted], self.fields[wanted])

    def joined(self) -> bytes:
        """The text of these records alone, each with its line end."""
        if (self.ends - self.starts + 1).sum() == len(self.text):
            return self.text
        change = np.zeros(len(self.text) + 1, np.int8)
        change[self.starts] += 1
        change[self.ends + 1] -= 1
        wanted = np.cumsum(change[:-1], dtype=np.int8).view(np.bool_)
        return np.frombuffer(self.text, np.uint8)[wanted].tobytes()


def records(chunks: Iterable[bytes], delimiter: bytes = b",", position: Position | None = None) -> Iterator[Records]:
    """Cut text into records, their fields separated by the one byte `delimiter`.

    A record that crosses a chunk's end goes with the next chunk: in `position`, where it may be paused.

    Raises
    ------
    UnusableFile
        A line is longer than LONGEST_RECORD.
    """
    at = Position() if position is None else position
    for chunk in chunks:
        at.rest, at.line = yield from _cut(at.rest + chunk, at.line, LONGEST_RECORD, delimiter)
    if at.rest and not at.is_paused:
        yield from _cut(at.rest if at.rest.endswith(b"\n") else at.rest + b"\n", at.line, 0, delimiter)


def without_stray_quotes(found: Records, columns: int, number: int | None, delimiter: bytes) -> Records:
    """The records, those apart again that two stray quotes, lines apart, made one of.

    That is told by lines within it that would be rows themselves: `columns` fields, with a number in the one at the
    place `number`; without such a place by nothing. The first line is UNCLOSED then, and the others are read as if it
    were not there.
    """
    if b'"' not in found.text or number is None:
        return found
    newlines = np.flatnonzero(np.frombuffer(found.text, np.uint8) == _NEWLINE)
    several = newlines[np.searchsorted(newlines, found.starts)] < found.ends
    swallowing = [
        int(index)
        for index in np.flatnonzero(several)
        if _has_swallowed(found.record(int(index)), columns, number, delimiter)
    ]
    if not swallowing:
        return found
    others = np.ones(len(found), np.bool_)
    others[swallowing] = False
    apart = [found.only(others)]
    for index in swallowing:
        start, end, line = int(found.starts[index]), int(found.ends[index]), int(found.lines[index])
        line_ends = newlines[np.searchsorted(newlines, start) :]
        apart.append(Records(found.text, _one(start), _one(int(line_ends[0])), _one(line), _one(UNCLOSED)))
        for some in _cut(found.text[line_ends[0] + 1 : end + 1], line + 1, 0, delimiter):
            starts = line_ends[some.lines - line - 1] + 1
            apart.append(Records(found.text, starts, starts + some.ends - some.starts, some.lines, some.fields))
    order = np.argsort(np.concatenate([some.starts for some in apart]))
    return Records(
        found.text,
        *(np.concatenate([getattr(some, name) for some in apart])[order] for name in _ARRAYS),
    )


def _has_swallowed(record: bytes, columns: int, number: int, delimiter: bytes) -> bool:
    first, *middle, last = record.split(b"\n")

    def is_row(line: bytes) -> bool:
        if line.count(delimiter) < columns - 1 or len(line) > _LONGEST_ROW:
            return False
        fields = next(csv.reader([line.decode("latin-1")], delimiter=delimiter.decode()))
        return len(fields) == columns and _NUMBER.match(fields[number]) is not None

    # Of the first line and of the last the quote is taken away that may have been a stray one.
    before, _, after = first.rpartition(b'"')
    return any(map(is_row, middle)) or (is_row(before + after) and is_row(last.replace(b'"', b"", 1)))


def _cut(text: bytes, line: int, longest: int, delimiter: bytes) -> Generator[Records, None, tuple[bytes, int]]:
    """Yield the records of `text`; return what may still become one, if it is not over `longest`."""
    while True:
        found, end = _scan(text, line, delimiter)
        if len(found):
            yield found
        line += text.count(b"\n", 0, end)
        text = text[end:]
        if len(text) <= longest:
            return text, line
        stop = text.find(b"\n")
        if stop < 0:
            raise UnusableFile(
                f"Its line {line:,} is longer than {LONGEST_RECORD:,} bytes, so it is no CSV of reviews."
            )
        yield Records(text[: stop + 1], _one(0), _one(stop), _one(line), _one(UNCLOSED))
        text, line = text[stop + 1 :], line + 1


def _scan(text: bytes, line: int, delimiter: bytes) -> tuple[Records, int]:
    """The complete records of `text`, whose first line is `line`, and where the rest begins."""
    characters = np.frombuffer(text, np.uint8)
    separators = np.flatnonzero((characters == delimiter[0]) | (characters == _NEWLINE))
    if b'"' in text:
        separators = _outside(separators, *_quoted(text, characters, delimiter))
    at = np.flatnonzero(characters[separators] == _NEWLINE)
    ends = separators[at]
    if not len(ends):
        return Records(text, ends, ends, ends, ends), 0
    starts = np.concatenate(([0], ends[:-1] + 1))
    end = int(ends[-1]) + 1
    if text.count(b"\n", 0, end) == len(ends):
        lines = np.arange(line, line + len(ends))
    else:
        lines = line + np.searchsorted(np.flatnonzero(characters == _NEWLINE), starts)
    found = Records(text[:end], starts, ends, lines, np.diff(at, prepend=-1))
    return found.only(starts < ends) if bool((starts == ends).any()) else found, end


def _quoted(text: bytes, characters: NDArray[np.uint8], delimiter: bytes) -> tuple[Ints, Ints]:
    """Where quoted fields open and close; one that never closes does so at the end of the text."""
    quotes = np.flatnonzero(characters == _QUOTE)
    opens, closes = quotes[::2], quotes[1::2]
    if len(closes) < len(opens):
        closes = np.append(closes, len(text))
    before = characters[opens - 1]
    # `""` within a quoted field closes it and opens it again, which comes to the same.
    legal = (opens == 0) | (before == delimiter[0]) | (before == _NEWLINE)
    legal[1:] |= opens[1:] == closes[:-1] + 1
    return (opens, closes) if bool(legal.all()) else _quoted_one_by_one(text, delimiter)


def _quoted_one_by_one(text: bytes, delimiter: bytes) -> tuple[Ints, Ints]:
    """As `_quoted`, where some quotes are literal: `12" mug` opens nothing."""
    opens, closes = [], []
    before = delimiter + b"\n"
    at = text.find(b'"')
    while at >= 0:
        end = at + 1
        if at == 0 or text[at - 1] in before:
            field = _QUOTED.match(text, at)
            end = field.end() if field else len(text)
            opens.append(at)
            closes.append(end - 1 if field else end)
        at = text.find(b'"', end)
    return np.array(opens, np.int64), np.array(closes, np.int64)


def _outside(separators: Ints, opens: Ints, closes: Ints) -> Ints:
    """The separators that no quoted field contains."""
    first, stop = np.searchsorted(separators, opens), np.searchsorted(separators, closes)
    holds = first < stop
    change = np.zeros(len(separators) + 1, np.int8)
    change[first[holds]] += 1
    change[stop[holds]] -= 1
    return separators[np.cumsum(change[:-1], dtype=np.int8) == 0]


def _one(value: int) -> Ints:
    return np.array([value], np.int64)
