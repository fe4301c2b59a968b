"""From a file to a part and its refused rows, both on local disk: the walk of a drop without AWS."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path

import numpy as np

from ingest.catalogue.catalogue_rows import CatalogueRowValidator
from ingest.columns import CATALOGUE_COLUMNS, REVIEW_COLUMNS, Columns, KnownColumns, columns_of, delimiter_of
from ingest.encoding import in_utf8
from ingest.part import CATALOGUE_SCHEMA, SCHEMA, PartWriter
from ingest.records import UNCLOSED, Records, records, without_stray_quotes
from ingest.rejected import RejectedWriter
from ingest.rows import RowValidator, ValidatedRows
from ingest.text_chunks import UnusableFile, chunks
from ingest.values.beers import Beers, Catalogue
from ingest.values.scores import Scale, other_scale
from taproom.drops import folder_owner, is_of_beers, text_fault, username_fault

_READ_AHEAD = 1 << 20


@dataclass(frozen=True)
class ParsedFile:
    """`part` exists iff a row was accepted; `rejected` always does, at least as a header.

    `reasons` counts the refused rows, `not_rated` those without a score, `latin1` the rows that are not UTF-8.
    `notes` are about the file; `noted` counts the accepted rows by what there is to say of them.
    """

    part: Path
    rejected: Path
    accepted: int
    reasons: Mapping[str, int]
    not_rated: int
    latin1: int
    notes: Sequence[str]
    noted: Mapping[str, int]

    @property
    def refused(self) -> int:
        return sum(self.reasons.values())


@dataclass(frozen=True)
class Source:
    """A file's header and its rows, from the second line on; blank lines are left out."""

    columns: Columns
    delimiter: str
    header: bytes
    rows: Iterator[Records]


@dataclass
class Counts:
    """What is counted while a file is read."""

    reasons: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    not_rated: int = 0
    latin1: int = 0
    scored: int = 0
    above: int = 0
    highest: float = 0.0


def parse(
    raw: io.RawIOBase,
    name: str,
    dropped_at: datetime,
    folder: Path,
    *,
    stated_scale: str | None = None,
    catalogue: Catalogue | None = None,
) -> ParsedFile:
    """Read the file `raw`, called `name`, to its end, close it, and leave its part and refused rows in `folder`.

    Whether its rows are reviews or beers, its name says (`taproom.drops.is_of_beers`).

    `stated_scale` is what the object's metadata says of the scores; `catalogue` the one in service.

    Raises
    ------
    UnusableFile
        The file is refused whole; nothing in `folder` is of use then.
    """
    counts = Counts()
    with (
        io.BufferedReader(raw, _READ_AHEAD) as packed,
        PartWriter(folder / "part.parquet", CATALOGUE_SCHEMA if is_of_beers(name) else SCHEMA) as part,
        RejectedWriter(folder / "rejected.csv") as rejected,
    ):
        given = source(packed, name, counts)
        columns = given.columns
        scale = columns.scale if stated_scale is None else Scale.stated(stated_scale)
        beers = Beers(catalogue, has_brewery_names=columns.has_brewery_names)
        validator: Callable[[Records], ValidatedRows]
        if is_of_beers(name):
            validator = CatalogueRowValidator(columns, beers)
        else:
            validator = RowValidator(columns, scale or Scale(), dropped_at, beers)
        rejected.header(given.header, given.delimiter)
        for rows in given.rows:
            _validate_into(rows, columns, validator, part, rejected, counts)
        if fault := other_scale(counts.above, counts.scored, counts.highest, scale or Scale()):
            raise UnusableFile(fault)
    return ParsedFile(
        part.path,
        rejected.path,
        part.rows,
        dict(counts.reasons.most_common()),
        counts.not_rated,
        counts.latin1,
        [*columns.notes, *_notes_of_scale(scale, "metadata" if stated_scale is not None else "header")],
        dict(counts.noted),
    )


def source(packed: io.BufferedReader[io.RawIOBase], name: str, counts: Counts | None = None) -> Source:
    """Begin to read a file called `name`; `counts` learns of its encoding.

    Raises
    ------
    UnusableFile
        It has no header, or one without the columns that it takes; later on also from `rows`.
    """
    text = chunks(packed, name)
    start = next(text, b"")
    known_columns = CATALOGUE_COLUMNS if is_of_beers(name) else REVIEW_COLUMNS
    delimiter = delimiter_of(start.decode("latin-1"), known_columns)
    found = _in_utf8(records(chain([start], text), delimiter.encode()), counts or Counts())
    first = next(found, None)
    if first is None:
        raise UnusableFile("It has nothing but empty lines.")
    columns = _columns(first, delimiter, owner_of(name), known_columns)
    rows = (
        without_stray_quotes(some, columns.count, columns.number, delimiter.encode())
        for some in _without_header(first, found)
    )
    return Source(columns, delimiter, first.record(0), rows)


def _in_utf8(found: Iterator[Records], counts: Counts) -> Iterator[Records]:
    for given in found:
        rows, latin1 = in_utf8(given)
        counts.latin1 += latin1
        yield rows


def owner_of(name: str) -> str | None:
    """Whose reviews a file is said to have by the folder that it is in.

    Raises
    ------
    UnusableFile
        Nobody can be called so.
    """
    username = folder_owner(name)
    if username is not None and (fault := username_fault(username)):
        raise UnusableFile(f"It is in the folder of a user whose name {fault}. Drop it in another one.")
    return username


def _columns(first: Records, delimiter: str, owner: str | None, known_columns: KnownColumns) -> Columns:
    if first.fields[0] == UNCLOSED:
        raise UnusableFile('A quote (") in its header is never closed. Close or remove it.')
    header = next(csv.reader([first.record(0).decode()], delimiter=delimiter))
    return columns_of(header, delimiter, owner, known_columns)


def _without_header(first: Records, rest: Iterator[Records]) -> Iterator[Records]:
    if len(first) > 1:
        yield first.only(slice(1, None))
    yield from rest


def _validate_into(
    rows: Records,
    columns: Columns,
    validator: Callable[[Records], ValidatedRows],
    part: PartWriter,
    rejected: RejectedWriter,
    counts: Counts,
) -> None:
    reasons = _misshapen(rows, columns.count)
    whole = np.ones(len(rows), np.bool_)
    whole[list(reasons)] = False
    if whole.any():
        validated = validator(rows.only(whole))
        part.write(validated.accepted)
        places = np.flatnonzero(whole)
        reasons |= {int(places[index]): reason for index, reason in validated.reasons.items()}
        counts.noted.update(validated.notes)
        counts.not_rated += validated.not_rated
        counts.scored += validated.scored
        counts.above += validated.above
        counts.highest = max(counts.highest, validated.highest)
    for index in sorted(reasons):
        rejected.write(rows, index, reasons[index])
    counts.reasons.update(reasons.values())


def _misshapen(rows: Records, count: int) -> dict[int, str]:
    """Rows that can't be split into the header's columns, or that hold what no text may, by index."""
    reasons = {int(index): "it has fewer fields than the header" for index in np.flatnonzero(rows.fields < count)}
    reasons |= {int(index): "it has more fields than the header" for index in np.flatnonzero(rows.fields > count)}
    reasons |= {int(index): "a quote is opened and never closed" for index in np.flatnonzero(rows.fields == UNCLOSED)}
    if b"\0" in rows.text:
        characters = np.frombuffer(rows.text, np.uint8)
        holders = np.searchsorted(rows.starts, np.flatnonzero(characters == 0), side="right") - 1
        # A NUL of a blank or left out record would be taken for the record's before it.
        for index in np.unique(holders).tolist():
            if fault := text_fault(rows.record(index).decode()):
                reasons[index] = f"it {fault}"
    return reasons


def _notes_of_scale(scale: Scale | None, stated_by: str) -> list[str]:
    if scale is None:
        return []
    unrated = "; 0 is no score" if scale.zero_is_unrated else ""
    return [f"Scores are out of {scale.highest}, as its {stated_by} says, and count for that share of 5{unrated}."]
