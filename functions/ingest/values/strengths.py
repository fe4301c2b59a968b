"""Strengths in percent by volume, also where a file gives them as fractions (.065 for 6.5 %)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import pandas as pd

from ingest.values.column_values import Flags, Floats, numbers

HIGHEST_ABV = 100.0
# A column that never exceeds this is one of fractions, or of beers without alcohol.
_HIGHEST_FRACTION = 0.3
# Fractions if there are so many different ones, half of them at least as strong as this (as a fraction: 2 %).
_FEWEST, _TYPICAL = 3, 0.02


class Unit(Enum):
    """What the strengths of a file are given in."""

    PERCENT = "percent"
    FRACTION = "fraction"
    EITHER = "either"


@dataclass(frozen=True)
class Strengths:
    """Percent where `known`, else NaN; what is neither known nor missing could not be read."""

    values: Floats
    known: Flags
    missing: Flags
    decimal_commas: Flags


def unit_of(given: pd.Series) -> Unit:
    """What a column is given in, told from all its values; EITHER where they are too few or too low to tell."""
    found = numbers(given).values
    different = np.unique(found[(found > 0) & (found <= HIGHEST_ABV)])
    if not len(different) or different[-1] > _HIGHEST_FRACTION:
        return Unit.PERCENT
    if len(different) >= _FEWEST and np.median(different) >= _TYPICAL:
        return Unit.FRACTION
    return Unit.EITHER


def strengths(given: pd.Series, unit: Unit) -> Strengths:
    """A column of strengths; where they may be in either unit, all but 0 are unknown."""
    found = numbers(given)
    values = found.values * 100 if unit is Unit.FRACTION else found.values
    with np.errstate(invalid="ignore"):
        known = (values >= 0) & (values <= HIGHEST_ABV)
    if unit is Unit.EITHER:
        known &= values == 0
    return Strengths(np.where(known, values, np.nan), known, found.missing, found.decimal_commas)
