"""The rows of a catalogue file: beers, each accepted or refused as the rows of a file of reviews are.

Brewery and name tell a beer, or its id, by the same rules. A row that says neither yes nor no of `retired` is refused:
taken for no, it would recommend what nobody can buy. Any other optional value that can't be read counts as not given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ingest.columns import Columns
from ingest.part import CATALOGUE_SCHEMA
from ingest.records import Records
from ingest.rows import ID_OF_ANOTHER, OptionalColumn, ValidatedRows, beer_faults, first_reasons, parse_values
from ingest.values import listings
from ingest.values.beers import Beers, normalized_ids
from ingest.values.column_values import Flags, Text
from ingest.values.strengths import Unit, unit_of

_READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "retired": (listings.yes_or_no, "retired is neither yes nor no"),
    "price": (listings.price, "price is not a number with two decimals at most; it counts as not given"),
    "places": (
        listings.places,
        f"places are more than {listings.MOST_PLACES}, longer than {listings.LONGEST_PLACE} bytes or hold control "
        "characters; they count as not given",
    ),
    "image_url": (
        listings.image_url,
        f"image_url is no plain https address of at most {listings.LONGEST_URL} bytes; it counts as not given",
    ),
    "description": (
        listings.description,
        f"description is longer than {listings.LONGEST_DESCRIPTION} bytes; it counts as not given",
    ),
}


class CatalogueRowValidator:
    """Validates the rows of one catalogue file, one chunk after the other."""

    def __init__(self, columns: Columns, beers: Beers) -> None:
        self._columns = columns
        self._beers = beers
        self._unit: Unit | None = None

    def __call__(self, rows: Records) -> ValidatedRows:
        """Parse and validate `rows`, each of which has as many fields as the header."""
        given = parse_values(rows, self._columns)
        if self._unit is None:
            self._unit = unit_of(given["abv"]) if "abv" in given else Unit.PERCENT
        beer_name, brewery_name = (Text.of(given[name], decode=True) for name in ("beer_name", "brewery_name"))
        given_id = normalized_ids(given["beer_id"]) if "beer_id" in given else Text.constant("", len(rows))
        beer_id = self._beers.ids(given_id, brewery_name, beer_name)
        style, abv = OptionalColumn.style(given), OptionalColumn.abv(given, self._unit)
        read = {name: _listed(given, name) for name in _READERS}
        retired_fault = _READERS["retired"][1]
        checks = {**beer_faults(beer_name, brewery_name, beer_id.ids), retired_fault: read["retired"][1]}
        reasons = first_reasons(checks, but=np.zeros(len(rows), np.bool_))
        kept = np.ones(len(rows), np.bool_)
        kept[list(reasons)] = False
        notes = {ID_OF_ANOTHER: beer_id.of_another, **style.notes, **abv.notes}
        notes |= {_READERS[name][1]: unread for name, (_, unread) in read.items() if name != "retired"}
        columns_of_part = {
            "beer_id": beer_id.ids.array(),
            "beer_name": beer_name.array(),
            "brewery_name": brewery_name.array(),
            "style": style.values,
            "abv": abv.values,
            **{name: values for name, (values, _) in read.items()},
            "line": pa.array(rows.lines),
        }
        accepted = pa.table([columns_of_part[name] for name in CATALOGUE_SCHEMA.names], schema=CATALOGUE_SCHEMA)
        return ValidatedRows(
            accepted.filter(pa.array(kept)),
            reasons,
            not_rated=0,
            notes={what: int((flags & kept).sum()) for what, flags in notes.items()},
            scored=0,
            above=0,
            highest=0.0,
        )


def _listed(given: pd.DataFrame, name: str) -> tuple[pa.Array, Flags]:
    """The values of one of `_READERS`, null where it is not given, and the rows in which it can't be read."""
    kind = CATALOGUE_SCHEMA.field(name).type
    if name not in given:
        return pa.nulls(len(given), kind), np.zeros(len(given), np.bool_)
    # An address may hold what looks like an HTML entity.
    text = Text.of(given[name], decode=name != "image_url")
    values, unread = listings.read_each(text, _READERS[name][0], pa.string() if pa.types.is_dictionary(kind) else kind)
    return (values.dictionary_encode() if pa.types.is_dictionary(kind) else values), unread
