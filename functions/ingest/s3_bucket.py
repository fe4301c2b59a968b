"""The bucket, as ingest uses it: find and open a drop, leave what became of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from botocore.exceptions import ClientError

from ingest.drop import Drop, ObjectCreated, is_older

# 405 is what S3 answers for a version that is a delete marker, 412 for an object that was replaced.
_GONE = {"404", "NoSuchKey", "NoSuchVersion", "405", "MethodNotAllowed", "412", "PreconditionFailed"}
_ABSENT = {"404", "NoSuchKey"}
# What is written under a condition was written, or deleted, by somebody else; 409: is just being written.
_CHANGED = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict", "404", "NoSuchKey"}
_TRIES = 10

# HeadObject's answer.
_Head = dict[str, Any]


class Contested(Exception):
    """An object changed at every try to write it; the drop is delivered again later."""


class Bucket:
    """Receipts and refused rows carry their drop as metadata, so that a late delivery finds out that it is late."""

    def __init__(self, s3: Any, name: str) -> None:
        """The stack's bucket `name` through `s3`, a boto3 client."""
        self._s3 = s3
        self._name = name

    def find(self, created: ObjectCreated) -> Drop | None:
        """The drop that an event speaks of, None if it was deleted or replaced meanwhile."""
        try:
            head = self._s3.head_object(
                Bucket=created.bucket, Key=created.key, **_version(created.version, created.etag)
            )
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise
        return Drop(
            bucket=created.bucket,
            key=created.key,
            version=created.version,
            etag=head["ETag"].strip('"'),
            sequencer=created.sequencer,
            dropped_at=cast(datetime, head["LastModified"]).astimezone(UTC),
            stated_scale=head["Metadata"].get("scale"),
        )

    def open(self, drop: Drop) -> io.RawIOBase | None:
        """The drop's bytes as a stream, None if it was deleted or replaced meanwhile."""
        try:
            found = self._s3.get_object(Bucket=drop.bucket, Key=drop.key, **_version(drop.version, drop.etag))
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise
        return cast(io.RawIOBase, found["Body"])

    def has_receipt(self, drop: Drop) -> bool:
        """Whether this very drop was taken in, to the end."""
        there = self._head(drop.receipt_key)
        return there is not None and there["Metadata"].get("part") == drop.part

    def put_part(self, drop: Drop, part: Path, rows: int) -> None:
        """Upload the part, unless it is there: a part is never changed."""
        self._put(drop.part_key, part, {"rows": str(rows)}, "application/vnd.apache.parquet", lambda _: True)

    def put_rejected(self, drop: Drop, rejected: Path, rows: int) -> None:
        """Upload the refused rows; without any, only to replace those of an earlier drop of the name."""
        if rows or self._head(drop.rejected_key) is not None:
            self._put_latest(drop, drop.rejected_key, rejected, "text/csv; charset=utf-8")

    def put_receipt(self, drop: Drop, receipt: Path) -> None:
        """Write the receipt, unless a later drop of the name has left its own."""
        self._put_latest(drop, drop.receipt_key, receipt, "application/json")

    def _put_latest(self, drop: Drop, key: str, file: Path, content_type: str) -> None:
        def is_settled(there: _Head) -> bool:
            part, sequencer = there["Metadata"].get("part", ""), there["Metadata"].get("sequencer", "")
            return part == drop.part or is_older(drop.part, drop.sequencer, part, sequencer)

        self._put(key, file, {"part": drop.part, "sequencer": drop.sequencer}, content_type, is_settled)

    def _put(
        self,
        key: str,
        file: Path,
        metadata: dict[str, str],
        content_type: str,
        is_settled: Callable[[_Head], bool],
    ) -> None:
        for _ in range(_TRIES):
            there = self._head(key)
            if there is not None and is_settled(there):
                return
            condition = {"IfNoneMatch": "*"} if there is None else {"IfMatch": there["ETag"]}
            try:
                with file.open("rb") as body:
                    self._s3.put_object(
                        Bucket=self._name, Key=key, Body=body, Metadata=metadata, ContentType=content_type, **condition
                    )
                return
            except ClientError as error:
                if _code(error) not in _CHANGED:
                    raise
        raise Contested(f"{key} was changed by somebody else at each of {_TRIES} tries to write it.")

    def _head(self, key: str) -> _Head | None:
        try:
            return cast(_Head, self._s3.head_object(Bucket=self._name, Key=key))
        except ClientError as error:
            if _code(error) in _ABSENT:
                return None
            raise


def _version(version: str | None, etag: str | None) -> dict[str, str]:
    """What makes a read be of the dropped version, or else of the dropped content."""
    if version:
        return {"VersionId": version}
    return {"IfMatch": f'"{etag}"'} if etag else {}


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
