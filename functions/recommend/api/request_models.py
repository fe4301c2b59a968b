"""What callers send, in bodies and queries."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Base64Bytes, BaseModel, ConfigDict, Field, FiniteFloat

from recommend.api.paths import USERNAME_RULE
from recommend.recommending.query import RecommendationQuery
from taproom.drops import LONGEST_BEER_ID, LONGEST_USERNAME, normalized, text_fault, username_fault
from taproom.messages.served_events import Event


def _username(given: str) -> str:
    name = normalized(given)
    if fault := username_fault(name):
        raise ValueError(USERNAME_RULE.format(fault))
    return name


def _text(given: str) -> str:
    if fault := text_fault(given):
        raise ValueError(f"a text that can be kept: it {fault}")
    return given


Score = Annotated[FiniteFloat, Field(ge=0, le=5)]
Abv = Annotated[FiniteFloat, Field(ge=0, le=100)]
BeerId = Annotated[str, Field(min_length=1, max_length=LONGEST_BEER_ID)]
Limit = Annotated[int, Field(ge=1, le=100)]
Username = Annotated[str, Field(min_length=1, max_length=LONGEST_USERNAME), AfterValidator(_username)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Price = Annotated[FiniteFloat, Field(ge=0)]
RecommendationId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="As an answer told it")]

SaidAt = Annotated[
    int,
    Field(ge=1, le=1 << 53, description="When it was said, a Unix time in milliseconds: sent again it counts once"),
]

MAX_MENU_LENGTH = 20_000


class _Body(BaseModel):
    # A misspelt field would otherwise be ignored in silence.
    model_config = ConfigDict(frozen=True, extra="forbid")


Ratings = Annotated[dict[BeerId, Score], Field(max_length=1000, description="Score by beer id, the most recent last")]


class TasteBody(_Body):
    """A newcomer's ratings."""

    ratings: Ratings = {}


class _QueryBody(_Body):
    username: Username | None = Field(None, description="Their reviews count too; `ratings` come on top")
    ratings: Ratings = {}
    exclude: list[BeerId] = Field([], max_length=1000, description="Never answer these beers")
    style: Name | None = None
    brewery: Name | None = None
    min_abv: Abv | None = None
    max_abv: Abv | None = None
    place: Name | None = Field(None, description="Only beers that this place pours")
    max_price: Price | None = Field(None, description="Only beers that are known to cost no more")
    include_tried: bool = False
    explain: bool = False
    quick: bool = Field(True, description="Whether to answer without models rather than wait until they are awake")

    def _query(self, limit: int, candidates: frozenset[str] | None) -> RecommendationQuery:
        return RecommendationQuery(
            limit=limit,
            style=self.style,
            brewery=self.brewery,
            min_abv=self.min_abv,
            max_abv=self.max_abv,
            place=self.place,
            max_price=self.max_price,
            include_tried=self.include_tried,
            explain=self.explain,
            candidates=candidates,
            exclude=frozenset(self.exclude),
            quick=self.quick,
        )


class RecommendationsBody(_QueryBody):
    """A newcomer's ratings and wishes."""

    candidates: list[BeerId] | None = Field(None, max_length=500, description="Rank only these beers")
    limit: Limit = 10

    @property
    def query(self) -> RecommendationQuery:
        return self._query(self.limit, None if self.candidates is None else frozenset(self.candidates))


class MenuBody(_QueryBody):
    """A menu, and who reads it."""

    menu: str | None = Field(
        None, min_length=1, max_length=MAX_MENU_LENGTH, description="A beer a line, at most 200 lines"
    )
    photo: Base64Bytes | None = Field(
        None, description="In place of `menu`: a JPEG or PNG of at most 4,500,000 bytes, in base64"
    )
    limit: Limit = 100

    def query(self, on_the_menu: frozenset[str]) -> RecommendationQuery:
        """The query, for the beers that are on the menu."""
        return self._query(self.limit, on_the_menu)


class ReviewBody(_Body):
    """What somebody thinks of a beer."""

    beer_id: BeerId
    score: Score
    text: Annotated[str, AfterValidator(_text)] | None = Field(None, max_length=5000)
    recommendation_id: RecommendationId | None = Field(None, description="Of the answer that it follows")
    reviewed_at: SaidAt | None = None


class EventBody(_Body):
    """What came of a beer in an answer."""

    recommendation_id: RecommendationId
    beer_id: BeerId
    event: Event
