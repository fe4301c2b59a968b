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

DROPPED_AT = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
HEADER = "score,username,beer_name,brewery_name\n"


@dataclass(frozen=True)
class Parsed:
    """`part` has a dict a row, `rejected` a list a row (line, reason, then the row as given)."""

    file: ParsedFile
    part: list[dict[str, Any]]
    rejected: list[list[str]]

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(int(row[0]), row[1]) for row in self.rejected]


def parsed(content: bytes | str, name: str = "a.csv") -> Parsed:
    """Take in a file that was dropped at DROPPED_AT."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        found = parse(source.open("rb", buffering=0), name, DROPPED_AT, Path(folder))
        part = pq.read_table(found.part).to_pylist() if found.accepted else []
        with found.rejected.open(newline="", encoding="utf-8") as rejected:
            return Parsed(found, part, list(csv.reader(rejected))[1:])
