"""The log of what was served, as the monitor reads it: the outcomes of all days first, then answers day by day."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from taproom import contract
from taproom.messages.served import RATED, SERVED, Event

# Below this a beer was not at its place by the policy, but by chance (docs/contracts.md).
LEAST_OF_POLICY = 0.5
_OUTCOME = ["event", "at", "recommendation_id", "beer_id", "score"]
_ANSWER = [
    *("at", "recommendation_id", "username", "beer_id", "place"),
    *("score", "propensity", "release", "ratings", "context"),
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
        kinds = pa.array([RATED, *(event.value for event in Event)])
        found = [
            table.filter(pc.is_in(table["event"], kinds)).to_pandas()
            for day in days
            for table in self._tables(day, _OUTCOME)
        ]
        rows = pd.concat(found) if found else pd.DataFrame(columns=_OUTCOME)
        return rows.sort_values("at", kind="stable").drop_duplicates(["recommendation_id", "beer_id", "event"])

    def answers(self, day: date) -> pd.DataFrame:
        """The beers that were shown on a day by the policy, each once an answer; probes are left out."""
        found = [
            table.filter(pc.and_(pc.equal(table["event"], SERVED), pc.is_valid(table["beer_id"])))
            .select(_ANSWER)
            .to_pandas()
            for table in self._tables(day, ["event", *_ANSWER])
        ]
        rows = pd.concat(found) if found else pd.DataFrame(columns=_ANSWER)
        rows = rows[rows["propensity"] >= LEAST_OF_POLICY]
        return rows.drop_duplicates(["recommendation_id", "beer_id"])

    def _tables(self, day: date, columns: list[str]) -> Iterator[pa.Table]:
        prefix = f"{contract.SERVED}day={day.isoformat()}/"
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
            for file in page.get("Contents", []):
                content = self._s3.get_object(Bucket=self._bucket, Key=file["Key"])["Body"].read()
                yield pq.ParquetFile(io.BytesIO(content)).read(columns=columns)
