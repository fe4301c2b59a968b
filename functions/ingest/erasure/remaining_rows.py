"""A drop without some of its rows."""

from __future__ import annotations

import csv
import gzip
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.columns import Columns
from ingest.drop import Drop
from ingest.parsing import source
from ingest.records import Flags, Ints, Records
from taproom.drops import normalized
from taproom.messages.erasures import Erasure


@dataclass(frozen=True)
class Remaining:
    """How many rows of a drop went, and how many stay."""

    gone: int
    left: int


def write(raw: io.RawIOBase, drop: Drop, part: Path, erasure: Erasure, path: Path) -> Remaining:
    """Write the drop that `raw` reads to `path`, without the rows that are to go.

    Of the rows in its `part`, if there is one, those go that the erasure is about. Where all of somebody is to go, so
    do the others (refused, not rated) that are theirs.

    Raises
    ------
    UnusableFile
        It can't be told apart into rows.
    """
    theirs, accepted = _told_apart(part, drop, erasure)
    gone = left = 0
    with io.BufferedReader(raw) as packed, _opened(path, drop.name) as file:
        given = source(packed, drop.name)
        file.write(given.header.record + b"\n")
        for rows in given.rows:
            going: Flags = np.isin(rows.lines, _within(theirs, rows))
            if erasure.beer_id is None:
                for index in np.flatnonzero(~np.isin(rows.lines, _within(accepted, rows))).tolist():
                    going[index] = _is_of(rows, index, given.columns, given.header.delimiter, erasure.username)
            gone += int(going.sum())
            left += int((~going).sum())
            file.write(rows.only(~going).joined())
    return Remaining(gone, left)


def _told_apart(part: Path, drop: Drop, erasure: Erasure) -> tuple[Ints, Ints]:
    """The lines of the part's rows that are to go, and of all its rows."""
    if not part.exists():
        return np.array([], np.int64), np.array([], np.int64)
    theirs, accepted = [], []
    with pq.ParquetFile(part) as file:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=["username", "beer_id", "reviewed_at", "line"])
            wanted = pc.equal(table["username"], erasure.username)
            if erasure.beer_id is not None:
                wanted = pc.and_(wanted, pc.equal(table["beer_id"], erasure.beer_id))
            if drop.is_rated:
                said = pc.fill_null(table["reviewed_at"].cast(pa.int64()), 0)
                wanted = pc.and_(wanted, pc.less_equal(said, erasure.asked_at))
            theirs.append(table.filter(wanted)["line"].to_numpy())
            accepted.append(table["line"].to_numpy())
    return np.concatenate(theirs), np.concatenate(accepted)


def _within(lines: Ints, rows: Records) -> Ints:
    """Those of sorted `lines` that are between the first and the last of the rows."""
    if not len(rows):
        return lines[:0]
    return lines[np.searchsorted(lines, rows.lines[0]) : np.searchsorted(lines, rows.lines[-1], side="right")]


def _is_of(rows: Records, index: int, columns: Columns, delimiter: str, username: str) -> bool:
    """Whether a row that is in no part is the user's: by its field, or, where that can't be told, by its words."""
    row = rows.record(index).decode(errors="replace")
    if rows.fields[index] == columns.count:
        if columns.username is not None:
            return columns.username == username
        fields = next(csv.reader(io.StringIO(row), delimiter=delimiter), [])
        if len(fields) == columns.count:
            return normalized(fields[columns.places["username"]]) == username
    words = rf"(?<!\w){re.escape(username)}(?!\w)"
    return re.search(words, unicodedata.normalize("NFC", row)) is not None


def _opened(path: Path, name: str) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "wb")) if name.lower().endswith(".gz") else path.open("wb")
