"""The log of what was served, as the monitor reads it: the outcomes of all days first, then answers day by day."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from taproom import contract
from taproom.messages.served_events import QUICK, SERVED

# Files read at the same time.
_READING = 16
_OUTCOME = ["event", "at", "recommendation_id", "beer_id", "score"]
_ANSWER = [
    *("at", "recommendation_id", "username", "beer_id", "place"),
    *("score", "propensity", "release", "basis", "ratings", "context"),
]


class ServedLog:
    """The files below `served/` of `bucket`, through `s3`, a boto3 client; each is read once.

    The answers of a day wait in the folder `scratch` until they are asked for.
    """

    def __init__(self, s3: Any, bucket: str, scratch: Path) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._scratch = scratch

    def outcomes(self, days: Sequence[date]) -> pd.DataFrame:
        """What came of beers in answers: a row for each answer, beer and event, the first one told.

        `event` is `rated` or an Event of taproom.messages.served_events, `score` (0 to 5) of what was rated.
        """
        found = [table for day in days for table in self._outcomes(day)]
        rows = pa.concat_tables(found).to_pandas() if found else pd.DataFrame(columns=_OUTCOME)
        return rows.sort_values("at", kind="stable").drop_duplicates(["recommendation_id", "beer_id", "event"])

    def answers(self, day: date) -> pd.DataFrame:
        """The beers that were shown on one of the days before, each once an answer.

        An answer without beers is a row without one. Quick answers are left out: they say nothing of the models,
        whose answers the page shows after them.
        """
        if not self._kept(day).exists():
            return pd.DataFrame(columns=_ANSWER)
        rows = pq.read_table(self._kept(day)).to_pandas().drop_duplicates(["recommendation_id", "beer_id"])
        return rows[rows["basis"] != QUICK].reset_index(drop=True)

    def _outcomes(self, day: date) -> Iterator[pa.Table]:
        """The outcomes of the day, while its answers are written down."""
        writer = None
        for table in self._tables(day):
            is_served = pc.equal(table["event"], SERVED)
            yield table.filter(pc.invert(is_served)).select(_OUTCOME)
            answers = table.filter(is_served).select(_ANSWER)
            writer = writer or pq.ParquetWriter(self._kept(day), answers.schema, compression="zstd")
            writer.write_table(answers)
        if writer is not None:
            writer.close()

    def _kept(self, day: date) -> Path:
        return self._scratch / f"{day}.parquet"

    def _tables(self, day: date) -> Iterator[pa.Table]:
        prefix = f"{contract.SERVED}day={day.isoformat()}/"
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        keys = [file["Key"] for page in pages for file in page.get("Contents", [])]
        with ThreadPoolExecutor(_READING) as pool:
            yield from filter(None, pool.map(self._read, keys))

    def _read(self, key: str) -> pa.Table | None:
        try:
            content = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            # It has expired, or somebody was forgotten, since it was listed.
            return None
        return pq.ParquetFile(io.BytesIO(content)).read(columns=["event", *_ANSWER])
