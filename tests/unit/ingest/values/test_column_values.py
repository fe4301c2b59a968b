"""A column of text by its distinct values."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from ingest.values.column_values import Text

GIVEN = pd.Series([" ann", "bob", "", "ann ", "A &amp; B", " "], dtype=pd.ArrowDtype(pa.string()))


def test_values_that_become_equal_are_one_value() -> None:
    found = Text.of(GIVEN, decode=True)
    assert found.values.to_pylist() == ["ann", "bob", "", "A & B"]
    assert found.codes.tolist() == [0, 1, 2, 0, 3, 2]


def test_lengths_are_bytes_and_nothing_is_null() -> None:
    found = Text.of(pd.Series(["ü", ""], dtype=pd.ArrowDtype(pa.string())), decode=False)
    assert found.lengths.tolist() == [2, 0]
    assert found.array().to_pylist() == ["ü", None]
