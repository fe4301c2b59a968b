"""Scores out of 5, 10, 20 or 100, as the file states it or its values carry it ("13/20"); kept are 0 to 5."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ingest.text_chunks import UnusableFile
from ingest.values.column_values import Flags, Floats, Numbers, distinct_texts, numbers, text_numbers
from taproom import contract

# Above this nothing is a score on any scale, so it says nothing about the file's.
_HIGHEST_OF_ALL = 100.0
# From this share of the scores on, those above the scale say that the file has another one.
OTHER_SCALE = 0.01

_HIGHEST = r"(?P<highest>5|10|20|100)"
_RANGE = rf"(?:(?P<lowest>[01])\s*(?:-|–|_|to|\.\.)\s*)?{_HIGHEST}"
_UNRATED = r"(?P<unrated>[\s,;:]*0\s*(?:=|is|means)\s*(?:not rated|unrated|no rating|missing|none))?"
_STATED = re.compile(rf"(?:(?P<percent>%|percent)|{_RANGE}){_UNRATED}")
# `score_10`, `score/20`, `rating (1-10)`, `rating out of 100`, `score (%)`. Names are cut off before they meet it.
_HEADER = re.compile(
    rf"(?P<name>\D*?[^\W\d_])[\s_(/\[]*(?:out[\s_]of)?[\s_]*(?P<scale>(?:%|percent|{_RANGE}){_UNRATED})[\s)\]]*"
)
_LONGEST_NAME = 60
_FRACTION = r"^([0-9]{1,4}(?:[.,][0-9]{1,4})?) ?/ ?(5|10|20|100)$"
_PERCENT = r"^([0-9]{1,4}(?:[.,][0-9]{1,4})?) ?%$"


@dataclass(frozen=True)
class Scale:
    """Scores up to `highest`; with `zero_is_unrated` a 0 is no score."""

    highest: int = int(contract.HIGHEST_SCORE)
    zero_is_unrated: bool = False

    @classmethod
    def stated(cls, text: str) -> Scale:
        """From an object's metadata: `10`, `1-10`, `0-10`, `0-10, 0 = not rated`, `%`.

        A scale that does not begin at 0 has no 0: it stands for "not rated" then.

        Raises
        ------
        UnusableFile
            `text` is something else.
        """
        found = _STATED.fullmatch(text[:_LONGEST_NAME].strip().casefold())
        if found is None:
            raise UnusableFile(
                f'Its metadata "scale" is {text[:_LONGEST_NAME]!r}; expected the highest score (5, 10, 20 or 100) '
                "or both ends, such as 1-10. Correct it and drop the file again."
            )
        unrated = bool(found["unrated"]) or (found["highest"] is not None and found["lowest"] == "1")
        return cls(100 if found["percent"] else int(found["highest"]), unrated)

    @classmethod
    def of_header(cls, name: str) -> tuple[str, Scale] | None:
        """The rest of a column's name, and the scale that it states; None if it states none."""
        found = _HEADER.fullmatch(name.strip().casefold()) if len(name) <= _LONGEST_NAME else None
        return (found["name"], cls.stated(found["scale"])) if found else None

    def __str__(self) -> str:
        return f"{1 if self.zero_is_unrated else 0} to {self.highest}"


@dataclass(frozen=True)
class Scores:
    """`values` are 0 to 5, NaN where a row has no such score; `given` is what the file has.

    `above` are those that are too high for the scale, and might be scores on another one.
    """

    values: Floats
    given: Floats
    not_rated: Flags
    not_numbers: Flags
    out_of_range: Flags
    above: Flags
    fractions: Flags
    decimal_commas: Flags


def scores(given: pd.Series, scale: Scale) -> Scores:
    """A column of scores: plain ones are on `scale`, "13/20" and "65 %" say themselves out of what they are.

    A score of x out of n counts as 5 x / n: the proportion is kept, so 1 to 5 stays as it is.
    """
    found, outof = _read(given)
    fractions = ~np.isnan(outof)
    highest = np.where(fractions, outof, scale.highest)
    unrated = found.missing | (scale.zero_is_unrated & ~fractions & (found.values == 0))
    with np.errstate(invalid="ignore"):
        above = ~fractions & (found.values > highest) & (found.values <= _HIGHEST_OF_ALL)
        out_of_range = (found.values < 0) | (found.values > highest)
    return Scores(
        values=np.where(out_of_range, np.nan, found.values * contract.HIGHEST_SCORE / highest),
        given=found.values,
        not_rated=unrated,
        not_numbers=np.isnan(found.values) & ~unrated,
        out_of_range=out_of_range,
        above=above,
        fractions=fractions,
        decimal_commas=found.decimal_commas,
    )


def _read(given: pd.Series) -> tuple[Numbers, Floats]:
    """The numbers of a column, and out of what each says that it is (NaN where it doesn't)."""
    if given.dtype.kind in "iuf":
        return numbers(given), np.full(len(given), np.nan)
    codes, texts = distinct_texts(given)
    outof = np.full(len(texts), np.nan)
    parts = texts.str.extract(_FRACTION)
    percents = texts.str.extract(_PERCENT)[0]
    is_fraction, is_percent = parts[0].notna().to_numpy(), percents.notna().to_numpy()
    outof[is_fraction] = parts[1][is_fraction].astype(float)
    outof[is_percent] = _HIGHEST_OF_ALL
    texts = texts.mask(is_fraction, parts[0]).mask(is_percent, percents)
    return text_numbers(texts).of_rows(codes), outof[codes]


def other_scale(above: int, scored: int, highest: float, scale: Scale) -> str | None:
    """Why the scores of a file can't be on `scale`: `above` of `scored` are too high, the `highest` of all; or None."""
    if above < 1 or above < OTHER_SCALE * scored:
        return None
    return (
        f"{above:,} of its {scored:,} scores are above {scale.highest}, up to {highest:g}, so they are out of "
        "something else, and nothing of the file was kept. Say out of what in the column's name (score_10, "
        "rating (1-20), score_100) or in the object's metadata (aws s3 cp --metadata scale=10 …), and drop it again."
    )
