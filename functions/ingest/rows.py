"""The rows of one chunk: values parsed by pandas, validated column by column, accepted or refused.

A required column that is empty or wrong refuses its row, for one reason: the first of the checks. An
optional one never does: an `abv` or a `reviewed_at` that can't be read counts as not given, and is
counted. HTML entities are decoded in what is shown and compared (names and style), not in `username`,
which a client sends back as it was given, nor in `text`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest.column_values import Text, numbers, seconds, strings
from ingest.columns import Columns
from ingest.part import SCHEMA
from ingest.records import Flags, Records
from taproom import contract
from taproom.drops import LONGEST_BEER_ID, LONGEST_USERNAME

HIGHEST_ABV = 100.0

UNKNOWN_ABV = "abv is not a number from 0 to 100"
UNKNOWN_TIME = "reviewed_at is not a Unix or ISO 8601 time from 1970 until the drop"

# A reviewer's clock may be ahead by so much; a review from further ahead would win over all later ones.
_AHEAD = timedelta(days=1)
_NUMBERS = ("score", "abv", "reviewed_at")
_TEXT = pd.ArrowDtype(pa.string())
_beer_id_of = lru_cache(maxsize=1 << 17)(contract.beer_id_of)


@dataclass(frozen=True)
class ValidatedRows:
    """`accepted` has the part's schema; `reasons` says why a row (its index) was refused.

    `unknown` counts the accepted rows that lack an optional value because it could not be read.
    """

    accepted: pa.Table
    reasons: Mapping[int, str]
    unknown: Mapping[str, int]


def validate(rows: Records, columns: Columns, dropped_at: datetime) -> ValidatedRows:
    """Parse and validate `rows`, each of which has as many fields as the header."""
    given = _parse(rows, columns)
    username = Text.of(given["username"], decode=False)
    beer_name = Text.of(given["beer_name"], decode=True)
    brewery_name = Text.of(given["brewery_name"], decode=True)
    beer_id = _beer_ids(given.get("beer_id"), brewery_name, beer_name)
    score, no_score = numbers(given["score"])
    checks = {
        "score is missing": no_score,
        "score is not a number": np.isnan(score),
        "score is not between 0 and 5": (score < contract.LOWEST_SCORE) | (score > contract.HIGHEST_SCORE),
        "username is missing": username.lengths == 0,
        f"username is longer than {LONGEST_USERNAME} bytes": username.lengths > LONGEST_USERNAME,
        "beer_name is missing": beer_name.lengths == 0,
        "brewery_name is missing": brewery_name.lengths == 0,
        f"beer_id is longer than {LONGEST_BEER_ID} bytes": beer_id.lengths > LONGEST_BEER_ID,
    }
    reasons = _first_reasons(checks)
    kept = np.ones(len(rows), np.bool_)
    kept[list(reasons)] = False

    abv, bad_abv = _abv(given)
    reviewed_at, bad_time = _reviewed_at(given, dropped_at)
    columns_of_part = {
        "username": username.array(),
        "beer_id": beer_id.array(),
        "beer_name": beer_name.array(),
        "brewery_name": brewery_name.array(),
        "style": _style(given),
        "abv": abv,
        "score": pa.array(score.astype(np.float32)),
        "text": _text(given),
        "reviewed_at": reviewed_at,
        "dropped_at": pa.repeat(pa.scalar(dropped_at, SCHEMA.field("dropped_at").type), len(rows)),
        "line": pa.array(rows.lines),
    }
    accepted = pa.table([columns_of_part[name] for name in SCHEMA.names], schema=SCHEMA)
    return ValidatedRows(
        accepted if kept.all() else accepted.filter(pa.array(kept)),
        reasons,
        {UNKNOWN_ABV: int((bad_abv & kept).sum()), UNKNOWN_TIME: int((bad_time & kept).sum())},
    )


def _parse(rows: Records, columns: Columns) -> pd.DataFrame:
    names = [str(place) for place in range(columns.count)]
    for name, place in columns.places.items():
        names[place] = name
    ours = list(columns.places)
    given = pd.read_csv(
        io.BytesIO(rows.joined()),
        header=None,
        names=names,
        usecols=ours,
        dtype={name: _TEXT for name in ours if name not in _NUMBERS},
        # Somebody's name may be "NA": only nothing is nothing.
        keep_default_na=False,
        na_values={name: [""] for name in ours if name in _NUMBERS},
        skip_blank_lines=False,
        low_memory=False,
    )
    if len(given) != len(rows):
        raise RuntimeError(f"Expected {len(rows)} rows from line {rows.lines[0]}, pandas read {len(given)}. Report it.")
    return given


def _first_reasons(checks: Mapping[str, Flags]) -> dict[int, str]:
    reasons: dict[int, str] = {}
    for reason, fails in checks.items():
        for index in np.flatnonzero(fails).tolist():
            reasons.setdefault(index, reason)
    return reasons


def _beer_ids(given: pd.Series | None, brewery_name: Text, beer_name: Text) -> Text:
    """As given, made from brewery and beer name where nothing was."""
    if given is None:
        ids, lacks = Text(np.zeros(len(beer_name.codes), np.int32), pa.array([""])), np.ones_like(beer_name.codes, bool)
    else:
        ids = Text.of(given, decode=False)
        lacks = ids.lengths == 0
    if not lacks.any():
        return ids
    beers = brewery_name.codes[lacks].astype(np.int64) * len(beer_name.values) + beer_name.codes[lacks]
    distinct, of_row = np.unique(beers, return_inverse=True)
    breweries, names = np.divmod(distinct, len(beer_name.values))
    made = [
        _beer_id_of(brewery, name)
        for brewery, name in zip(
            brewery_name.values.take(pa.array(breweries)).to_pylist(),
            beer_name.values.take(pa.array(names)).to_pylist(),
            strict=True,
        )
    ]
    codes = ids.codes.copy()
    codes[lacks] = len(ids.values) + of_row
    return Text.distinct(codes, pa.concat_arrays([ids.values, pa.array(made, pa.string())]))


def _style(given: pd.DataFrame) -> pa.Array:
    if "style" not in given:
        return pa.nulls(len(given), SCHEMA.field("style").type)
    return Text.of(given["style"], decode=True).array()


def _text(given: pd.DataFrame) -> pa.Array:
    if "text" not in given:
        return pa.nulls(len(given), pa.string())
    found = strings(given["text"])
    return pc.if_else(pc.equal(found, ""), None, found)


def _abv(given: pd.DataFrame) -> tuple[pa.Array, Flags]:
    if "abv" not in given:
        return pa.nulls(len(given), pa.float32()), np.zeros(len(given), np.bool_)
    found, nothing = numbers(given["abv"])
    known = (found >= 0) & (found <= HIGHEST_ABV)
    return pa.array(found.astype(np.float32), mask=~known), ~known & ~nothing


def _reviewed_at(given: pd.DataFrame, dropped_at: datetime) -> tuple[pa.Array, Flags]:
    kind = SCHEMA.field("reviewed_at").type
    if "reviewed_at" not in given:
        return pa.repeat(pa.scalar(dropped_at, kind), len(given)), np.zeros(len(given), np.bool_)
    found, nothing = seconds(given["reviewed_at"])
    known = (found >= 0) & (found <= (dropped_at + _AHEAD).timestamp())
    milliseconds = np.round(np.where(known, found, dropped_at.timestamp()) * 1000).astype(np.int64)
    return pa.array(milliseconds).cast(kind), ~known & ~nothing
