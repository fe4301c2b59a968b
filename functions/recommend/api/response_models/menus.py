"""What the API makes of a menu."""

from __future__ import annotations

from pydantic import Field

from recommend.api.response_models.beers import Answer
from recommend.api.response_models.recommendations import Ranking, RecommendedBeer


class MenuBeer(RecommendedBeer):
    """A beer that is on the menu."""

    line: int = Field(description="Of the menu, from 1 on")
    text: str = Field(description="That line")
    confidence: float = Field(description="That it is this beer; 0 to 1")


class PlacedLine(Answer):
    """A line whose beer does not come: the user has tried it, or it was excluded or filtered out."""

    line: int
    text: str
    confidence: float
    beer_id: str
    name: str
    brewery: str
    given: float | None = Field(description="The score that the user gave, null if untried")


class Guess(Answer):
    """A beer that a line may mean."""

    beer_id: str
    name: str
    brewery: str
    confidence: float


class UnplacedLine(Answer):
    """A line that is not surely any beer of the catalogue."""

    line: int
    text: str
    nearest: list[Guess]


class Menu(Ranking):
    """The beers of a menu, best first, and what became of its other lines."""

    beers: list[MenuBeer]
    tried: list[PlacedLine]
    unplaced: list[UnplacedLine]
