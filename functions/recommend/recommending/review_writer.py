"""A review through the API: a drop like any other, and in the histories at once.

Ingest will write the item that is written here, under the same part, so nothing is counted twice.
"""

from __future__ import annotations

import csv
import html
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from recommend.adapters.histories_table import HistoriesTable
from recommend.catalogue.catalogue import Catalogue
from taproom import contract
from taproom.catalogue_file import Beer
from taproom.drops import FROM_API, part_of

_COLUMNS = ("score", "username", "beer_id", "beer_name", "brewery_name", "style", "abv", "text", "reviewed_at")


@dataclass(frozen=True)
class WrittenReview:
    """What became of a review: the key of its drop, its part, and how many beers the user has reviewed."""

    drop: str
    part: str
    total: int


class ReviewWriter:
    """Drops reviews in `bucket` through `s3`, a boto3 client, and adds them to `histories`."""

    def __init__(
        self,
        s3: Any,
        bucket: str,
        histories: HistoriesTable,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._histories = histories
        self._clock = clock

    def write(
        self, username: str, catalogue: Catalogue, beer: Beer, score: float, text: str, request_id: str
    ) -> WrittenReview:
        """Write the review of a `beer` of `catalogue`; `request_id` makes the drop's name, `score` is 0 to 5."""
        known = catalogue.twins.merged(self._histories.reviews(username))
        now = round(self._clock() * 1000)
        # A file's clock may have been ahead, and what somebody says now is the latest that they have said.
        reviewed_at = max(now, known[beer.beer_id].reviewed_at + 1) if beer.beer_id in known else now
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now / 1000))
        key = f"{contract.INCOMING}{FROM_API}{stamp}-{contract.digest(request_id)}.csv"
        part = self._drop(key, csv_of(username, beer, score, text, reviewed_at))
        self._histories.add(username, part, beer.beer_id, score, reviewed_at)
        return WrittenReview(key, part, len(known.keys() | {beer.beer_id}))

    def _drop(self, key: str, body: bytes) -> str:
        put = self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="text/csv; charset=utf-8")
        version = put.get("VersionId", "null")
        of_version = {} if version == "null" else {"VersionId": version}
        head = self._s3.head_object(Bucket=self._bucket, Key=key, **of_version)
        content = version if of_version else head["ETag"].strip('"')
        return part_of(self._bucket, key, content, head["LastModified"])


def csv_of(username: str, beer: Beer, score: float, text: str, reviewed_at: int) -> bytes:
    """A CSV with one review; `reviewed_at` is a Unix time in milliseconds."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    # Ingest decodes HTML entities in names and styles.
    name, brewery, style = (html.escape(word or "", quote=False) for word in (beer.name, beer.brewery, beer.style))
    abv = "" if beer.abv is None else beer.abv
    writer.writerow([score, username, beer.beer_id, name, brewery, style, abv, text, f"{reviewed_at / 1000:.3f}"])
    return out.getvalue().encode()
