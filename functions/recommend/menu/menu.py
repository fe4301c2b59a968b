"""From the text of a menu to the beers of a catalogue: which line is which beer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from recommend.catalogue.catalogue import Catalogue
from recommend.errors import BadRequest, Fault
from recommend.menu import menu_lines
from recommend.menu.beer_matcher import CERTAIN, BeerMatcher, Match

MAX_LINES = 200

# Made when the first menu is read, for as long as the catalogue is open.
_matchers: WeakKeyDictionary[Catalogue, BeerMatcher] = WeakKeyDictionary()


@dataclass(frozen=True)
class MatchedLine:
    """The line `number`, from 1 on, with the beer that it surely means."""

    number: int
    text: str
    match: Match


@dataclass(frozen=True)
class UnmatchedLine:
    """The line `number`, from 1 on, with the beers that it may mean, the likeliest first."""

    number: int
    text: str
    nearest: Sequence[Match]


@dataclass(frozen=True)
class MatchedMenu:
    """The beers of a menu by id, each with the first line that means it, and the lines that surely mean none."""

    lines_by_beer: Mapping[str, MatchedLine]
    unmatched: Sequence[UnmatchedLine]


def match(text: str, catalogue: Catalogue) -> MatchedMenu:
    """Match each line of a menu that is not blank with the beers of `catalogue` that are not retired.

    Raises
    ------
    BadRequest
        For a menu of more than MAX_LINES lines.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MAX_LINES:
        raise BadRequest(Fault("menu", f"{len(lines)} lines", f"at most {MAX_LINES}"))
    of_catalogue, retired = matcher(catalogue), catalogue.listings.retired
    matched: dict[str, MatchedLine] = {}
    unmatched: list[UnmatchedLine] = []
    for number, line in lines:
        parsed = menu_lines.parse(line)
        matches = of_catalogue.matches(parsed)
        # A line that means a retired beer does not mean the one that is most like it.
        is_retired = bool(matches) and matches[0].beer.beer_id in retired
        matches = [each for each in matches if each.beer.beer_id not in retired]
        if matches and not is_retired and matches[0].confidence >= CERTAIN:
            matched.setdefault(matches[0].beer.beer_id, MatchedLine(number, line, matches[0]))
        else:
            unmatched.append(UnmatchedLine(number, line, [] if parsed.is_likely_no_beer else matches))
    return MatchedMenu(matched, unmatched)


def matcher(catalogue: Catalogue) -> BeerMatcher:
    """What tells which beer of `catalogue` a line means."""
    if catalogue not in _matchers:
        _matchers[catalogue] = BeerMatcher(catalogue.all_beers())
    return _matchers[catalogue]
