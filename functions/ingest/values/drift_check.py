"""How unlike a drop's reviews are what the release in service was fitted on: kept, and told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.drop import Drop
from ingest.histories.histories_table import HistoriesTable
from ingest.s3_bucket import Bucket
from ingest.values.drift import compare, notes
from ingest.values.served_catalogue import ServedCatalogue
from taproom.evidence.drift import Drift


@dataclass(frozen=True)
class DriftCheck:
    """Compares drops, before their histories are written, with the `catalogue` in service."""

    bucket: Bucket
    table: HistoriesTable
    catalogue: ServedCatalogue

    def __call__(self, drop: Drop, part: Path) -> tuple[Drift | None, list[str]]:
        """The drift of the rows in the file `part`, None where nothing can be said, and the notes on it."""
        beers = self.catalogue.current()
        if beers is None:
            return None, []
        found = compare(part, beers.usual, beers.unknown, self.table.newcomers)
        if found is None:
            return None, []
        self.bucket.put_drift(drop, found)
        return found, notes(found, beers.usual)
