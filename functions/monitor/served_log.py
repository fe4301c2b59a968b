"""The log of what was served, as the monitor reads it: the outcomes of all days first, then answers day by day."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from taproom import contract
from taproom.messages.served import SERVED

# Files read at the same time.
_READING = 16
_OUTCOME = ["event", "at", "recommendation_id", "beer_id", "score"]
_ANSWER = [
    *("event", "at", "recommendation_id", "username", "beer_id", "place"),
    *("score", "propensity", "release", "basis", "ratings", "context"),
]


class ServedLog:
    """The files below `served/` of `bucket`, through `s3`, a boto3 client."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def days(self, last: date, count: int) -> list[date]:
        """The `count` days up to `last`."""
        return [last - timedelta(days=back) for back in reversed(range(count))]

    def outcomes(self, days: Sequence[date]) -> pd.DataFrame:
        """What came of beers in answers: a row for each answer, beer and event, the first one told.

        `rated`, `tried` and the others of taproom.messages.served in `event`, `score` (0 to 5) of what was rated.
        """
        found = [table for day in days for table in self._tables(day, _OUTCOME, outcomes=True)]
        rows = pa.concat_tables(found).to_pandas() if found else pd.DataFrame(columns=_OUTCOME)
        return rows.sort_values("at", kind="stable").drop_duplicates(["recommendation_id", "beer_id", "event"])

    def answers(self, day: date) -> pd.DataFrame:
        """The beers that were shown on a day, each once an answer; an answer without beers is a row without one."""
        found = list(self._tables(day, _ANSWER, outcomes=False))
        rows = pa.concat_tables(found).to_pandas() if found else pd.DataFrame(columns=_ANSWER)
        return rows.drop(columns="event").drop_duplicates(["recommendation_id", "beer_id"])

    def _tables(self, day: date, columns: list[str], *, outcomes: bool) -> Iterator[pa.Table]:
        prefix = f"{contract.SERVED}day={day.isoformat()}/"
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        keys = [file["Key"] for page in pages for file in page.get("Contents", [])]
        with ThreadPoolExecutor(_READING) as pool:
            for table in filter(None, pool.map(partial(self._read, columns), keys)):
                is_served = pc.equal(table["event"], SERVED)
                yield table.filter(pc.invert(is_served) if outcomes else is_served)

    def _read(self, columns: list[str], key: str) -> pa.Table | None:
        try:
            content = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            # It has expired, or somebody was forgotten, since it was listed.
            return None
        return pq.ParquetFile(io.BytesIO(content)).read(columns=columns)
