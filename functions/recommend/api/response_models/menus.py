"""What the API makes of a menu."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from recommend.adapters.histories_table import History
from recommend.api.response_models.beers import ResponseModel
from recommend.api.response_models.recommendations import RecommendationsBase, RecommendedBeer
from recommend.menu.menu import MatchedLine, MatchedMenu, UnmatchedLine
from recommend.recommending.recommender import Recommendation, RecommendationResult


class MenuBeer(RecommendedBeer):
    """A beer that is on the menu."""

    line: int = Field(description="Of the menu, from 1 on")
    text: str = Field(description="That line")
    confidence: float = Field(description="That it is this beer; 0 to 1")

    @classmethod
    def on_line(cls, recommendation: Recommendation, line: MatchedLine) -> Self:
        """A recommended beer with the line that means it."""
        return cls.of(recommendation, line=line.number, text=line.text, confidence=line.match.confidence)


class PlacedLine(ResponseModel):
    """A line whose beer does not come: the user has tried it, or it was excluded or filtered out."""

    line: int
    text: str
    confidence: float
    beer_id: str
    name: str
    brewery: str
    given: float | None = Field(description="The score that the user gave, null if untried")

    @classmethod
    def of(cls, line: MatchedLine, given: float | None) -> Self:
        """A line with the score that the user gave its beer."""
        return cls(
            line=line.number,
            text=line.text,
            confidence=line.match.confidence,
            beer_id=line.match.beer.beer_id,
            name=line.match.beer.name,
            brewery=line.match.beer.brewery,
            given=given,
        )


class Guess(ResponseModel):
    """A beer that a line may mean."""

    beer_id: str
    name: str
    brewery: str
    confidence: float


class UnplacedLine(ResponseModel):
    """A line that is not surely any beer of the catalogue."""

    line: int
    text: str
    nearest: list[Guess]

    @classmethod
    def of(cls, line: UnmatchedLine) -> Self:
        """A line with the beers that are most like it."""
        nearest = [
            Guess(
                beer_id=match.beer.beer_id,
                name=match.beer.name,
                brewery=match.beer.brewery,
                confidence=match.confidence,
            )
            for match in line.nearest
        ]
        return cls(line=line.number, text=line.text, nearest=nearest)


class Menu(RecommendationsBase):
    """The beers of a menu, best first, and what became of its other lines."""

    menu: str = Field(description="Its text, as it was given or read from a photo")
    beers: list[MenuBeer]
    tried: list[PlacedLine]
    unplaced: list[UnplacedLine]

    @classmethod
    def from_lines(cls, text: str, result: RecommendationResult, menu: MatchedMenu, history: History) -> Self:
        """The answer for `menu` of this `text`, `result` being the recommendations among its beers."""
        recommended = {one.ranked.beer.beer_id for one in result.beers}
        return cls.of(
            result,
            menu=text,
            beers=[MenuBeer.on_line(one, menu.lines_by_beer[one.ranked.beer.beer_id]) for one in result.beers],
            tried=[
                PlacedLine.of(line, history.get(beer_id))
                for beer_id, line in menu.lines_by_beer.items()
                if beer_id not in recommended
            ],
            unplaced=[UnplacedLine.of(line) for line in menu.unmatched],
        )
