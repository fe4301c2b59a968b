"""Which beer a row is of: by its id where that is the beer's, else by brewery and name.

What ids other files give the beer is not looked at: training finds such twins, and each release knows them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.values.column_values import Flags, Text
from taproom import contract

# So many beers of a file are remembered; the names of later ones are compared with the catalogue's alone.
_MOST_REMEMBERED = 300_000
# Two names agree from this share of common words on (of the shorter one's), or from this likeness of their letters.
COMMON_WORDS = 0.6
ALIKE = 0.75

_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"\w+")
# What nearly every brewery may be called besides its name.
_OF_BREWERIES = frozenset(
    _WORD.findall(
        "and bier biere beer beers brasserie brau brauerei brauhaus brewer brewers brewery breweries brewing brewpub "
        "brouwerij browar bryggeri bryggeriet co company corp corporation craft de gmbh house inc international kg la "
        "le llc ltd of pivovar plc privatbrauerei pub restaurant the und works"
    )
)
_made_id = lru_cache(maxsize=1 << 17)(contract.beer_id_of)


class Catalogue(Protocol):
    """The beers of the release in service."""

    def named(self, beer_id: str) -> tuple[str, str] | None:
        """Name and brewery of a beer, None where it is unknown."""


@dataclass(frozen=True)
class BeerIds:
    """An id a row; `of_another` are the rows whose given id is another beer's."""

    ids: Text
    of_another: Flags


@dataclass(frozen=True)
class RememberedBeers:
    """What a file has said of beers so far: of ids their name and brewery, and what each id, brewery and name came to.

    Both in the order of the file; the second as id, brewery, name and the id that was decided for them.
    """

    names: Sequence[tuple[str, str, str]] = ()
    decided: Sequence[tuple[str, str, str, str]] = ()


class Beers:
    """The beers of one file, one chunk after the other, beside those of the catalogue (None: there is none).

    Without `has_brewery_names` breweries are not compared: numbers stand for them. `remembered` is what chunks before
    the first one have said.
    """

    def __init__(
        self,
        catalogue: Catalogue | None,
        *,
        has_brewery_names: bool = True,
        remembered: RememberedBeers | None = None,
    ) -> None:
        before = remembered or RememberedBeers()
        self._catalogue = catalogue
        self._has_brewery_names = has_brewery_names
        self._names = {beer_id: (name, brewery) for beer_id, name, brewery in before.names}
        # The same by made id, from the first row on that has no id.
        self._ids: dict[str, str] | None = None
        self._decided = {(given, brewery, name): found for given, brewery, name, found in before.decided}

    def remembered(self) -> RememberedBeers:
        """What the file has said so far."""
        return RememberedBeers(
            [(beer_id, *known) for beer_id, known in self._names.items()],
            [(*beer, found) for beer, found in self._decided.items()],
        )

    def ids(self, given: Text, breweries: Text, names: Text) -> BeerIds:
        """The ids of rows; "" in `given` is none. Rows without a brewery or a name get any: they are refused."""
        # Three codes as one number: below 2^63, since a chunk has fewer than 2^21 rows.
        key = (given.codes.astype(np.int64) * len(breweries.values) + breweries.codes) * len(names.values) + names.codes
        of_row, distinct = pd.factorize(key)
        rest, name_codes = np.divmod(distinct, len(names.values))
        id_codes, brewery_codes = np.divmod(rest, len(breweries.values))
        beers = list(
            zip(_taken(given, id_codes), _taken(breweries, brewery_codes), _taken(names, name_codes), strict=True)
        )
        # With an id first, so that those without one find theirs.
        found = {beer: self._with_id(*beer) for beer in beers if beer[0]}
        found |= {beer: self._without_id(*beer[1:]) for beer in beers if not beer[0]}
        ids = pa.array([found[beer] for beer in beers], pa.string())
        of_another = np.array([beer[0] not in ("", found[beer]) for beer in beers], np.bool_)
        return BeerIds(Text.distinct(of_row.astype(np.int32), ids), of_another[of_row])

    def _with_id(self, beer_id: str, brewery: str, name: str) -> str:
        beer = (beer_id, brewery, name)
        if beer not in self._decided:
            if len(self._decided) >= _MOST_REMEMBERED:
                self._decided.clear()
            known = self._known(beer_id, brewery, name)
            self._decided[beer] = beer_id if self._agree(known, (name, brewery)) else self._without_id(brewery, name)
        return self._decided[beer]

    def _without_id(self, brewery: str, name: str) -> str:
        made = _made_id(brewery, name)
        if self._ids is None:
            self._ids = {}
            for beer_id, known in self._names.items():
                self._ids.setdefault(_made_id(known[1], known[0]), beer_id)
        return self._ids.get(made, made)

    def _known(self, beer_id: str, brewery: str, name: str) -> tuple[str, str]:
        """Name and brewery that the id has, in the catalogue or else where it came first in the file."""
        if self._catalogue and (named := self._catalogue.named(beer_id)):
            return named
        if beer_id in self._names:
            return self._names[beer_id]
        if len(self._names) < _MOST_REMEMBERED and name and brewery:
            self._names[beer_id] = (name, brewery)
            if self._ids is not None:
                self._ids.setdefault(_made_id(brewery, name), beer_id)
        return name, brewery

    def _agree(self, known: tuple[str, str], given: tuple[str, str]) -> bool:
        if known == given:
            return True
        if not names_agree(known[0], given[0], besides=known[1]):
            return False
        return not self._has_brewery_names or breweries_agree(known[1], given[1])


def names_agree(one: str, other: str, besides: str = "") -> bool:
    """Whether two names of beers may be one beer's; the words of the brewery's name, `besides`, and years don't count.

    A style or a year that was added, accents and punctuation make no difference.
    """
    return _agree(one, other, frozenset(_WORD.findall(contract.folded(besides))))


def breweries_agree(one: str, other: str) -> bool:
    """Whether two names of breweries may be one brewery's; "Brewing Co." and the like don't count."""
    return _agree(one, other, _OF_BREWERIES)


def _agree(one: str, other: str, empty_words: frozenset[str]) -> bool:
    # Needed for the few names that differ.
    from rapidfuzz import fuzz

    first, second = contract.folded(one), contract.folded(other)
    if first == second:
        return True
    words, others = _words(first, empty_words), _words(second, empty_words)
    common = len(set(words) & set(others))
    if common and common >= COMMON_WORDS * min(len(set(words)), len(set(others))):
        return True
    return fuzz.ratio(" ".join(words), " ".join(others)) >= 100 * ALIKE


def _words(folded: str, empty_words: frozenset[str]) -> list[str]:
    words = _WORD.findall(folded)
    return [word for word in words if word not in empty_words and not _YEAR.fullmatch(word)] or words


def _taken(texts: Text, codes: NDArray[np.int64]) -> list[str]:
    found: list[str] = texts.values.take(pa.array(codes)).to_pylist()
    return found


def normalized_ids(given: pd.Series) -> Text:
    """Ids as given, but those that a spreadsheet or pandas made decimals of: 123.0 is 123."""
    found = Text.of(given, decode=False)
    return Text.distinct(found.codes, pc.replace_substring_regex(found.values, r"^([0-9]+)\.0+$", r"\1"))
