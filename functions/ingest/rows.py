"""The rows of a file, a chunk at a time: values parsed by pandas, validated column by column, accepted or refused.

A required column that is empty or wrong refuses its row, for one reason: the first of the checks. A row without a
score is not rated, which is no fault. An optional value never refuses a row: one that can't be read counts as not
given, and is counted. HTML entities are decoded in what is shown and compared (names and style), not in `username`,
which a client sends back as it was given, nor in `text`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest.columns import Columns
from ingest.part import SCHEMA
from ingest.records import Records
from ingest.values.beers import Beers, normalized_ids
from ingest.values.column_values import Flags, Text, strings
from ingest.values.scores import Scale, scores
from ingest.values.strengths import Unit, strengths, unit_of
from ingest.values.times import is_day_first, times
from taproom.drops import LONGEST_BEER_ID, MISSING, username_fault

# Bytes of UTF-8. A longer one is something else.
LONGEST_NAME = 256

ID_OF_ANOTHER = "the beer_id is another beer's by brewery and name, so these two tell the beer"

_NUMBERS = ("score", "abv", "reviewed_at")
_TEXT = pd.ArrowDtype(pa.string())


@dataclass(frozen=True)
class ValidatedRows:
    """`accepted` has the part's schema; `reasons` says why a row (its index) was refused.

    The other rows are not rated. `notes` counts rows by what there is to say of them: a sentence about them. Of the
    scores that could be read `above` are too high for the scale, the `highest` of them included.
    """

    accepted: pa.Table
    reasons: Mapping[int, str]
    not_rated: int
    notes: Mapping[str, int]
    scored: int
    above: int
    highest: float


@dataclass(frozen=True)
class Conventions:
    """What the values of columns mean as a whole: the unit of strengths, and whether a date's day comes first."""

    unit: Unit
    day_first: bool | None


class RowValidator:
    """Validates the rows of one file, one chunk after the other.

    The `conventions` are told from the first chunk, which is all of a file below `text_chunks.CHUNK` bytes. Whether it
    `is_rated`, `ingest.drop.Drop` says.
    """

    def __init__(
        self,
        columns: Columns,
        scale: Scale,
        dropped_at: datetime,
        beers: Beers,
        conventions: Conventions | None = None,
        *,
        is_rated: bool = False,
    ) -> None:
        self._columns = columns
        self._scale = scale
        self._dropped_at = dropped_at
        self._beers = beers
        self._is_rated = is_rated
        self.conventions = conventions

    def __call__(self, rows: Records) -> ValidatedRows:
        """Parse and validate `rows`, each of which has as many fields as the header."""
        given = parse_values(rows, self._columns)
        if self.conventions is None:
            self.conventions = Conventions(
                unit_of(given["abv"]) if "abv" in given else Unit.PERCENT,
                is_day_first(given["reviewed_at"]) if "reviewed_at" in given else None,
            )
        if self._columns.username is None:
            username = Text.of(given["username"], decode=False)
        else:
            username = Text.constant(self._columns.username, len(rows))
        beer_name, brewery_name = (Text.of(given[name], decode=True) for name in ("beer_name", "brewery_name"))
        given_id = normalized_ids(given["beer_id"]) if "beer_id" in given else Text.constant("", len(rows))
        beer_id = self._beers.ids(given_id, brewery_name, beer_name)
        score = scores(given["score"], self._scale)
        checks = {
            "score is not a number": score.not_numbers,
            f"score is not between 0 and {self._scale.highest}": score.out_of_range,
            **_username_faults(username),
            **beer_faults(beer_name, brewery_name, beer_id.ids),
        }
        reasons = first_reasons(checks, but=score.not_rated)
        kept = ~score.not_rated
        kept[list(reasons)] = False

        style, abv = OptionalColumn.style(given), OptionalColumn.abv(given, self.conventions.unit)
        reviewed_at = self._reviewed_at(given, self.conventions.day_first)
        notes = {
            "scores say themselves out of what they are (13/20, 65 %), and count for that share of 5": score.fractions,
            "scores have decimal commas": score.decimal_commas,
            ID_OF_ANOTHER: beer_id.of_another,
            **style.notes,
            **abv.notes,
            **reviewed_at.notes,
        }
        columns_of_part = {
            "username": username.array(),
            "beer_id": beer_id.ids.array(),
            "beer_name": beer_name.array(),
            "brewery_name": brewery_name.array(),
            "style": style.values,
            "abv": abv.values,
            "score": pa.array(score.values.astype(np.float32)),
            "text": _text(given),
            "reviewed_at": reviewed_at.values,
            "dropped_at": pa.repeat(pa.scalar(self._dropped_at, SCHEMA.field("dropped_at").type), len(rows)),
            "line": pa.array(rows.lines),
        }
        accepted = pa.table([columns_of_part[name] for name in SCHEMA.names], schema=SCHEMA)
        return ValidatedRows(
            accepted if kept.all() else accepted.filter(pa.array(kept)),
            reasons,
            int(score.not_rated.sum()),
            {what: int((flags & kept).sum()) for what, flags in notes.items()},
            scored=int((~score.not_rated & ~score.not_numbers).sum()),
            above=int(score.above.sum()),
            highest=float(score.given[score.above].max(initial=0)),
        )

    def _reviewed_at(self, given: pd.DataFrame, day_first: bool | None) -> OptionalColumn:
        if "reviewed_at" not in given:
            return OptionalColumn.none(given, "reviewed_at")
        found = times(given["reviewed_at"], self._dropped_at, day_first)
        notes = {
            "reviewed_at is no time from 1970 until the drop; it counts as unknown": ~found.known
            & ~found.missing
            & ~found.ambiguous,
            "reviewed_at may have its day or its month first, which no other row tells; it counts as unknown": (
                found.ambiguous
            ),
        }
        said = found.milliseconds
        # A file's clock may be ahead, and what is said or taken back after the drop is later than all that it holds.
        # The API's is not, but a drop's time lacks the fraction of its second.
        if not self._is_rated:
            said = np.minimum(said, int(self._dropped_at.timestamp() * 1000))
        milliseconds = pa.array(said, mask=~found.known)
        return OptionalColumn(milliseconds.cast(SCHEMA.field("reviewed_at").type), notes)


@dataclass(frozen=True)
class OptionalColumn:
    """An optional column of the part, and the rows of which there is something to say."""

    values: pa.Array
    notes: Mapping[str, Flags]

    @classmethod
    def none(cls, given: pd.DataFrame, name: str) -> OptionalColumn:
        """That of a file which does not have it."""
        return cls(pa.nulls(len(given), SCHEMA.field(name).type), {})

    @classmethod
    def style(cls, given: pd.DataFrame) -> OptionalColumn:
        if "style" not in given:
            return cls.none(given, "style")
        found = Text.of(given["style"], decode=True)
        too_long = found.lengths > LONGEST_NAME
        values = found.array()
        notes = {f"style is longer than {LONGEST_NAME} bytes; it counts as unknown": too_long}
        return cls(pc.if_else(pa.array(too_long), None, values) if too_long.any() else values, notes)

    @classmethod
    def abv(cls, given: pd.DataFrame, unit: Unit) -> OptionalColumn:
        if "abv" not in given:
            return cls.none(given, "abv")
        found = strengths(given["abv"], unit)
        unread = ~found.known & ~found.missing
        notes = {
            "abv has a decimal comma": found.decimal_commas & found.known,
            "abv is not a number from 0 to 100; it counts as unknown": unread & (unit is not Unit.EITHER),
            "abv is below 0.3 throughout, so it may be a fraction; it counts as unknown": unread
            & (unit is Unit.EITHER),
            "abv is a fraction (.065) and counts as percent (6.5)": found.known & (unit is Unit.FRACTION),
        }
        return cls(pa.array(found.values.astype(np.float32), mask=~found.known), notes)


def parse_values(rows: Records, columns: Columns) -> pd.DataFrame:
    """Our columns of `rows`, each of which has as many fields as the header: text, but for numbers."""
    names = [str(place) for place in range(columns.count)]
    for name, place in columns.places.items():
        names[place] = name
    ours = list(columns.places)
    given = pd.read_csv(
        io.BytesIO(rows.joined()),
        sep=columns.delimiter,
        header=None,
        names=names,
        usecols=ours,
        dtype={name: _TEXT for name in ours if name not in _NUMBERS},
        keep_default_na=False,
        na_values={name: MISSING for name in ours if name in _NUMBERS},
        skip_blank_lines=False,
        low_memory=False,
    )
    if len(given) != len(rows):
        raise RuntimeError(f"Expected {len(rows)} rows from line {rows.lines[0]}, pandas read {len(given)}. Report it.")
    return given


def beer_faults(beer_name: Text, brewery_name: Text, beer_id: Text) -> dict[str, Flags]:
    """The rows of each fault of what tells a beer."""
    return {
        "beer_name is missing": beer_name.lengths == 0,
        "brewery_name is missing": brewery_name.lengths == 0,
        f"beer_name is longer than {LONGEST_NAME} bytes": beer_name.lengths > LONGEST_NAME,
        f"brewery_name is longer than {LONGEST_NAME} bytes": brewery_name.lengths > LONGEST_NAME,
        f"beer_id is longer than {LONGEST_BEER_ID} bytes": beer_id.lengths > LONGEST_BEER_ID,
    }


def first_reasons(checks: Mapping[str, Flags], but: Flags) -> dict[int, str]:
    """Why a row (its index) is refused: the first of the checks that it fails; none of the rows `but`."""
    reasons: dict[int, str] = {}
    for reason, fails in checks.items():
        for index in np.flatnonzero(fails & ~but).tolist():
            reasons.setdefault(index, reason)
    return reasons


def _username_faults(username: Text) -> dict[str, Flags]:
    """The rows of each fault that usernames have."""
    faults = [username_fault(value) for value in username.values.to_pylist()]
    return {
        f"username {fault}": np.array([fault == one for one in faults], np.bool_)[username.codes]
        for fault in dict.fromkeys(faults)
        if fault is not None
    }


def _text(given: pd.DataFrame) -> pa.Array:
    if "text" not in given:
        return pa.nulls(len(given), pa.string())
    found = strings(given["text"])
    return pc.if_else(pc.is_in(found, pa.array(MISSING, pa.string())), None, found)
