"""Ratings that came through the API become drops, those of one batch of messages a single one."""

from __future__ import annotations

import csv
import html
import io
import time
from collections.abc import Iterable, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from ingest.erasure.tombstones import Tombstones
from taproom import contract
from taproom.drops import FROM_API
from taproom.messages.ratings import Rating

logger = Logger(service="ingest", child=True)

_COLUMNS = ("score", "username", "beer_id", "beer_name", "brewery_name", "style", "abv", "text", "reviewed_at")


class RatingDrops:
    """Drops ratings in `bucket` through `s3`, a boto3 client, but for those that were to be forgotten meanwhile."""

    def __init__(self, s3: Any, bucket: str, tombstones: Tombstones) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._tombstones = tombstones

    def write(self, ratings: Mapping[str, Rating], sent_at: Mapping[str, int]) -> None:
        """Drop the ratings that messages hold, both by the messages' ids; `sent_at` are Unix times in milliseconds.

        The same messages are the same drop: delivered again they change nothing.
        """
        buried = self._tombstones.all()
        left = [
            one
            for one in ratings.values()
            if not self._tombstones.about(buried, one.username, one.beer_id, one.reviewed_at)
        ]
        if left:
            # By all of them: some may have been forgotten since the first delivery.
            sent = min(sent_at[message_id] for message_id in ratings)
            stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(sent / 1000))
            name = f"{FROM_API}{stamp}-{contract.digest(*sorted(ratings))}.csv"
            self._put(f"{contract.INCOMING}{name}", csv_of(left))

    def _put(self, key: str, body: bytes) -> None:
        try:
            self._s3.put_object(
                Bucket=self._bucket, Key=key, Body=body, ContentType="text/csv; charset=utf-8", IfNoneMatch="*"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
            logger.info("%s has been dropped before", key)


def csv_of(ratings: Iterable[Rating]) -> bytes:
    """A CSV of the ratings in order of time, each once though its message may have come twice."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for rating in sorted(set(ratings), key=lambda one: (one.reviewed_at, one.username, one.beer_id)):
        # Ingest decodes HTML entities in names and styles.
        names = (rating.beer_name, rating.brewery_name, rating.style or "")
        writer.writerow(
            [
                rating.score,
                rating.username,
                rating.beer_id,
                *(html.escape(name, quote=False) for name in names),
                "" if rating.abv is None else rating.abv,
                rating.text,
                f"{rating.reviewed_at // 1000}.{rating.reviewed_at % 1000:03}",
            ]
        )
    return out.getvalue().encode()
