"""The times of reviews, in the forms that sites, databases and spreadsheets write; a time without a zone is UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ingest.values.column_values import Flags, Floats, distinct_texts

# A reviewer's clock may be ahead by so much; a review from further ahead would win over all later ones.
AHEAD = timedelta(days=1)

_FORMATS = (
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %b %d %H:%M:%S %Y",
    "%a %b %d %H:%M:%S %z %Y",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
)
# Day and month in either order, unless there are points between them: then the day comes first.
_DAY_AND_MONTH = (
    r"^(?P<first>[0-9]{1,2})(?P<mark>[/.-])(?P<second>[0-9]{1,2})[/.-](?P<year>[0-9]{4})"
    r"(?:,? (?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second_of_minute>[0-9]{2}))? ?(?P<half>[AaPp][Mm])?)?$"
)
# A spreadsheet's days count from here.
_SHEET_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_SECONDS_A_DAY = 86_400
_WORDS = ("mark", "half")


@dataclass(frozen=True)
class Times:
    """`milliseconds` since 1970 (UTC) where `known`; `ambiguous` are those of which day and month can't be told."""

    milliseconds: NDArray[np.int64]
    known: Flags
    missing: Flags
    ambiguous: Flags


def times(given: pd.Series, dropped_at: datetime, day_first: bool | None) -> Times:
    """A column of times; known are those from 1970 until a day after the drop.

    `day_first` says how 05/03/2009 is read; None: it is ambiguous.
    """
    if given.dtype.kind in "iuf":
        found = given.to_numpy(np.float64)
        seconds, missing = _seconds_of_numbers(found), np.isnan(found)
        return _bounded(seconds, missing, np.zeros(len(found), np.bool_), dropped_at)
    codes, texts = distinct_texts(given)
    seconds = _seconds_of_numbers(pd.to_numeric(texts, errors="coerce").to_numpy(np.float64))
    left = np.isnan(seconds)
    seconds[left] = _seconds_of_dates(texts[left])
    ambiguous = np.zeros(len(texts), np.bool_)
    left = np.isnan(seconds)
    if left.any():
        seconds[left], ambiguous[left] = _seconds_of_days_and_months(texts[left], day_first)
    return _bounded(seconds[codes], (texts == "").to_numpy(np.bool_)[codes], ambiguous[codes], dropped_at)


def is_day_first(given: pd.Series) -> bool | None:
    """The order of day and month in a column of times such as 13/03/2009; None where nothing, or both, is said."""
    if given.dtype.kind in "iuf":
        return None
    apart = _days_and_months(distinct_texts(given)[1])
    day_first = bool(((apart.first > 12) & ~apart.mark_is_point).any())
    month_first = bool(((apart.second > 12) & ~apart.mark_is_point).any())
    return day_first if day_first != month_first else None


@dataclass(frozen=True)
class _DaysAndMonths:
    """Of texts such as 05/03/2009 8:12 pm the numbers, NaN in others."""

    first: Floats
    second: Floats
    mark_is_point: Flags
    rest: pd.DataFrame

    def seconds(self, day_first: Flags) -> Floats:
        day, month = np.where(day_first, (self.first, self.second), (self.second, self.first))
        parts = self.rest.assign(day=day, month=month)
        return _seconds(pd.to_datetime(parts, utc=True, errors="coerce"))


def _days_and_months(texts: pd.Series) -> _DaysAndMonths:
    found = texts.str.extract(_DAY_AND_MONTH)
    parts = {name: pd.to_numeric(found[name]).to_numpy(np.float64) for name in found.columns if name not in _WORDS}
    afternoon = found["half"].str.lower() == "pm"
    hour = np.where(found["half"].notna(), parts["hour"] % 12 + 12 * afternoon.to_numpy(np.bool_), parts["hour"])
    rest = {"year": parts["year"], "hour": hour, "minute": parts["minute"], "second": parts["second_of_minute"]}
    return _DaysAndMonths(
        parts["first"],
        parts["second"],
        (found["mark"] == ".").to_numpy(np.bool_),
        pd.DataFrame({"year": rest.pop("year")} | {name: np.nan_to_num(values) for name, values in rest.items()}),
    )


def _bounded(seconds: Floats, missing: Flags, ambiguous: Flags, dropped_at: datetime) -> Times:
    with np.errstate(invalid="ignore"):
        known = (seconds >= 0) & (seconds <= (dropped_at + AHEAD).timestamp())
    return Times(np.round(np.where(known, seconds, 0) * 1000).astype(np.int64), known, missing, ambiguous)


def _seconds_of_numbers(found: Floats) -> Floats:
    """Unix times in seconds, milli-, micro- or nanoseconds; 2009; 20090305; 20090305201200; 39877.84.

    Each by its size: Unix times from before March 1973, which the shorter forms look like, are unknown.
    """
    whole = found == np.floor(found)
    seconds = np.full(len(found), np.nan)
    with np.errstate(invalid="ignore"):
        for unit, least in ((1, 1e8), (1e3, 1e11), (1e6, 1e14), (1e9, 1e17)):
            seconds = np.where((found >= least) & (found < least * 1e3), found / unit, seconds)
        days = (found - (datetime(1970, 1, 1, tzinfo=UTC) - _SHEET_EPOCH).days) * _SECONDS_A_DAY
        seconds = np.where((found >= 25_569) & (found < 73_051), days, seconds)
        for least, most, form in (
            (1970, 2100, "%Y"),
            (19700101, 21001231, "%Y%m%d"),
            (19700101000000, 21001231235959, "%Y%m%d%H%M%S"),
        ):
            there = whole & (found >= least) & (found <= most)
            if there.any():
                texts = pd.Series(found[there].astype(np.int64)).astype(str)
                seconds[there] = _seconds(pd.to_datetime(texts, format=form, utc=True, errors="coerce"))
    return seconds


def _seconds_of_dates(texts: pd.Series) -> Floats:
    seconds = _seconds(pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce"))
    left = np.isnan(seconds)
    if left.any():
        texts = texts[left].str.replace(r" ?(?:UTC|GMT)$", " +0000", regex=True).str.replace(r" +", " ", regex=True)
        seconds[left] = _in_first_format(texts, ("ISO8601", *_FORMATS))
    return seconds


def _in_first_format(texts: pd.Series, formats: Sequence[str]) -> Floats:
    seconds = np.full(len(texts), np.nan)
    for form in formats:
        left = np.isnan(seconds)
        if left.any():
            seconds[left] = _seconds(pd.to_datetime(texts[left], format=form, utc=True, errors="coerce"))
    return seconds


def _seconds_of_days_and_months(texts: pd.Series, day_first: bool | None) -> tuple[Floats, Flags]:
    """Seconds, and which are ambiguous; those stay NaN."""
    apart = _days_and_months(texts)
    is_day_first = np.where(apart.mark_is_point | (apart.first > 12), 1.0, np.where(apart.second > 12, 0.0, np.nan))
    ambiguous = ~np.isnan(apart.first) & np.isnan(is_day_first) & (apart.first != apart.second) & (day_first is None)
    is_day_first = np.where(np.isnan(is_day_first), day_first is not False, is_day_first)
    return np.where(ambiguous, np.nan, apart.seconds(is_day_first == 1)), ambiguous


def _seconds(dates: pd.Series) -> Floats:
    """Seconds since 1970, NaN where there is no date. Differences of far dates would not fit their type."""
    milliseconds = dates.dt.as_unit("ms").astype("int64").to_numpy().astype(np.float64) / 1000
    return np.where(dates.isna(), np.nan, milliseconds)
