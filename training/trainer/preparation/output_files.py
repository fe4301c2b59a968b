"""What Spark writes, as files that are named and numbered in the order of their rows."""

from __future__ import annotations

import shutil
from pathlib import Path

from pyspark.sql import DataFrame

_FILE_ROWS = 1 << 22


def files_of(rows: int) -> int:
    """In how many files so many rows go."""
    return -(-rows // _FILE_ROWS)


def write(rows: DataFrame, folder: Path, name: str) -> dict[str, int]:
    """Write `rows`, whose partitions are in order, to `folder`/`name`-00000.parquet and so on; each file's bytes."""
    written = folder / f"_{name}"
    rows.write.parquet(written.resolve().as_uri())
    sizes = {}
    for number, file in enumerate(sorted(written.glob("part-*.parquet"))):
        moved = file.rename(folder / f"{name}-{number:05}.parquet")
        sizes[moved.name] = moved.stat().st_size
    shutil.rmtree(written)
    return sizes
