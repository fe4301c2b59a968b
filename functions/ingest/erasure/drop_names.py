"""Under which names below `incoming/` reviews lie that an erasure may be about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.drop import NO_VERSION
from ingest.histories.histories_table import HistoriesTable
from taproom import contract
from taproom.drops import is_of_beers


@dataclass(frozen=True)
class DropNames:
    """Those of the stack's bucket `name`; `s3` is a boto3 client."""

    s3: Any
    name: str
    table: HistoriesTable

    def all(self) -> set[str]:
        """Under which reviews lie, or lay."""
        names = {found["Key"].removeprefix(contract.INCOMING) for found in self._listed("list_objects_v2", "Contents")}
        return {name for name in names | self._receipts().keys() if _may_hold_reviews(name)}

    def holding(self, username: str, beer_id: str) -> set[str]:
        """Under which a review of the beer by the user lies; also what has no receipt yet, of which nothing is known.

        No drop is read for it: the versions of drops tell the parts that they became.
        """
        # First, since histories are written before receipts.
        receipts = self._receipts()
        endings = {part.partition("-")[2] for part in self.table.parts_with(username, beer_id)}
        names = set()
        for found in self._listed("list_object_versions", "Versions"):
            key, version = found["Key"], found["VersionId"]
            name = key.removeprefix(contract.INCOMING)
            content = found["ETag"].strip('"') if version == NO_VERSION else version
            # Times are whole seconds.
            is_taken_in = name in receipts and receipts[name] > found["LastModified"]
            holds = not is_taken_in or contract.digest(self.name, key, content) in endings
            if found["IsLatest"] and holds and _may_hold_reviews(name):
                names.add(name)
        return names

    def _receipts(self) -> dict[str, Any]:
        """When the receipt of each name was written."""
        return {
            found["Key"].removeprefix(contract.RECEIPTS).removesuffix(".json"): found["LastModified"]
            for found in self._listed("list_objects_v2", "Contents", contract.RECEIPTS)
        }

    def _listed(self, call: str, kind: str, prefix: str = contract.INCOMING) -> Iterator[dict[str, Any]]:
        pages = self.s3.get_paginator(call).paginate(Bucket=self.name, Prefix=prefix)
        return (found for page in pages for found in page.get(kind, []))


def _may_hold_reviews(name: str) -> bool:
    return not name.endswith("/") and not is_of_beers(name)
