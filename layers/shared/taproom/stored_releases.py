"""The releases by what the bucket has of them: some whole, and of the older ones records alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from taproom.contract import METRICS, RELEASES, REPORT

ARTIFACT = "model.tar.gz"
ROLLOUT = "rollout.json"
# What is left of a release that is retired: small, and looked back at.
RECORDS = frozenset({METRICS, REPORT, ROLLOUT})


@dataclass(frozen=True)
class StoredRelease:
    """`files` are names below `releases/<release>/`; `at` is when it was rolled out last, or made if it never was."""

    release: str
    files: frozenset[str]
    at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether it can be put in service: all that this takes is made of its artifact. If not, it is retired."""
        return ARTIFACT in self.files


def stored_releases(s3: Any, bucket: str) -> list[StoredRelease]:
    """Every release in `bucket`, retired ones too, the last rolled out first; `s3` is a boto3 client."""
    written: dict[str, dict[str, datetime]] = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=RELEASES):
        for found in page.get("Contents", []):
            release, _, file = found["Key"].removeprefix(RELEASES).partition("/")
            written.setdefault(release, {})[file] = found["LastModified"]
    releases = [
        StoredRelease(release, frozenset(files), files.get(ROLLOUT) or max(files.values()))
        for release, files in written.items()
    ]
    return sorted(releases, key=lambda each: (each.at, each.release), reverse=True)
