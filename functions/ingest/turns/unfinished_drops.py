"""What turns leave for those after them, below `unfinished/<part>/`: it goes for good where the drop is done."""

from __future__ import annotations

import gzip
import hashlib
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.s3_bucket import PARQUET, Bucket, Changed
from ingest.turns.progress import Progress
from taproom import contract

_PROGRESS = ".json.gz"
_READ_AT_ONCE = 1 << 20


class UnfinishedDrops:
    """Those in the stack's bucket `name` through `s3`, a boto3 client; `bucket` is the same as ingest uses it.

    Each progress is written once, whoever comes first, and names the files that go with it: two invocations that take
    the same turn do not mix theirs.
    """

    def __init__(self, s3: Any, name: str, bucket: Bucket) -> None:
        self._s3 = s3
        self._name = name
        self._bucket = bucket

    def latest(self, part: str) -> Progress | None:
        """What the last turn has left of the drop with this part, None before the first."""
        keys = [key for key in self._keys(f"{contract.UNFINISHED}{part}/") if key.endswith(_PROGRESS)]
        if not keys:
            return None
        found = self._s3.get_object(Bucket=self._name, Key=max(keys))
        return Progress.model_validate_json(gzip.decompress(found["Body"].read()))

    def keep(self, part: str, progress: Progress, folder: Path) -> None:
        """Leave the progress of a turn.

        Raises
        ------
        Changed
            Somebody else has taken the same turn.
        """
        file = folder / "progress"
        file.write_bytes(gzip.compress(progress.model_dump_json().encode(), compresslevel=1))
        self._bucket.put(self._key(part, progress.turns, _PROGRESS), file, {}, "application/gzip", None)

    def stage(self, part: str, turn: int, file: Path, metadata: Mapping[str, str]) -> str:
        """Upload what a turn has made, a part or refused rows; the object's key, which its content tells."""
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()[:12]
        key = self._key(part, turn, f"-{digest}{file.suffix}")
        kind = PARQUET if file.suffix == ".parquet" else "text/csv; charset=utf-8"
        with file.open("rb") as body:
            self._s3.put_object(Bucket=self._name, Key=key, Body=body, Metadata=dict(metadata), ContentType=kind)
        return key

    def fetch(self, key: str, path: Path) -> Path:
        """What was staged, as a file at `path`.

        Raises
        ------
        Changed
            Somebody else has finished the drop.
        """
        try:
            found = self._s3.get_object(Bucket=self._name, Key=key)
        except self._s3.exceptions.NoSuchKey as error:
            raise Changed(f"{key} is gone: the drop was finished, or withdrawn, by somebody else.") from error
        with path.open("wb") as file:
            for chunk in found["Body"].iter_chunks(_READ_AT_ONCE):
                file.write(chunk)
        return path

    def ending(self, ending: str) -> list[str]:
        """The parts of unfinished drops whose names end so."""
        parts = (key.split("/")[1] for key in self._keys(contract.UNFINISHED))
        return [part for part, _ in itertools.groupby(parts) if part.endswith(ending)]

    def forget(self, part: str) -> None:
        """Delete all that turns have left of it, for good."""
        pages = self._s3.get_paginator("list_object_versions").paginate(
            Bucket=self._name, Prefix=f"{contract.UNFINISHED}{part}/"
        )
        for one in (one for page in pages for kind in ("Versions", "DeleteMarkers") for one in page.get(kind, [])):
            self._s3.delete_object(Bucket=self._name, Key=one["Key"], VersionId=one["VersionId"])

    def _key(self, part: str, turn: int, ending: str) -> str:
        return f"{contract.UNFINISHED}{part}/{turn:04}{ending}"

    def _keys(self, prefix: str) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=prefix)
        return (found["Key"] for page in pages for found in page.get("Contents", []))
