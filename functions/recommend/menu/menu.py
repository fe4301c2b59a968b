"""From the text of a menu to beers: which line is which beer, and which of those the user should try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recommend.api.response_models.menus import Guess, Menu, MenuBeer, PlacedLine, UnplacedLine
from recommend.api.response_models.recommendations import Recommendations
from recommend.errors import BadRequest, Fault
from recommend.menu import beer_matcher, menu_lines
from recommend.menu.beer_matcher import BeerIndex, Match

MOST_LINES = 200


@dataclass(frozen=True)
class Line:
    """A line that is not blank; `matches` are the likeliest beers, the likeliest first."""

    number: int
    text: str
    matches: tuple[Match, ...]

    @property
    def placed(self) -> Match | None:
        """The beer that was surely meant."""
        return self.matches[0] if self.matches and self.matches[0].confidence >= beer_matcher.SURE else None


def read(text: str, index: BeerIndex) -> list[Line]:
    """The lines of a menu with the beers that they may mean.

    Raises
    ------
    BadRequest
        For a menu of more than MOST_LINES lines.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise BadRequest(Fault("menu", f"{len(lines)} lines", f"at most {MOST_LINES}"))
    return [Line(number, line, tuple(index.matches(menu_lines.read(line)))) for number, line in lines]


def placed_beers(lines: list[Line]) -> dict[str, Line]:
    """The beers that are on the menu, each with the first line that means it."""
    found: dict[str, Line] = {}
    for line in lines:
        if line.placed is not None:
            found.setdefault(line.placed.beer.beer_id, line)
    return found


def answered(ranked: Recommendations, lines: list[Line], history: Mapping[str, float]) -> Menu:
    """The answer for a menu, `ranked` being the recommendations among its beers."""
    on_the_menu = placed_beers(lines)
    beers = [
        MenuBeer(**dict(beer), line=line.number, text=line.text, confidence=match.confidence)
        for beer in ranked.beers
        if (match := (line := on_the_menu[beer.beer_id]).placed) is not None
    ]
    come = {beer.beer_id for beer in ranked.beers}
    left = [(line, match) for beer_id, line in on_the_menu.items() if beer_id not in come and (match := line.placed)]
    return Menu(
        **{name: value for name, value in ranked if name != "beers"},
        beers=beers,
        tried=[
            PlacedLine(
                line=line.number,
                text=line.text,
                confidence=match.confidence,
                beer_id=match.beer.beer_id,
                name=match.beer.name,
                brewery=match.beer.brewery,
                given=history.get(match.beer.beer_id),
            )
            for line, match in left
        ],
        unplaced=[
            UnplacedLine(line=line.number, text=line.text, nearest=[_guess(match) for match in line.matches])
            for line in lines
            if line.placed is None
        ],
    )


def _guess(match: Match) -> Guess:
    beer = match.beer
    return Guess(beer_id=beer.beer_id, name=beer.name, brewery=beer.brewery, confidence=match.confidence)
