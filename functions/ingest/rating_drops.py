"""Ratings that came through the API become drops, those of one batch of messages a single one."""

from __future__ import annotations

import csv
import html
import io
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError
from pydantic import ValidationError

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

    def write(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        """Drop what the `records` of SQS hold; the ids of the messages that hold no rating.

        The same messages are the same drop: delivered again they change nothing.
        """
        ratings: dict[str, Rating] = {}
        unreadable: list[str] = []
        for record in records:
            try:
                ratings[record["messageId"]] = Rating.from_message(record["body"])
            except ValidationError as error:
                logger.error(
                    "Expected a rating as the API sends it, received %r: %s. Delete the message.",
                    record["body"][:200],
                    error,
                    message_id=record["messageId"],
                )
                unreadable.append(record["messageId"])
        buried = self._tombstones.all()
        ratings = {
            message_id: one
            for message_id, one in ratings.items()
            if not self._tombstones.about(buried, one.username, one.beer_id, one.reviewed_at)
        }
        if ratings:
            sent = min(int(one["attributes"]["SentTimestamp"]) for one in records if one["messageId"] in ratings)
            stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(sent / 1000))
            name = f"{FROM_API}{stamp}-{contract.digest(*sorted(ratings))}.csv"
            self._put(f"{contract.INCOMING}{name}", csv_of(ratings.values()))
        return unreadable

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
