"""Which beer a line of a menu means: words compared with typos allowed, rare words counting more.

The similarity of a beer and a line is the mean of two shares, weighted by how rare the words are: of the beer's words
those that the line has, and of the line's words those that the beer has. Confidence needs more than similarity: the
second best must be clearly less similar.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from recommend.menu.menu_lines import SERVING_WORDS, MenuLine, words_of
from taproom.catalogue_file import Beer

# A match of at least this confidence is taken for what was meant.
CERTAIN = 0.65

_MIN_FUZZY_LENGTH = 4  # letters; shorter words are too similar to each other
_MIN_WORD_SIMILARITY = 0.72
_MAX_CORRECTIONS = 6
# So similar are words that are cut short, such as Hefe, to those that they may mean.
_CUT_SIMILARITY = 0.9
# As on labels of beers whose names are in English in the catalogue.
_FRENCH = {"bleue": "blue", "rouge": "red", "blanche": "white"}
_MAX_COMPARED = 60
# What a line may cost: of its words that no beer has so many are compared with all that beers have, and so many places
# are looked up at which beers have its words, the rarest words and the best known beers first.
_MAX_CORRECTED = 6
_MAX_POSTINGS = 5_000
# A brewery is often left out or cut short, a style only explains words of a line.
_BREWERY_WEIGHT = 0.5
# So are those of a name that say what style it is: Old Rasputin (Russian Imperial Stout).
_STYLE_WEIGHT = 0.5
_BEER_SHARE = 0.55
# A line whose words weigh less than this together, such as "Pale Ale", names no beer, whichever is called so.
_MIN_LINE_WEIGHT = 5.0
# What a beer gains that has ten times as many reviews: people mean the one that everybody knows.
_POPULARITY_BONUS = 0.04
_BREWERY_WORDS = frozenset(
    (
        *("brewing", "brewery", "brewers", "brewer", "brewhouse", "brewpub", "beer", "beers", "beerworks", "works"),
        *("company", "co", "corp", "corporation", "inc", "ltd", "llc", "gmbh", "kg", "ag", "nv", "sa"),
        *("brauerei", "brouwerij", "brasserie", "bryggeri", "birrificio", "cerveceria"),
        *("the", "and", "of", "de", "der", "van", "het", "la", "le"),
    )
)
# Words of the catalogue that a word of a line may be, with their similarity to it, 0 to 1.
_Corrections = Mapping[str, float]


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


class BeerMatcher:
    """An inverted index of all beers by the words of their names and breweries."""

    def __init__(self, beers: Iterable[Beer]) -> None:
        self._entries = [_entry(beer) for beer in beers]
        # By word the indices of the entries that have it.
        self._postings: dict[str, list[int]] = defaultdict(list)
        for index, entry in enumerate(self._entries):
            for word in entry.name | entry.brewery:
                self._postings[word].append(index)
        self._words_by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._postings:
            self._words_by_length[len(word)].append(word)
        self._words = sorted(self._postings)
        self._corrections = lru_cache(maxsize=4096)(self._find_corrections)

    def matches(self, line: MenuLine, count: int = 3) -> list[Match]:
        """The `count` beers that are most similar to the line, the likeliest first."""
        words = self._corrected(line)
        similarity = {index: self._similarity(self._entries[index], words, line) for index in self._compared(words)}
        if not similarity:
            return []
        ordered = sorted(similarity, key=lambda index: -similarity[index])
        twins = [index for index in ordered if self._have_the_same_words(index, ordered[0])]
        others = [index for index in ordered if index not in twins]
        # Two beers that are about as similar make neither certain; from a lead of a tenth on similarity itself counts.
        lead = similarity[ordered[0]] - (similarity[others[0]] if others else 0.0)
        best = max(twins, key=lambda index: self._similarity_of_order(index, line))
        certain = {best: similarity[ordered[0]] * min(1.0, 0.5 + 5 * lead)}
        ordered.remove(best)
        return [
            Match(self._entries[index].beer, _confidence(certain.get(index, similarity[index] / 2)))
            for index in [best, *ordered][:count]
        ]

    def _corrected(self, line: MenuLine) -> list[tuple[str, _Corrections]]:
        """Each word of the line with what it may be."""
        words = list(dict.fromkeys(line.words))
        misspelt = [word for word in words if self._may_be_misspelt(word)]
        corrected = {
            word: self._corrections(word) if number < _MAX_CORRECTED else {} for number, word in enumerate(misspelt)
        }
        return [(word, {**corrected.get(word, {word: 1.0}), **self._variants(word)}) for word in words]

    def _variants(self, word: str) -> _Corrections:
        """Words that begin with this one, those that most beers have first, and what it means in French."""
        longer: list[str] = []
        if len(word) >= _MIN_FUZZY_LENGTH and not word.isdigit():
            begin = bisect_right(self._words, word)
            end = bisect_left(self._words, f"{word}\N{REPLACEMENT CHARACTER}", begin)
            longer = sorted(self._words[begin:end], key=lambda other: -len(self._postings[other]))[:_MAX_CORRECTIONS]
        return dict.fromkeys(longer, _CUT_SIMILARITY) | ({_FRENCH[word]: 1.0} if word in _FRENCH else {})

    def _may_be_misspelt(self, word: str) -> bool:
        return word not in self._postings and len(word) >= _MIN_FUZZY_LENGTH and not word.isdigit()

    def _compared(self, words: Sequence[tuple[str, _Corrections]]) -> list[int]:
        """The entries with the rarest words in common with the line."""
        weights: dict[int, float] = defaultdict(float)
        left = _MAX_POSTINGS
        rarest_first = sorted(words, key=lambda word: sum(len(self._postings.get(other, ())) for other in word[1]))
        for _, corrections in rarest_first:
            best: dict[int, float] = {}
            for word, similarity in corrections.items():
                postings = self._postings.get(word, [])[:left]
                left -= len(postings)
                for index in postings:
                    best[index] = max(best.get(index, 0.0), similarity * self._idf(word))
            for index, weight in best.items():
                weights[index] += weight
        return sorted(weights, key=lambda index: (-weights[index], index))[:_MAX_COMPARED]

    def _similarity(self, entry: _Entry, words: Sequence[tuple[str, _Corrections]], line: MenuLine) -> float:
        found: dict[str, float] = {}
        explained = line_weight = 0.0
        for word, corrections in words:
            fit = 0.0
            for other, similarity in corrections.items():
                if other in entry.name or other in entry.brewery:
                    found[other] = max(found.get(other, 0.0), similarity)
                    fit = max(fit, similarity)
            if word in entry.style or word in _BREWERY_WORDS:
                fit = 1.0
            # A bare number that means nothing here is a price or a size.
            weight = 0.0 if not fit and (word.isdigit() or word in SERVING_WORDS) else self._idf(word)
            explained += weight * fit
            line_weight += weight
        covered = beer_weight = 0.0
        for word in entry.name | entry.brewery:
            weight = self._idf(word) * (1.0 if word in entry.name else _BREWERY_WEIGHT)
            weight *= _STYLE_WEIGHT if word in entry.style else 1.0
            covered += weight * found.get(word, 0.0)
            beer_weight += weight
        if not beer_weight or not line_weight:
            return 0.0
        similarity = _BEER_SHARE * covered / beer_weight + (1 - _BEER_SHARE) * explained / line_weight
        similarity *= min(1.0, line_weight / _MIN_LINE_WEIGHT)
        return similarity + _strength_bonus(entry.beer.abv, line.abv) + _popularity_bonus(entry.beer.reviews)

    def _idf(self, word: str) -> float:
        """Inverse document frequency; a word that no beer has is as rare as one that a single beer has."""
        return math.log(1 + len(self._entries) / max(1, len(self._postings.get(word, ()))))

    def _find_corrections(self, word: str) -> _Corrections:
        # Takes a while to import, and most callers never read a menu.
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        # As far apart in length they can't be similar enough.
        lengths = range(math.ceil(len(word) * _MIN_WORD_SIMILARITY), int(len(word) / _MIN_WORD_SIMILARITY) + 1)
        near = process.extract(
            word,
            [other for length in lengths for other in self._words_by_length.get(length, ())],
            scorer=OSA.normalized_similarity,
            limit=_MAX_CORRECTIONS,
            score_cutoff=_MIN_WORD_SIMILARITY,
        )
        return {other: similarity for other, similarity, _ in near}

    def _have_the_same_words(self, index: int, other: int) -> bool:
        """Whether only the order and the number of their words tell two beers apart."""
        one, two = self._entries[index], self._entries[other]
        return one.name == two.name and one.brewery == two.brewery

    def _similarity_of_order(self, index: int, line: MenuLine) -> float:
        """0 to 1: tells Pale Ale from Pale Pale Ale."""
        from rapidfuzz.distance import OSA

        beer = self._entries[index].beer
        return OSA.normalized_similarity(line.words, words_of(f"{beer.name} {beer.brewery}"))


def _confidence(similarity: float) -> float:
    return round(min(1.0, max(0.0, similarity)), 3)


def _entry(beer: Beer) -> _Entry:
    return _Entry(
        beer,
        frozenset(words_of(beer.name)),
        frozenset(words_of(beer.brewery)) - _BREWERY_WORDS,
        frozenset(words_of(beer.style or "")),
    )


def _popularity_bonus(reviews: int) -> float:
    return _POPULARITY_BONUS * (math.log10(1 + reviews) - 2)


def _strength_bonus(abv: float | None, line_abv: float | None) -> float:
    """A strength on the line may confirm a beer, or speak against it."""
    if abv is None or line_abv is None:
        return 0.0
    difference = abs(abv - line_abv)
    return 0.03 if difference < 0.25 else 0.0 if difference < 1 else -0.06
