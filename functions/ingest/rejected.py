"""The rejected rows, for a person to look at: `line`, `reason`, then the row as it was given.

As many of them as fit LARGEST_FILE; a closing line says how many more there are.

Dropped again once corrected, the file is a drop like any other, since `line` and `reason` are no
columns of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.records import UNCLOSED, Records

# Bytes. Few bytes of gzip may unpack to any number of bad rows, and nobody reads so many.
LARGEST_FILE = 32 << 20

_OWN_COLUMNS = (b"line", b"reason")


class RejectedWriter:
    """Writes the CSV at `path`, in UTF-8, separated as the source is; with no rows it is a header.

    Or goes on with one that is there, from which so many rows were `left_out`. What ends it is `end`.
    """

    def __init__(self, path: Path, left_out: int | None = None) -> None:
        self.path = path
        self._file = path.open("wb" if left_out is None else "ab")
        self._delimiter = b","
        self._left = LARGEST_FILE - self._file.tell()
        self.left_out = left_out or 0
        if left_out is None:
            self._write(_OWN_COLUMNS)

    def header(self, given: bytes, delimiter: str) -> None:
        """Begin with the header of the source, whose fields `delimiter` separates; it may be there already."""
        self._delimiter = delimiter.encode()
        if self._file.mode == "wb":
            self._file.seek(0)
            self._left = LARGEST_FILE
            self._write([*_OWN_COLUMNS, given])

    def write(self, rows: Records, index: int, reason: str) -> None:
        """Append one row of `rows`; a reason has neither delimiters nor quotes."""
        row = rows.record(index)
        if self.left_out or self._left < len(row):
            self.left_out += 1
            return
        if rows.fields[index] == UNCLOSED:
            row = b'"' + row.replace(b'"', b'""') + b'"'
        self._write([b"%d" % rows.lines[index], reason.encode(), row])

    def end(self) -> None:
        """Say how many more rows there are, if any."""
        if self.left_out:
            self._write([b"", b"%d more refused rows are not listed" % self.left_out])

    def _write(self, fields: Iterable[bytes]) -> None:
        self._left -= self._file.write(self._delimiter.join(fields) + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def nothing_rejected(folder: Path) -> Path:
    """The file of a drop of which no single row was refused: a header."""
    with RejectedWriter(folder / "rejected.csv") as rejected:
        return rejected.path
