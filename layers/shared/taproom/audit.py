"""What people have done to a stack, an object each in its bucket: who, what, when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from taproom.contract import AUDIT, digest

# Who did it, where nobody has said.
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Entry:
    """`by` did `action` (`approval`, `rollback`, …) to `what`, a release or a key; `at` has a time zone."""

    at: datetime
    action: str
    what: str
    by: str

    @property
    def key(self) -> str:
        """The same each time, so that writing again does no harm; sorting keys sorts them by time."""
        at = self.at.astimezone(UTC)
        return f"{AUDIT}{at:%Y%m%dT%H%M%S.%fZ}-{self.action}-{digest(self.what)}.json"


def write(s3: Any, bucket: str, entry: Entry) -> None:
    """Put the entry into the bucket; `s3` is a boto3 client."""
    body = {"at": entry.at.isoformat(), "action": entry.action, "what": entry.what, "by": entry.by}
    s3.put_object(Bucket=bucket, Key=entry.key, Body=json.dumps(body).encode(), ContentType="application/json")


def latest(s3: Any, bucket: str, most: int) -> list[Entry]:
    """The last entries, up to `most` of them, the newest first."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=AUDIT)
    keys = sorted((kept["Key"] for page in pages for kept in page.get("Contents", [])), reverse=True)
    found = (json.load(s3.get_object(Bucket=bucket, Key=key)["Body"]) for key in keys[:most])
    return [Entry(datetime.fromisoformat(each["at"]), each["action"], each["what"], each["by"]) for each in found]
