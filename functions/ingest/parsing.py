"""From a file to a part and its refused rows, both on local disk: the walk of a drop without AWS."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from ingest.columns import Columns, columns_of
from ingest.encoding import in_utf8
from ingest.part import PartWriter
from ingest.records import UNCLOSED, Records, records
from ingest.rejected import RejectedWriter
from ingest.rows import validate
from ingest.text_chunks import UnusableFile, chunks

_READ_AHEAD = 1 << 20


@dataclass(frozen=True)
class ParsedFile:
    """`part` exists iff a row was accepted; `rejected` always does, at least as a header.

    `reasons` counts the refused rows, `unknown` the accepted ones whose optional value could not be
    read, `latin1` the rows that are not UTF-8.
    """

    part: Path
    rejected: Path
    accepted: int
    reasons: Mapping[str, int]
    unknown: Mapping[str, int]
    latin1: int

    @property
    def refused(self) -> int:
        return sum(self.reasons.values())


@dataclass
class _Counts:
    reasons: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    latin1: int = 0


def parse(raw: io.RawIOBase, name: str, dropped_at: datetime, folder: Path) -> ParsedFile:
    """Read the file `raw`, called `name`, to its end, close it, and leave its part and refused rows in `folder`.

    Raises
    ------
    UnusableFile
        The file is refused whole; nothing in `folder` is of use then.
    """
    counts = _Counts()
    with (
        io.BufferedReader(raw, _READ_AHEAD) as packed,
        PartWriter(folder / "part.parquet") as part,
        RejectedWriter(folder / "rejected.csv") as rejected,
    ):
        found = _in_utf8(records(chunks(packed, name)), counts)
        first = next(found, None)
        if first is None:
            raise UnusableFile("It has nothing but empty lines.")
        columns = _columns(first)
        rejected.header(first.record(0))
        for rows in _without_header(first, found):
            _validate_into(rows, columns, dropped_at, part, rejected, counts)
    return ParsedFile(
        part.path, rejected.path, part.rows, dict(counts.reasons.most_common()), dict(counts.unknown), counts.latin1
    )


def _in_utf8(found: Iterator[Records], counts: _Counts) -> Iterator[Records]:
    for given in found:
        rows, latin1 = in_utf8(given)
        counts.latin1 += latin1
        yield rows


def _columns(first: Records) -> Columns:
    if first.fields[0] == UNCLOSED:
        raise UnusableFile('A quote (") in its header is never closed. Close or remove it.')
    return columns_of(next(csv.reader([first.record(0).decode()])))


def _without_header(first: Records, rest: Iterator[Records]) -> Iterator[Records]:
    if len(first) > 1:
        yield first.only(slice(1, None))
    yield from rest


def _validate_into(
    rows: Records, columns: Columns, dropped_at: datetime, part: PartWriter, rejected: RejectedWriter, counts: _Counts
) -> None:
    reasons = _misshapen(rows, columns.count)
    whole = np.ones(len(rows), np.bool_)
    whole[list(reasons)] = False
    if whole.any():
        validated = validate(rows.only(whole), columns, dropped_at)
        part.write(validated.accepted)
        places = np.flatnonzero(whole)
        reasons |= {int(places[index]): reason for index, reason in validated.reasons.items()}
        counts.unknown.update(validated.unknown)
    for index in sorted(reasons):
        rejected.write(rows, index, reasons[index])
    counts.reasons.update(reasons.values())


def _misshapen(rows: Records, count: int) -> dict[int, str]:
    """Rows that can't be split into the header's columns, by index."""
    reasons = {int(index): "it has fewer fields than the header" for index in np.flatnonzero(rows.fields < count)}
    reasons |= {int(index): "it has more fields than the header" for index in np.flatnonzero(rows.fields > count)}
    reasons |= {int(index): "a quote is opened and never closed" for index in np.flatnonzero(rows.fields == UNCLOSED)}
    if b"\0" in rows.text:
        characters = np.frombuffer(rows.text, np.uint8)
        holders = np.searchsorted(rows.starts, np.flatnonzero(characters == 0), side="right") - 1
        # A NUL of a blank or left out record would be taken for the record's before it.
        reasons |= {int(i): "it holds a NUL byte" for i in np.unique(holders) if b"\0" in rows.record(int(i))}
    return reasons
