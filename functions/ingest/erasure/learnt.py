"""What was made of parts: snapshots of their rows, and releases that were trained on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from taproom import contract
from taproom.drops import without_number
from taproom.releases import ARTIFACT
from taproom.snapshots.description import DESCRIPTION
from taproom.snapshots.stored import delete_for_good, stored_parts, stored_snapshots


@dataclass(frozen=True)
class Learnt:
    """That in the stack's bucket `name`; `s3` is a boto3 client."""

    s3: Any
    name: str

    def releases(self, parts: set[str]) -> list[str]:
        """The releases that were trained on any of the parts, and the runs that may become one: they remember them."""
        keys = set(self._keys(contract.RUNS))
        runs = sorted({key.removeprefix(contract.RUNS).partition("/")[0] for key in keys})
        return [run for run in runs if parts & self._parts_of(run) and (self._is_kept(run, keys))]

    def _is_kept(self, run: str, keys: set[str]) -> bool:
        if f"{contract.RUNS}{run}/verdict.json" not in keys:
            return True
        # Of a release that is retired the models go when their versions do.
        models = self.s3.list_object_versions(Bucket=self.name, Prefix=f"{contract.RELEASES}{run}/{ARTIFACT}")
        return bool(models.get("Versions"))

    def _parts_of(self, run: str) -> set[str]:
        try:
            manifest = self.s3.get_object(Bucket=self.name, Key=f"{contract.RUNS}{run}/manifest.json")
        except self.s3.exceptions.NoSuchKey:
            return set()
        entries = (entry for entry in json.load(manifest["Body"]) if isinstance(entry, str))
        return {without_number(entry.removesuffix(".parquet")) for entry in entries}

    def withdraw_snapshots(self) -> None:
        """Delete for good the snapshots of a part that is gone, and whatever is left of others: parts are read.

        One that a running job still leaves promote does not keep, as these parts are gone.
        """
        there = set(stored_parts(self.s3, self.name))
        for prefix in (contract.SNAPSHOTS, contract.CHECKPOINTS):
            clean = {
                each.prefix
                for each in stored_snapshots(self.s3, self.name, prefix)
                if there.issuperset(each.snapshot.parts)
            }
            pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=prefix)
            keys = {each["Key"] for page in pages for each in page.get("Versions", [])}
            for folder in {key.removesuffix(DESCRIPTION) for key in keys if key.endswith(f"/{DESCRIPTION}")} - clean:
                delete_for_good(self.s3, self.name, folder)

    def _keys(self, prefix: str) -> Iterator[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        for page in pages:
            yield from (found["Key"] for found in page.get("Contents", []))
