"""From a file to a part and its refused rows, both on local disk: the walk of a drop without AWS.

It may stop between two chunks, and go on later where it has stopped: the same rows are accepted, as the same beers, and
refused with the same lines and reasons as if it had not.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

import numpy as np

from ingest import text_chunks
from ingest.catalogue.catalogue_rows import CatalogueRowValidator
from ingest.columns import CATALOGUE_COLUMNS, REVIEW_COLUMNS, Columns, columns_of, delimiter_of
from ingest.encoding import in_utf8
from ingest.part import CATALOGUE_SCHEMA, SCHEMA, PartWriter
from ingest.records import UNCLOSED, Records, records, without_stray_quotes
from ingest.rejected import RejectedWriter
from ingest.rows import Conventions, RowValidator, ValidatedRows
from ingest.text_chunks import Position, UnusableFile, never
from ingest.values.beers import Beers, Catalogue, RememberedBeers
from ingest.values.scores import Scale, other_scale
from taproom.drops import FROM_API, folder_owner, is_of_beers, text_fault, username_fault

_READ_AHEAD = 1 << 20


@dataclass
class Counts:
    """What is counted while a file is read."""

    reasons: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    not_rated: int = 0
    latin1: int = 0
    scored: int = 0
    above: int = 0
    highest: float = 0.0


@dataclass(frozen=True)
class Header:
    """The header of a file, in UTF-8, and what separates its fields."""

    record: bytes
    delimiter: str


@dataclass(frozen=True)
class Bookmark:
    """Where the reading of a file of reviews stopped, and what it goes on with.

    So many refused rows are `left_out` of the file of them.
    """

    position: Position
    header: Header
    counts: Counts
    conventions: Conventions | None
    beers: RememberedBeers
    left_out: int


@dataclass(frozen=True)
class ParsedFile:
    """`part` exists iff a row was accepted; `rejected` always does, at least as a header.

    `reasons` counts the refused rows, `not_rated` those without a score, `latin1` the rows that are not UTF-8.
    `notes` are about the file; `noted` counts the accepted rows by what there is to say of them. All counts are of
    what was read since the file's beginning; of what was read now alone are the part and its `rows`. With a `bookmark`
    there may be more to read.
    """

    part: Path
    rejected: Path
    accepted: int
    reasons: Mapping[str, int]
    not_rated: int
    latin1: int
    notes: Sequence[str]
    noted: Mapping[str, int]
    rows: int
    bookmark: Bookmark | None = None

    @property
    def refused(self) -> int:
        return sum(self.reasons.values())


@dataclass(frozen=True)
class Source:
    """A file's header and its rows, from the second line on; blank lines are left out."""

    columns: Columns
    header: Header
    rows: Iterator[Records]


def parse(
    raw: io.RawIOBase,
    name: str,
    dropped_at: datetime,
    folder: Path,
    *,
    stated_scale: str | None = None,
    catalogue: Catalogue | None = None,
    bookmark: Bookmark | None = None,
    is_over: Callable[[], bool] = never,
) -> ParsedFile:
    """Read the file `raw`, called `name`, to its end, close it, and leave its part and refused rows in `folder`.

    Whether its rows are reviews or beers, its name says (`taproom.drops.is_of_beers`).

    `stated_scale` is what the object's metadata says of the scores; `catalogue` the one in service. Of a file of
    reviews it stops before a chunk where it `is_over`, having read one. With its `bookmark` it goes on: `raw` reads
    from there (gzip from the start), and `folder` has the refused rows so far.

    Raises
    ------
    UnusableFile
        The file is refused whole; nothing in `folder` is of use then.
    """
    counts = deepcopy(bookmark.counts) if bookmark else Counts()
    position = replace(bookmark.position) if bookmark else Position()
    with (
        io.BufferedReader(raw, _READ_AHEAD) as packed,
        PartWriter(folder / "part.parquet", CATALOGUE_SCHEMA if is_of_beers(name) else SCHEMA) as part,
        RejectedWriter(folder / "rejected.csv", bookmark.left_out if bookmark else None) as rejected,
    ):
        given = source(packed, name, counts, position, bookmark.header if bookmark else None, is_over)
        columns = given.columns
        scale = columns.scale if stated_scale is None else Scale.stated(stated_scale)
        beers = Beers(
            catalogue,
            has_brewery_names=columns.has_brewery_names,
            remembered=bookmark.beers if bookmark else None,
        )
        validator: CatalogueRowValidator | RowValidator
        if is_of_beers(name):
            validator = CatalogueRowValidator(columns, beers)
        else:
            conventions = bookmark.conventions if bookmark else None
            is_rated = name.startswith(FROM_API)
            validator = RowValidator(columns, scale or Scale(), dropped_at, beers, conventions, is_rated=is_rated)
        rejected.header(given.header.record, given.header.delimiter)
        for rows in given.rows:
            _validate_into(rows, columns, validator, part, rejected, counts)
        mark: Bookmark | None = None
        if position.is_paused and isinstance(validator, RowValidator):
            mark = Bookmark(
                position, given.header, counts, validator.conventions, beers.remembered(), rejected.left_out
            )
        else:
            rejected.end()
            if fault := other_scale(counts.above, counts.scored, counts.highest, scale or Scale()):
                raise UnusableFile(fault)
    return ParsedFile(
        part.path,
        rejected.path,
        counts.accepted,
        dict(counts.reasons.most_common()),
        counts.not_rated,
        counts.latin1,
        [*columns.notes, *_notes_of_scale(scale, "metadata" if stated_scale is not None else "header")],
        dict(counts.noted),
        part.rows,
        mark,
    )


def source(
    packed: io.BufferedReader[io.RawIOBase],
    name: str,
    counts: Counts | None = None,
    position: Position | None = None,
    header: Header | None = None,
    is_over: Callable[[], bool] = never,
) -> Source:
    """Begin to read a file called `name`; `counts` learns of its encoding.

    Or go on from `position`, with the `header` that was found before; it may be paused where it `is_over`.

    Raises
    ------
    UnusableFile
        It has no header, or one without the columns that it takes; later on also from `rows`.
    """
    counts, position = counts or Counts(), position or Position()
    known_columns = CATALOGUE_COLUMNS if is_of_beers(name) else REVIEW_COLUMNS
    # A pause before the header is found would be of no use.
    text = text_chunks.chunks(packed, name, text_chunks.CHUNK, position, lambda: header is not None and is_over())
    if header is None:
        start = next(text, b"")
        delimiter = delimiter_of(start.decode("latin-1"), known_columns)
        found = _in_utf8(records(chain([start], text), delimiter.encode(), position), counts)
        first = next(found, None)
        if first is None:
            raise UnusableFile("It has nothing but empty lines.")
        if first.fields[0] == UNCLOSED:
            raise UnusableFile('A quote (") in its header is never closed. Close or remove it.')
        header = Header(first.record(0), delimiter)
        found = _without_header(first, found)
    else:
        delimiter = header.delimiter
        found = _in_utf8(records(text, delimiter.encode(), position), counts)
    names = next(csv.reader([header.record.decode()], delimiter=delimiter))
    columns = columns_of(names, delimiter, owner_of(name), known_columns)
    rows = (without_stray_quotes(some, columns.count, columns.number, delimiter.encode()) for some in found)
    return Source(columns, header, rows)


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
        counts.accepted += validated.accepted.num_rows
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
