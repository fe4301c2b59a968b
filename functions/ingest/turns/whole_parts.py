"""The part of a drop, or its several parts, as one file on local disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from ingest.s3_bucket import Bucket

# Without the texts, which are most of a part.
_COLUMNS = ("username", "beer_id", "style", "abv", "score", "reviewed_at", "line")


@dataclass(frozen=True)
class WholePart:
    """What a drop became: the rows in `file`, and the names of its `parts` in the bucket."""

    file: Path
    parts: Sequence[str]


def fetch(bucket: Bucket, part: str, path: Path) -> WholePart | None:
    """The part, or all that are numbered so, as a file at `path`, those without their texts; None if it is gone."""
    if bucket.fetch_part(part, path):
        return WholePart(path, [part])
    parts = bucket.numbered_parts(part)
    one = path.with_suffix(".one")
    found = joined((file for name in parts if (file := bucket.fetch_part(name, one))), path)
    return WholePart(path, parts) if found else None


def joined(files: Iterable[Path], path: Path) -> bool:
    """The rows of parts in one file at `path`, without their texts; each may come in the place of the one before.

    Whether there are any.
    """
    writer: pq.ParquetWriter | None = None
    with ExitStack() as stack:
        for file in files:
            with pq.ParquetFile(file) as part:
                for group in range(part.num_row_groups):
                    table = part.read_row_group(group, columns=_COLUMNS)
                    if writer is None:
                        writer = stack.enter_context(pq.ParquetWriter(path, table.schema, compression="zstd"))
                    writer.write_table(table)
            file.unlink()
    return writer is not None
