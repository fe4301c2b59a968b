"""Columns of a CSV as arrays: text by its distinct values, numbers, times. Nothing is refused here."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# A Unix time above this is in milliseconds: in seconds it would lie beyond the year 5000.
_MOST_SECONDS = 1e11
_EPOCH = pd.Timestamp(0, tz="UTC")


@dataclass(frozen=True)
class Text:
    """Row i holds `values[codes[i]]`; `values` are distinct and may be more than occur."""

    codes: NDArray[np.int32]
    values: pa.StringArray

    @classmethod
    def distinct(cls, codes: NDArray[np.int32], values: pa.Array) -> Text:
        """As given, equal values made one."""
        encoded = values.dictionary_encode()
        if len(encoded.dictionary) == len(values):
            return cls(codes, values)
        return cls(encoded.indices.to_numpy()[codes], encoded.dictionary)

    @classmethod
    def of(cls, given: pd.Series, *, decode: bool) -> Text:
        """A column trimmed, its HTML entities decoded if `decode`; nothing and blanks are ""."""
        encoded = strings(given).dictionary_encode()
        values = encoded.dictionary
        if decode and pc.any(pc.match_substring(values, "&")).as_py():
            values = pa.array([html.unescape(value) for value in values.to_pylist()], pa.string())
        return cls.distinct(encoded.indices.to_numpy(), pc.utf8_trim_whitespace(values))

    @property
    def lengths(self) -> NDArray[np.int32]:
        """Bytes of UTF-8 of each row."""
        return pc.binary_length(self.values).to_numpy()[self.codes]

    def array(self) -> pa.DictionaryArray:
        """For Arrow, "" being null."""
        return pa.DictionaryArray.from_arrays(pa.array(self.codes, mask=self.lengths == 0), self.values)


def strings(given: pd.Series) -> pa.StringArray:
    """A column that was read as text."""
    found = pa.array(given, pa.string())
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def numbers(given: pd.Series) -> tuple[Floats, Flags]:
    """A column as numbers, NaN where there is none, and whether the row has nothing there at all."""
    if given.dtype.kind in "iuf":
        found = given.to_numpy(np.float64)
        return found, np.isnan(found)
    codes, texts = _distinct_texts(given)
    return _numbers(texts)[codes], (texts == "").to_numpy(bool)[codes]


def seconds(given: pd.Series) -> tuple[Floats, Flags]:
    """A column of Unix times (seconds or milliseconds) or ISO 8601 as `numbers`, in seconds since 1970 UTC.

    A time without a zone is UTC.
    """
    if given.dtype.kind in "iuf":
        found, nothing = numbers(given)
        return _in_seconds(found), nothing
    codes, texts = _distinct_texts(given)
    unix = _in_seconds(_numbers(texts))
    dates = pd.to_datetime(texts.where(np.isnan(unix)), format="ISO8601", utc=True, errors="coerce")
    found = np.where(np.isnan(unix), (dates - _EPOCH).dt.total_seconds().to_numpy(np.float64), unix)
    return found[codes], (texts == "").to_numpy(bool)[codes]


def _distinct_texts(given: pd.Series) -> tuple[NDArray[np.intp], pd.Series]:
    """Codes into distinct trimmed texts, the last of which is "", for what was empty (code -1)."""
    codes, values = pd.factorize(given)
    return codes, pd.Series([*(str(value).strip() for value in values), ""], dtype=str)


def _numbers(texts: pd.Series) -> Floats:
    return pd.to_numeric(texts, errors="coerce").to_numpy(np.float64)


def _in_seconds(unix: Floats) -> Floats:
    return np.where(np.abs(unix) > _MOST_SECONDS, unix / 1000, unix)
