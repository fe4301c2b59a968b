"""The API's answers, as its callers see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from recommend.order import Recommended

UNRANKED_NOTE = (
    "The ranking model did not answer, so these beers come in the order of nearness to your taste, "
    "with the scores that all reviewers gave."
)
UNRETRIEVED_NOTE = (
    "The retrieval model did not answer, so these are the beers that all reviewers love most, "
    "with the scores that they gave. Ask again in a minute."
)


def unknown_note(username: str) -> str:
    """Why somebody with an empty history, or with one of new beers alone, gets no beers of their own."""
    return (
        f"{username} has not rated any beer that the release in service knows, "
        "so these are the beers that all reviewers love most, with the scores that they gave."
    )


class RecommendedBeer(BaseModel):
    """One beer to try."""

    model_config = ConfigDict(frozen=True)

    beer_id: str
    name: str
    brewery: str
    style: str | None
    abv: float | None = Field(description="Percent by volume")
    score: float = Field(description="The score predicted for the user, or given by all reviewers; 0 to 5")
    rank: int = Field(description="Place in this answer, from 1 on: by nearness to the user's taste and by score")
    retrieval_rank: int | None = Field(description="Place among the beers nearest to the user, from 1 on")
    reviews: int = Field(description="Reviews of the beer that the release has learnt from")

    @classmethod
    def of(cls, recommended: Recommended) -> Self:
        """Rounded to what a person reads."""
        beer = recommended.beer
        return cls(
            beer_id=beer.beer_id,
            name=beer.name,
            brewery=beer.brewery,
            style=beer.style,
            abv=None if beer.abv is None else round(beer.abv, 2),
            score=round(recommended.score, 3),
            rank=recommended.rank,
            retrieval_rank=recommended.retrieval_rank,
            reviews=beer.reviews,
        )


class Recommendations(BaseModel):
    """Beers that a user has not reviewed yet, best first."""

    model_config = ConfigDict(frozen=True)

    username: str
    basis: Literal["personal", "most loved"]
    note: str | None = Field(description="What the user should know about this answer")
    release: str = Field(description="The release that retrieved the beers")
    ranking_release: str | None = Field(description="The release that ranked them, where it is another one")
    beers: list[RecommendedBeer]

    @classmethod
    def personal(
        cls, username: str, release: str, ranking_release: str, beers: Iterable[Recommended], note: str | None
    ) -> Self:
        """Beers ranked for a user who has rated beers that the release knows."""
        return cls(
            username=username,
            basis="personal",
            note=note,
            release=release,
            ranking_release=None if ranking_release == release else ranking_release,
            beers=[RecommendedBeer.of(beer) for beer in beers],
        )

    @classmethod
    def most_loved(cls, username: str, release: str, beers: Iterable[Recommended], note: str) -> Self:
        """Beers that everybody loves; `note` says why it is these."""
        return cls(
            username=username,
            basis="most loved",
            note=note,
            release=release,
            ranking_release=None,
            beers=[RecommendedBeer.of(beer) for beer in beers],
        )
