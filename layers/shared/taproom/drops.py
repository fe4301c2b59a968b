"""A drop's part, and what ingest lets through: known to whoever writes drops as well."""

from __future__ import annotations

from datetime import UTC, datetime

from taproom import contract

# Bytes of UTF-8: a user with 5,000 beer ids must fit one item of the histories (400 KB in DynamoDB).
LONGEST_USERNAME = 256
LONGEST_BEER_ID = 64


def part_of(bucket: str, key: str, version: str, dropped_at: datetime) -> str:
    """The part that a drop becomes: the time of the drop, then the digest of what was dropped.

    `version` is the object's version id, or its etag where the bucket has no versions; `dropped_at` the object's
    LastModified, in whole seconds.
    """
    return f"{dropped_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{contract.digest(bucket, key, version)}"
