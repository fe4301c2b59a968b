"""The files below `served/`: Parquet, written once, and written again only to forget somebody."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.s3_bucket import PARQUET
from ingest.served.rows import SCHEMA, Row
from taproom import contract
from taproom.messages.erasures import Erasure
from taproom.messages.served_events import RATED

# Files looked at at the same time.
_LOOKING = 16
# A message may wait so long: four days in its queue, then among dead letters.
_LONGEST_WAIT = timedelta(days=18)
_WHOSE = ["event", "at", "recommendation_id", "username", "beer_id"]


def key_of(day: str, digest: str) -> str:
    """The key of a file with rows of that day (UTC)."""
    return f"{contract.SERVED}day={day}/{digest}.parquet"


def day_of(row: Row) -> str:
    """The day (UTC) that the row is of."""
    return time.strftime("%Y-%m-%d", time.gmtime(row.at / 1000))


class ServedFiles:
    """Those of the stack's bucket `name`, through `s3`, a boto3 client."""

    def __init__(self, s3: Any, name: str) -> None:
        self._s3 = s3
        self._name = name

    def write(self, key: str, rows: Sequence[Row]) -> None:
        """Write the file."""
        self._put(key, pa.Table.from_pylist([row._asdict() for row in rows], SCHEMA))

    def write_without(self, key: str, rows: Sequence[Row]) -> None:
        """Write the file with these rows alone, if there are any; what has been there goes for good."""
        if rows:
            self.write(key, rows)
        self._forget_versions(key, latest_too=not rows)

    def erase(self, erasure: Erasure, since: datetime | None = None) -> None:
        """Delete the user's rows from before the request, or those in which they said something of the one beer.

        What was told of the user's answers without a name goes with these. Files from before `since` are left alone.
        """
        keys = sorted(self._keys(since))
        with ThreadPoolExecutor(_LOOKING) as pool:
            found = dict(zip(keys, pool.map(partial(self._answers, erasure), keys), strict=True))
            holding = [key for key in keys if found[key]]
            answers: set[str] = set()
            if holding and erasure.beer_id is None:
                answers = set().union(*found.values())
                # What comes of an answer comes on its day or later.
                first = holding[0].rpartition("/")[0]
                holding = [key for key in keys if key >= first]
            rewritten = pool.map(partial(self._rewrite, erasure, pa.array(sorted(answers), pa.string())), holding)
            left = [(key, rows) for key, rows in zip(holding, rewritten, strict=True) if rows is not None]
        # Of the many files that are looked at few change.
        for key, rows in left:
            self._forget_versions(key, latest_too=not rows)

    def _answers(self, erasure: Erasure, key: str) -> set[str]:
        """The ids of the answers whose rows in the file are to go."""
        table = self._read(key, _WHOSE)
        return set(table.filter(_is_about(table, erasure))["recommendation_id"].to_pylist())

    def _rewrite(self, erasure: Erasure, answers: pa.Array, key: str) -> int | None:
        """How many rows are left in the file; None where all are, and it stays as it is."""
        table = self._read(key)
        going = pc.or_(_is_about(table, erasure), pc.is_in(table["recommendation_id"], answers))
        left = table.filter(pc.invert(going))
        if left.num_rows == table.num_rows:
            return None
        if left.num_rows:
            self._put(key, left)
        return int(left.num_rows)

    def _put(self, key: str, table: pa.Table) -> None:
        out = io.BytesIO()
        # Without Arrow's own schema every reader sees plain strings, as the contract says.
        pq.write_table(table, out, compression="zstd", store_schema=False)
        self._s3.put_object(Bucket=self._name, Key=key, Body=out.getvalue(), ContentType=PARQUET)

    def _read(self, key: str, columns: list[str] | None = None) -> pa.Table:
        """The file; without a row where it has expired meanwhile."""
        try:
            found = self._s3.get_object(Bucket=self._name, Key=key)
        except self._s3.exceptions.NoSuchKey:
            return SCHEMA.empty_table()
        return pq.read_table(io.BytesIO(found["Body"].read()), columns=columns)

    def _forget_versions(self, key: str, *, latest_too: bool) -> None:
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._name, Prefix=key)
        for version in (one for page in pages for one in page.get("Versions", [])):
            if latest_too or not version["IsLatest"]:
                self._s3.delete_object(Bucket=self._name, Key=key, VersionId=version["VersionId"])

    def _keys(self, since: datetime | None) -> Iterator[str]:
        # A row's day is the one on which it was said.
        start = {"StartAfter": f"{contract.SERVED}day={since - _LONGEST_WAIT:%Y-%m-%d}"} if since else {}
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=contract.SERVED, **start)
        for page in pages:
            for found in page.get("Contents", []):
                if since is None or found["LastModified"] >= since:
                    yield found["Key"]


def _is_about(table: pa.Table, erasure: Erasure) -> pa.ChunkedArray:
    """Whether each row is one that the erasure is about."""
    theirs = pc.fill_null(pc.equal(table["username"], erasure.username), False)
    theirs = pc.and_(theirs, pc.less_equal(table["at"].cast(pa.int64()), erasure.asked_at))
    if erasure.beer_id is None:
        return theirs
    said = pc.and_(pc.equal(table["event"], RATED), pc.fill_null(pc.equal(table["beer_id"], erasure.beer_id), False))
    return pc.and_(theirs, said)
