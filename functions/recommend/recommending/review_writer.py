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
from taproom import contract
from taproom.catalogue_file import Beer
from taproom.drops import part_of

_COLUMNS = ("score", "username", "beer_id", "beer_name", "brewery_name", "style", "abv", "text", "reviewed_at")
# Drops of one second sort by a digest. An earlier review of the same beer in the same second may win; then it is given
# again in the next second.
_MAX_ATTEMPTS = 3


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
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._histories = histories
        self._clock = clock
        self._pause = pause

    def write(self, username: str, beer: Beer, score: float, text: str, request_id: str) -> WrittenReview:
        """Write the review of `beer`; `request_id` makes the drop's name, `score` is 0 to 5."""
        for attempt in range(_MAX_ATTEMPTS):
            now = self._clock()
            stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
            key = f"{contract.INCOMING}api/{stamp}-{contract.digest(request_id, str(attempt))}.csv"
            part = self._drop(key, csv_of(username, beer, score, text, now))
            self._histories.add(username, part, beer.beer_id, score)
            history = self._histories.history(username)
            if history.get(beer.beer_id) == score:
                break
            self._pause(1.0 - now % 1.0)
        return WrittenReview(key, part, len(history))

    def _drop(self, key: str, body: bytes) -> str:
        put = self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="text/csv; charset=utf-8")
        version = put.get("VersionId", "null")
        of_version = {} if version == "null" else {"VersionId": version}
        head = self._s3.head_object(Bucket=self._bucket, Key=key, **of_version)
        content = version if of_version else head["ETag"].strip('"')
        return part_of(self._bucket, key, content, head["LastModified"])


def csv_of(username: str, beer: Beer, score: float, text: str, now: float) -> bytes:
    """A CSV with one review, given at `now` (Unix time)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    # Ingest decodes HTML entities in names and styles.
    name, brewery, style = (html.escape(word or "", quote=False) for word in (beer.name, beer.brewery, beer.style))
    abv = "" if beer.abv is None else beer.abv
    writer.writerow([score, username, beer.beer_id, name, brewery, style, abv, text, f"{now:.3f}"])
    return out.getvalue().encode()
