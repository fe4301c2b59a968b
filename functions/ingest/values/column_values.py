"""Columns of a CSV as arrays: text by its distinct values, and numbers. Nothing is refused here."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from taproom.drops import MISSING, normalized

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_DECIMAL_COMMA = r"^[+-]?[0-9]*,[0-9]+$"
# Two spaces, and what is a blank in Python and no space.
_UNUSUAL_BLANKS = (
    r"  |[\x09-\x0d\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
)


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
        """A column trimmed and composed (NFC); nothing, blanks and the words for a missing value are "".

        With `decode` HTML entities are decoded, and each run of blanks is one space.
        """
        encoded = strings(given).dictionary_encode()
        values = pc.utf8_trim_whitespace(encoded.dictionary)
        values = pc.if_else(pc.is_in(values, pa.array(MISSING, pa.string())), "", values)
        if decode:
            values = _changed(values, pc.match_substring(values, "&"), html.unescape)
            values = _changed(values, pc.match_substring_regex(values, _UNUSUAL_BLANKS), _with_single_spaces)
        values = _changed(values, pc.invert(pc.string_is_ascii(values)), normalized)
        return cls.distinct(encoded.indices.to_numpy(), pc.utf8_trim_whitespace(values))

    @classmethod
    def constant(cls, value: str, rows: int) -> Text:
        """The same in each of `rows` rows."""
        return cls(np.zeros(rows, np.int32), pa.array([value], pa.string()))

    @property
    def lengths(self) -> NDArray[np.int32]:
        """Bytes of UTF-8 of each row."""
        return pc.binary_length(self.values).to_numpy()[self.codes]

    def array(self) -> pa.DictionaryArray:
        """For Arrow, "" being null."""
        return pa.DictionaryArray.from_arrays(pa.array(self.codes, mask=self.lengths == 0), self.values)


@dataclass(frozen=True)
class Numbers:
    """A number a row, NaN where there is none; whether the row has nothing there at all; whether it has a comma."""

    values: Floats
    missing: Flags
    decimal_commas: Flags

    def of_rows(self, codes: NDArray[np.intp]) -> Numbers:
        """Of distinct values to those of rows."""
        return Numbers(self.values[codes], self.missing[codes], self.decimal_commas[codes])


def _changed(values: pa.StringArray, which: pa.BooleanArray, change: Callable[[str], str]) -> pa.StringArray:
    """The values, some of them changed in Python, which takes a hundred times as long as Arrow."""
    some = values.filter(which).to_pylist()
    return pc.replace_with_mask(values, which, pa.array(map(change, some), pa.string())) if some else values


def _with_single_spaces(text: str) -> str:
    return " ".join(text.split())


def strings(given: pd.Series) -> pa.StringArray:
    """A column that was read as text."""
    found = pa.array(given, pa.string())
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def numbers(given: pd.Series) -> Numbers:
    """A column as numbers, with decimal points or commas, and with or without a percent sign."""
    if given.dtype.kind in "iuf":
        found = given.to_numpy(np.float64)
        return Numbers(found, np.isnan(found), np.zeros(len(found), np.bool_))
    codes, texts = distinct_texts(given)
    return text_numbers(texts.str.removesuffix("%").str.rstrip()).of_rows(codes)


def text_numbers(texts: pd.Series) -> Numbers:
    """Trimmed texts as numbers."""
    commas = texts.str.match(_DECIMAL_COMMA).to_numpy(np.bool_)
    if commas.any():
        texts = texts.where(~commas, texts.str.replace(",", "."))
    found = pd.to_numeric(texts, errors="coerce").to_numpy(np.float64)
    return Numbers(found, (texts == "").to_numpy(np.bool_), commas)


def distinct_texts(given: pd.Series) -> tuple[NDArray[np.intp], pd.Series]:
    """Codes into distinct trimmed texts, the last of which is "", for what was missing (code -1)."""
    codes, values = pd.factorize(given)
    texts = [str(value).strip() for value in values]
    return codes, pd.Series(["" if text in MISSING else text for text in texts] + [""], dtype=str)
