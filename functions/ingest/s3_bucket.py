"""The bucket, as ingest uses it: what lies below `incoming/`, and what became of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from botocore.exceptions import ClientError

from ingest.drop import NO_VERSION, Drop, shown
from taproom import contract
from taproom.drops import without_number
from taproom.evidence.drift import Drift

# 405 is what S3 answers for a version that is a delete marker, 412 for an object that was replaced.
_GONE = {"404", "NoSuchKey", "NoSuchVersion", "405", "MethodNotAllowed", "412", "PreconditionFailed"}
_ABSENT = {"404", "NoSuchKey"}
# What is written under a condition was written, or deleted, by somebody else; 409: is just being written.
_CHANGED = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict", "404", "NoSuchKey"}
_PART_ENDING = ".parquet"
PARQUET = "application/vnd.apache.parquet"

# Metadata of a drop that was rewritten.
_DROPPED_AT = "dropped-at"

# HeadObject's answer.
_Head = dict[str, Any]


class Changed(Exception):
    """Somebody else has written what was to be written: what is there has to be looked at again."""


@dataclass(frozen=True)
class Written:
    """A JSON object as it was found; `etag` is None where there was none."""

    content: Mapping[str, Any]
    etag: str | None


class Bucket:
    """Parts, receipts and refused rows; the refused rows carry their drop's part as metadata."""

    def __init__(self, s3: Any, name: str, parts: str = contract.REVIEWS) -> None:
        """The stack's bucket `name` through `s3`, a boto3 client; `parts` is where its parts lie."""
        self._s3 = s3
        self._name = name
        self._parts = parts

    def current(self, bucket: str, key: str) -> Drop | None:
        """The drop that lies under `key` now, None if there is none."""
        head = self._head(key, bucket)
        if head is None:
            return None
        version = head.get("VersionId", NO_VERSION)
        return Drop(
            bucket=bucket,
            key=key,
            version=None if version == NO_VERSION else version,
            etag=head["ETag"].strip('"'),
            dropped_at=_dropped_at(head),
            size=head["ContentLength"],
            stated_scale=head["Metadata"].get("scale"),
            was_rewritten=_DROPPED_AT in head["Metadata"],
        )

    def open(self, drop: Drop, offset: int = 0) -> io.RawIOBase | None:
        """The drop's bytes from `offset` on as a stream, None if it was deleted or replaced meanwhile."""
        if 0 < drop.size <= offset:
            return io.BytesIO()  # type: ignore[return-value]
        content = {"VersionId": drop.version} if drop.version else {"IfMatch": f'"{drop.etag}"'}
        content |= {"Range": f"bytes={offset}-"} if offset else {}
        try:
            found = self._s3.get_object(Bucket=drop.bucket, Key=drop.key, **content)
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise
        return cast(io.RawIOBase, found["Body"])

    def receipt(self, name: str) -> Written:
        """The receipt of what lies, or lay, under the name."""
        try:
            found = self._s3.get_object(Bucket=self._name, Key=_receipt_key(name))
        except ClientError as error:
            if _code(error) in _ABSENT:
                return Written({}, None)
            raise
        return Written(json.load(found["Body"]), found["ETag"])

    def put_receipt(self, name: str, receipt: Path, before: Written) -> None:
        """Write the receipt in place of `before`.

        Raises
        ------
        Changed
            Another one stands there.
        """
        self.put(_receipt_key(name), receipt, {}, "application/json", before.etag)

    def put_part(
        self, part: str, file: Path, rows: int, counts: Mapping[str, int], *, rated: bool = False
    ) -> dict[str, int]:
        """Upload the part with `rows` and `counts`, unless it is there: a part is never changed; return its counts.

        `rated` says that its reviews are ratings that came through the API.

        Raises
        ------
        Changed
            Somebody else does so at this moment.
        """
        there = self._head(self._part_key(part))
        if there is not None:
            return {name: int(there["Metadata"].get(name, count)) for name, count in counts.items()}
        metadata = {name: str(count) for name, count in {"rows": rows, **counts}.items()}
        metadata |= {contract.RATED: "yes"} if rated else {}
        self.put(self._part_key(part), file, metadata, PARQUET, None)
        return dict(counts)

    def copy_part(self, staged: str, part: str) -> None:
        """Make what lies under the key `staged` the part, unless that is there: a part is never changed.

        Raises
        ------
        Changed
            Nothing lies there any more.
        """
        if self._head(self._part_key(part)) is not None:
            return
        try:
            source = {"Bucket": self._name, "Key": staged}
            self._s3.copy_object(Bucket=self._name, Key=self._part_key(part), CopySource=source)
        except ClientError as error:
            if _code(error) in _ABSENT:
                raise Changed(f"{staged} is gone: the drop was finished, or withdrawn, by somebody else.") from error
            raise

    def fetch_part(self, part: str, path: Path) -> Path | None:
        """The part as a file at `path`, None if it is gone."""
        try:
            found = self._s3.get_object(Bucket=self._name, Key=self._part_key(part))
        except ClientError as error:
            if _code(error) in _ABSENT:
                return None
            raise
        with path.open("wb") as file:
            for chunk in found["Body"].iter_chunks(1 << 20):
                file.write(chunk)
        return path

    def numbered_parts(self, part: str) -> list[str]:
        """The names of the parts of a drop that has several, in order; none where it has one."""
        return sorted(self._parts_below(f"{part}-"))

    def delete_part(self, part: str) -> None:
        """Delete the part, if it is there."""
        self._s3.delete_object(Bucket=self._name, Key=self._part_key(part))

    def parts_ending(self, ending: str) -> list[str]:
        """What `part_of` gives the drops whose parts' names end so but for their numbers: those of one content."""
        found = dict.fromkeys(map(without_number, self._parts_below("")))
        return [part for part in found if part.endswith(ending)]

    def _parts_below(self, beginning: str) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._name, Prefix=f"{self._parts}{beginning}"
        )
        keys = (found["Key"] for page in pages for found in page.get("Contents", []))
        return (key.removeprefix(self._parts).removesuffix(_PART_ENDING) for key in keys if key.endswith(_PART_ENDING))

    def put_rejected(self, drop: Drop, rejected: Path) -> None:
        """Upload the refused rows of the drop.

        Raises
        ------
        Changed
            Somebody else does so at this moment.
        """
        key = _rejected_key(drop.name)
        there = self._head(key)
        if there is None or there["Metadata"].get("part") != drop.part:
            before = None if there is None else there["ETag"]
            self.put(key, rejected, {"part": drop.part}, "text/csv; charset=utf-8", before)

    def delete_rejected(self, name: str, part_ending: str) -> None:
        """Delete the refused rows under the name if they are of a part that ends so."""
        there = self._head(_rejected_key(name))
        if there is not None and there["Metadata"].get("part", "").endswith(part_ending):
            self._s3.delete_object(Bucket=self._name, Key=_rejected_key(name))

    def put_drift(self, drop: Drop, drift: Drift) -> None:
        """Keep how unlike a drop was what is usual."""
        content = {"drop": drop.name, "at": drop.dropped_at.isoformat(), "drift": asdict(drift)}
        key = f"{contract.DRIFT}{drop.part}.json"
        self._s3.put_object(
            Bucket=self._name, Key=key, Body=json.dumps(content).encode(), ContentType="application/json"
        )

    def etag(self, key: str) -> str | None:
        """That of what lies under the key, None for nothing."""
        there = self._head(key)
        return None if there is None else str(there["ETag"])

    def put(self, key: str, file: Path, metadata: dict[str, str], content_type: str, before: str | None) -> None:
        """Upload the file where what had the etag `before` lies, or nothing if that is None.

        Raises
        ------
        Changed
            Something else lies there.
        """
        condition = {"IfNoneMatch": "*"} if before is None else {"IfMatch": before}
        try:
            with file.open("rb") as body:
                self._s3.put_object(
                    Bucket=self._name, Key=key, Body=body, Metadata=metadata, ContentType=content_type, **condition
                )
        except ClientError as error:
            if _code(error) in _CHANGED:
                raise Changed(f"{shown(key)} was written by somebody else in the meantime.") from error
            raise

    def _part_key(self, part: str) -> str:
        return f"{self._parts}{part}{_PART_ENDING}"

    def _head(self, key: str, bucket: str | None = None) -> _Head | None:
        try:
            return cast(_Head, self._s3.head_object(Bucket=bucket or self._name, Key=key))
        except ClientError as error:
            if _code(error) in _ABSENT:
                return None
            raise


def _dropped_at(head: _Head) -> datetime:
    """When the object was dropped: a drop that was rewritten without somebody's rows keeps its time."""
    if stated := head["Metadata"].get(_DROPPED_AT):
        return datetime.fromisoformat(stated)
    return cast(datetime, head["LastModified"]).astimezone(UTC)


def _rejected_key(name: str) -> str:
    return f"{contract.REJECTED}{name}.csv"


def _receipt_key(name: str) -> str:
    return f"{contract.RECEIPTS}{name}.json"


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
