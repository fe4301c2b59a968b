"""The rejected rows, for a person to look at: `line`, `reason`, then the row as it was given.

Dropped again once corrected, the file is a drop like any other, since `line` and `reason` are no
columns of ours.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.records import UNCLOSED, Records

_OWN_COLUMNS = b"line,reason"


class RejectedWriter:
    """Writes the CSV at `path`, in UTF-8; with no rows it is a header."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self._has_header = False

    def header(self, given: bytes) -> None:
        """Begin with the header of the source."""
        self._file.write(_OWN_COLUMNS + b"," + given + b"\n")
        self._has_header = True

    def write(self, rows: Records, index: int, reason: str) -> None:
        """Append one row of `rows`; a reason has neither commas nor quotes."""
        row = rows.record(index)
        if rows.fields[index] == UNCLOSED:
            row = b'"' + row.replace(b'"', b'""') + b'"'
        self._file.write(b"%d,%s,%s\n" % (rows.lines[index], reason.encode(), row))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._has_header:
            self._file.write(_OWN_COLUMNS + b"\n")
        self._file.close()


def nothing_rejected(folder: Path) -> Path:
    """The file of a drop of which no single row was refused: a header."""
    with RejectedWriter(folder / "rejected.csv") as rejected:
        return rejected.path
