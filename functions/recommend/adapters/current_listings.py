"""The listings in the bucket, which ingest writes anew at every change of a catalogue file."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from recommend.catalogue.listings import Listings
from taproom import contract
from taproom.catalogue_file import Listing

logger = logging.getLogger(__name__)

# For how long what was read is taken for what is there: a retirement has to count within a minute.
MAX_AGE_SECONDS = 20.0
_UNCHANGED = {"304", "NotModified"}
_ABSENT = {"404", "NoSuchKey"}


class CurrentListings:
    """The listings in `bucket` through `s3`, a boto3 client; asked for again only where they have changed.

    `clock` is that of the wall: a monotonic one may stand still while Lambda keeps the container asleep.
    """

    def __init__(self, s3: Any, bucket: str, clock: Callable[[], float] = time.time) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._clock = clock
        self._read_at = float("-inf")
        self._etag: str | None = None
        self._listings: Listings | None = None

    def get(self) -> Listings:
        """The listings as they were within the last MAX_AGE_SECONDS, or, where S3 does not answer, as read last."""
        now = self._clock()
        if self._listings is None or not 0 <= now - self._read_at < MAX_AGE_SECONDS:
            try:
                self._listings = self._read(self._listings)
            except (BotoCoreError, ClientError):
                if self._listings is None:
                    raise
                logger.warning("Could not read how beers are listed now", exc_info=True)
            self._read_at = now
        return self._listings

    def _read(self, known: Listings | None) -> Listings:
        condition = {"IfNoneMatch": self._etag} if known is not None and self._etag else {}
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=contract.LISTINGS, **condition)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if known is not None and code in _UNCHANGED:
                return known
            if code in _ABSENT:
                self._etag = None
                return Listings()
            raise
        listed = json.load(found["Body"])["beers"]
        self._etag = found["ETag"]
        return Listings({beer_id: _listing(fields) for beer_id, fields in listed.items()})


def _listing(fields: dict[str, Any]) -> Listing:
    return Listing(**{**fields, "places": tuple(fields.get("places", ()))})
