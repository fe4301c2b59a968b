"""What ingest makes of the bytes of a file, without AWS."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ingest.parsing import ParsedFile, parse
from ingest.values.beers import Catalogue

DROPPED_AT = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
HEADER = "score,username,beer_name,brewery_name\n"


@dataclass(frozen=True)
class Parsed:
    """`part` has a dict a row, `rejected` a list a row (line, reason, then the row as given)."""

    file: ParsedFile
    part: list[dict[str, Any]]
    rejected: list[list[str]]
    rejected_bytes: int

    @property
    def notes(self) -> dict[str, int]:
        """How many accepted rows there is something to say of."""
        return {note: count for note, count in self.file.noted.items() if count}

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(int(row[0]), row[1]) for row in self.rejected]


def parsed(
    content: bytes | str, name: str = "a.csv", *, scale: str | None = None, catalogue: Catalogue | None = None
) -> Parsed:
    """Take in a file that was dropped at DROPPED_AT; `scale` is what its metadata says of the scores."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        raw = source.open("rb", buffering=0)
        found = parse(raw, name, DROPPED_AT, Path(folder), stated_scale=scale, catalogue=catalogue)
        part = pq.read_table(found.part).to_pylist() if found.accepted else []
        with found.rejected.open(newline="", encoding="utf-8") as rejected:
            delimiter = "," if (header := rejected.readline()).startswith("line,") else header[len("line")]
            return Parsed(found, part, list(csv.reader(rejected, delimiter=delimiter)), found.rejected.stat().st_size)
