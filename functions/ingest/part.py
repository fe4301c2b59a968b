"""The part: the accepted rows of one drop as one Parquet file, one row group a chunk of the source."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from taproom import contract

_TEXT = pa.dictionary(pa.int32(), pa.string())
_TIME = pa.timestamp("ms", tz="UTC")
_TYPES = {"abv": pa.float32(), "score": pa.float32(), "text": pa.string(), "line": pa.int64()}
_TYPES |= {"reviewed_at": _TIME, "dropped_at": _TIME}
_TYPES |= {"retired": pa.bool_(), "price": pa.float64(), "places": pa.list_(pa.string())}

# As rows come in: text by its distinct values, which the writer takes over as Parquet's dictionaries.
SCHEMA = pa.schema([pa.field(name, _TYPES.get(name, _TEXT)) for name in contract.PART_COLUMNS])
CATALOGUE_SCHEMA = pa.schema([pa.field(name, _TYPES.get(name, _TEXT)) for name in contract.CATALOGUE_COLUMNS])


class PartWriter:
    """Writes the part at `path`, with `schema`; it exists only if a row was written."""

    def __init__(self, path: Path, schema: pa.Schema = SCHEMA) -> None:
        self.path = path
        self._schema = schema
        self.rows = 0
        self._writer: pq.ParquetWriter | None = None

    def write(self, accepted: pa.Table) -> None:
        """Append rows that have the schema."""
        if not accepted.num_rows:
            return
        if self._writer is None:
            # Without Arrow's own schema every reader sees plain strings, as the contract says.
            self._writer = pq.ParquetWriter(self.path, self._schema, compression="zstd", store_schema=False)
        self._writer.write_table(accepted)
        self.rows += accepted.num_rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()
