"""The parts of catalogue files, and what all of them say together: how beers are listed, and what models learn of them.

The later of two files wins, and within a file the later row, beer by beer and field by field: a field that is not given
leaves what was said before. That is worked out anew from all parts at each change, so a file that is withdrawn leaves
nothing behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from aws_lambda_powertools import Logger

from ingest.histories.changes import Changes
from ingest.part import CATALOGUE_SCHEMA
from ingest.s3_bucket import PARQUET, Bucket, Changed
from taproom import contract
from taproom.catalogue_file import Listing

logger = Logger(service="ingest", child=True)

# Files that come at once are taken in side by side, and each writes the listings.
_TRIES = 10

# By beer id, what is given of each column but the id and the line.
Beers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class CatalogueParts:
    """The parts in `bucket`, which has those of catalogue files as its parts."""

    bucket: Bucket

    def replace(self, part: str, file: Path, rows: int, live: str | None, folder: Path) -> tuple[int, Changes]:
        """Write the part in the place of the one that was `live`; how many beers it has, and what has changed.

        Raises
        ------
        Changed
            Somebody else writes the part or the listings at this moment.
        """
        beers = merged([pq.read_table(file)])
        counts: dict[str, int] = {}
        if live:
            old = self.bucket.fetch_part(live, folder / "replaced.parquet")
            # Kept with the part, as those of reviews.
            counts = asdict(_changes(merged([pq.read_table(old)] if old else []), beers))
        counts = self.bucket.put_part(part, file, rows, counts)
        if live and live != part:
            self.bucket.delete_part(live)
        self._write_listings(folder)
        return len(beers), Changes(**counts) if live else Changes(added=len(beers))

    def withdraw(self, part: str, folder: Path) -> None:
        """Delete the part, if it is there, and all that it alone says; Changed as for `replace`."""
        self.bucket.delete_part(part)
        self._write_listings(folder)

    def _write_listings(self, folder: Path) -> None:
        for _ in range(_TRIES - 1):
            try:
                return self._try_to_write_listings(folder)
            except Changed as error:
                logger.info("Writing the listings again: %s", error)
        return self._try_to_write_listings(folder)

    def _try_to_write_listings(self, folder: Path) -> None:
        # Before the parts are listed: whoever writes meanwhile may know of fewer of them, or of more.
        before = self.bucket.etag(contract.LISTINGS)
        parts = sorted(self.bucket.parts_ending(""))
        beers = merged(self._tables(parts, folder))
        learnt = self._keep_learnt(beers, folder)
        listings = {
            # It also makes each one another object, though it says the same as an earlier one.
            "written_at": datetime.now(UTC).isoformat(),
            "parts": parts,
            "beers": {beer_id: listed for beer_id, beer in sorted(beers.items()) if (listed := _listed(beer))},
        }
        file = folder / "listings.json"
        file.write_text(json.dumps(listings, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        self.bucket.put(contract.LISTINGS, file, {contract.LEARNT: learnt}, "application/json", before)

    def _tables(self, parts: Iterable[str], folder: Path) -> Iterable[pa.Table]:
        for part in parts:
            file = self.bucket.fetch_part(part, folder / "listed.parquet")
            if file is None:
                raise Changed(f"The catalogue part {part} was withdrawn just now.")
            yield pq.read_table(file)

    def _keep_learnt(self, beers: Beers, folder: Path) -> str:
        """The name of the file of what models learn of `beers`, which is its content's; empty for none of them."""
        if not beers:
            return ""
        rows = [{"beer_id": beer_id, **beer} for beer_id, beer in sorted(beers.items())]
        learnt = [[row.get(name) for name in contract.LEARNT_COLUMNS] for row in rows]
        name = contract.digest(json.dumps(learnt))
        key = f"{contract.CATALOGUE_BEERS}{name}.parquet"
        if self.bucket.etag(key) is None:
            file = folder / "learnt.parquet"
            schema = pa.schema([_plain(CATALOGUE_SCHEMA.field(column)) for column in contract.LEARNT_COLUMNS])
            pq.write_table(pa.Table.from_pylist(rows, schema), file, compression="zstd", store_schema=False)
            self.bucket.put(key, file, {}, PARQUET, None)
        return name


def merged(tables: Iterable[pa.Table]) -> dict[str, dict[str, Any]]:
    """The beers of parts, the later of which win, by id; each with what is given of it.

    A row without an id is of the beer that another row gives one, if brewery and name are its.
    """
    beers: dict[str, dict[str, Any]] = {}
    rows = [row for table in tables for row in table.drop_columns("line").to_pylist()]
    made_ids = [contract.beer_id_of(row["brewery_name"], row["beer_name"]) for row in rows]
    given_ids = {made: row["beer_id"] for made, row in zip(made_ids, rows, strict=True) if row["beer_id"] != made}
    for row in rows:
        beer_id = row.pop("beer_id")
        beer = beers.setdefault(given_ids.get(beer_id, beer_id), {})
        beer.update({name: value for name, value in row.items() if value is not None})
    return beers


def _listed(beer: Mapping[str, Any]) -> dict[str, Any]:
    """What there is to list of a beer."""
    given = {name: beer.get(name) for name in Listing._fields}
    return {name: value for name, value in given.items() if value is not None and value is not False and value != []}


def _changes(before: Beers, after: Beers) -> Changes:
    both = before.keys() & after.keys()
    return Changes(
        added=len(after) - len(both),
        changed=sum(before[beer_id] != after[beer_id] for beer_id in both),
        withdrawn=len(before) - len(both),
    )


def _plain(field: pa.Field) -> pa.Field:
    """Of plain text in the place of a dictionary's."""
    return pa.field(field.name, pa.string()) if pa.types.is_dictionary(field.type) else field
