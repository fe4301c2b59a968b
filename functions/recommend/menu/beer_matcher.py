"""Which beer a line of a menu means: words compared with typos allowed, rare words counting more.

How alike a beer and a line are is the mean of two shares, weighted by how rare the words are: of the beer's words
those that the line has, and of the line's words those that the beer has. Being sure needs more than being alike: the
second best must be clearly less so.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from recommend.catalogue.beers import Beer
from recommend.menu.menu_lines import SERVED, MenuLine, words_of

# A match of at least this confidence is taken for what was meant.
SURE = 0.65

_FUZZY_FROM = 4  # letters; shorter words are too alike
_ALIKE = 0.72
_ALTERNATIVES = 6
_COMPARED = 60
# A brewery is often left out or cut short, a style only explains words of a line.
_BREWERY_WEIGHT = 0.5
_BEER_SHARE = 0.55
# A line of words that say less than this, such as "Pale Ale", names no beer, whichever is called so.
_TELLING = 5.0
# What a beer gains that has ten times as many reviews: people mean the one that everybody knows.
_FAME = 0.04
_BREWERY_WORDS = frozenset(
    (
        *("brewing", "brewery", "brewers", "brewer", "brewhouse", "brewpub", "beer", "beers", "beerworks", "works"),
        *("company", "co", "corp", "corporation", "inc", "ltd", "llc", "gmbh", "kg", "ag", "nv", "sa"),
        *("brauerei", "brouwerij", "brasserie", "bryggeri", "birrificio", "cerveceria"),
        *("the", "and", "of", "de", "der", "van", "het", "la", "le"),
    )
)


@dataclass(frozen=True)
class Match:
    """A beer that a line may mean; `confidence` is 0 to 1."""

    beer: Beer
    confidence: float


@dataclass(frozen=True, slots=True)
class _Entry:
    beer: Beer
    name: frozenset[str]
    brewery: frozenset[str]
    style: frozenset[str]


class BeerIndex:
    """All beers by the words of their names, breweries and styles."""

    def __init__(self, beers: Iterable[Beer]) -> None:
        self._entries = [_entry(beer) for beer in beers]
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(self._entries):
            for word in entry.name | entry.brewery:
                self._places[word].append(place)
        self._words = list(self._places)
        self._alternatives = lru_cache(maxsize=4096)(self._find_alternatives)

    def matches(self, line: MenuLine, count: int = 3) -> list[Match]:
        """The beers that are most like the line, the likeliest first."""
        found = [(word, self._alternatives(word)) for word in dict.fromkeys(line.words)]
        likeness = {place: self._likeness(self._entries[place], found, line) for place in self._compared(found)}
        if not likeness:
            return []
        alike = sorted(likeness, key=lambda place: -likeness[place])
        twins = [place for place in alike if self._are_twins(place, alike[0])]
        others = [place for place in alike if place not in twins]
        # Two beers that are about as like make neither sure; from a lead of a tenth on the likeness itself counts.
        lead = likeness[alike[0]] - (likeness[others[0]] if others else 0.0)
        best = max(twins, key=lambda place: self._likeness_of_order(place, line))
        sure = {best: likeness[alike[0]] * min(1.0, 0.5 + 5 * lead)}
        alike.remove(best)
        return [
            Match(self._entries[place].beer, _confidence(sure.get(place, likeness[place] / 2)))
            for place in [best, *alike][:count]
        ]

    def _compared(self, found: Sequence[tuple[str, Mapping[str, float]]]) -> list[int]:
        """The places of the beers with the rarest words in common with the line."""
        weights: dict[int, float] = defaultdict(float)
        for _, alternatives in found:
            best: dict[int, float] = {}
            for word, likeness in alternatives.items():
                for place in self._places.get(word, ()):
                    best[place] = max(best.get(place, 0.0), likeness * self._rarity(word))
            for place, weight in best.items():
                weights[place] += weight
        return sorted(weights, key=lambda place: (-weights[place], place))[:_COMPARED]

    def _likeness(self, entry: _Entry, found: Sequence[tuple[str, Mapping[str, float]]], line: MenuLine) -> float:
        had: dict[str, float] = {}
        explained = asked = 0.0
        for word, alternatives in found:
            fit = 0.0
            for other, likeness in alternatives.items():
                if other in entry.name or other in entry.brewery:
                    had[other] = max(had.get(other, 0.0), likeness)
                    fit = max(fit, likeness)
            if word in entry.style or word in _BREWERY_WORDS:
                fit = 1.0
            # A bare number that means nothing here is a price or a size.
            weight = 0.0 if not fit and (word.isdigit() or word in SERVED) else self._rarity(word)
            explained += weight * fit
            asked += weight
        covered = wanted = 0.0
        for word in entry.name | entry.brewery:
            weight = self._rarity(word) * (1.0 if word in entry.name else _BREWERY_WEIGHT)
            covered += weight * had.get(word, 0.0)
            wanted += weight
        if not wanted or not asked:
            return 0.0
        likeness = _BEER_SHARE * covered / wanted + (1 - _BEER_SHARE) * explained / asked
        likeness *= min(1.0, asked / _TELLING)
        return likeness + _strength_bonus(entry.beer.abv, line.abv) + _FAME * (math.log10(1 + entry.beer.reviews) - 2)

    def _rarity(self, word: str) -> float:
        """Inverse document frequency; a word that no beer has is as rare as one that a single beer has."""
        return math.log(1 + len(self._entries) / max(1, len(self._places.get(word, ()))))

    def _find_alternatives(self, word: str) -> dict[str, float]:
        """The words that `word` may be, with how alike they are, 0 to 1."""
        if word in self._places or len(word) < _FUZZY_FROM or word.isdigit():
            return {word: 1.0}
        near = process.extract(
            word, self._words, scorer=OSA.normalized_similarity, limit=_ALTERNATIVES, score_cutoff=_ALIKE
        )
        return {other: likeness for other, likeness, _ in near}

    def _are_twins(self, place: int, other: int) -> bool:
        """Whether two beers have the same words, so that their order and number alone tell them apart."""
        one, two = self._entries[place], self._entries[other]
        return one.name == two.name and one.brewery == two.brewery

    def _likeness_of_order(self, place: int, line: MenuLine) -> float:
        """0 to 1: tells Pale Ale from Pale Pale Ale."""
        beer = self._entries[place].beer
        return OSA.normalized_similarity(line.words, words_of(f"{beer.name} {beer.brewery}"))


def _confidence(likeness: float) -> float:
    return round(min(1.0, max(0.0, likeness)), 3)


def _entry(beer: Beer) -> _Entry:
    return _Entry(
        beer,
        frozenset(words_of(beer.name)),
        frozenset(words_of(beer.brewery)) - _BREWERY_WORDS,
        frozenset(words_of(beer.style or "")),
    )


def _strength_bonus(known: float | None, told: float | None) -> float:
    """A strength that is told may confirm a beer, or speak against it."""
    if known is None or told is None:
        return 0.0
    difference = abs(known - told)
    return 0.03 if difference < 0.25 else 0.0 if difference < 1 else -0.06
