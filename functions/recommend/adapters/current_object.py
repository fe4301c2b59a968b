"""A small object in the bucket that others write anew when something changes, as it is now."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

logger = logging.getLogger(__name__)

# For how long what was read is taken for what is there: a retirement has to count within a minute.
MAX_AGE_SECONDS = 20.0
_UNCHANGED = {"304", "NotModified"}
_ABSENT = {"404", "NoSuchKey"}

Content = TypeVar("Content")


class CurrentObject(Generic[Content]):
    """What `parse` makes of the object under `key`, `absent` where there is none; read again only if it has changed.

    `s3` is a boto3 client, `clock` that of the wall: a monotonic one may stand still while Lambda keeps the container
    asleep.
    """

    def __init__(
        self,
        s3: Any,
        bucket: str,
        key: str,
        parse: Callable[[bytes], Content],
        absent: Content,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._s3 = s3
        self._object = {"Bucket": bucket, "Key": key}
        self._parse = parse
        self._absent = absent
        self._clock = clock
        self._read_at = float("-inf")
        self._etag: str | None = None
        self._read: tuple[Content] | None = None

    def get(self) -> Content:
        """As it was within the last MAX_AGE_SECONDS, or, where S3 does not answer, as it was read last."""
        now = self._clock()
        if self._read is None or not 0 <= now - self._read_at < MAX_AGE_SECONDS:
            try:
                self._read = self._look(self._read)
            except (BotoCoreError, ClientError):
                if self._read is None:
                    raise
                logger.warning("Could not read what %s says now", self._object["Key"], exc_info=True)
            self._read_at = now
        return self._read[0]

    def _look(self, known: tuple[Content] | None) -> tuple[Content]:
        condition = {"IfNoneMatch": self._etag} if known is not None and self._etag else {}
        try:
            found = self._s3.get_object(**self._object, **condition)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if known is not None and code in _UNCHANGED:
                return known
            if code in _ABSENT:
                self._etag = None
                return (self._absent,)
            raise
        content = self._parse(found["Body"].read())
        self._etag = found["ETag"]
        return (content,)
