"""What the API recommends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field

from recommend.api.response_models.beers import Answer, NamedBeer, named
from recommend.recommending.blending import Recommended
from recommend.recommending.explanation import Certainty, Explanation


class NearBeer(NamedBeer):
    """A beer that the user liked, near to the recommended one."""

    given: float = Field(description="The score that the user gave")
    place: int = Field(description="Of the recommended beer among those nearest to this one, from 1 on")
    same_style: bool
    same_brewery: bool


class Places(Answer):
    """Where a beer stood at each stage, from 1 on."""

    retrieval: int | None = Field(description="Among the beers nearest to the user; null if it is not there")
    ranking: int | None = Field(description="By predicted score alone; null without a prediction")
    answer: int


class BeerExplanation(Answer):
    """Why a beer is recommended."""

    sentence: str
    nearest: list[NearBeer] = Field(description="At most 3, the nearest first")
    places: Places
    certainty: Certainty = Field(description="By number of reviews: 50 and more, 10, 1, none")

    @classmethod
    def of(cls, explanation: Explanation, recommended: Recommended) -> Self:
        """An explanation of `recommended`."""
        return cls(
            sentence=explanation.sentence,
            nearest=[
                NearBeer(
                    **named(near.beer),
                    given=near.given,
                    place=near.place,
                    same_style=near.same_style,
                    same_brewery=near.same_brewery,
                )
                for near in explanation.nearest
            ],
            places=Places(
                retrieval=recommended.retrieval_rank, ranking=recommended.ranking_rank, answer=recommended.rank
            ),
            certainty=explanation.certainty,
        )


class RecommendedBeer(NamedBeer):
    """One beer to try."""

    score: float = Field(description="The score predicted for the user, or given by all reviewers; 0 to 5")
    rank: int = Field(description="Place in this answer, from 1 on: by nearness to the user's taste and by score")
    retrieval_rank: int | None = Field(description="Place among the beers nearest to the user, from 1 on")
    reviews: int = Field(description="Reviews of the beer that the release has learnt from")
    given: float | None = Field(description="The score that the user gave, null if untried")
    explanation: BeerExplanation | None = Field(description="Null unless asked for")

    @classmethod
    def of(
        cls, recommended: Recommended, history: Mapping[str, float], explanation: Explanation | None, **more: Any
    ) -> Self:
        """Rounded to what a person reads; `more` are fields of a subclass."""
        beer = recommended.beer
        return cls(
            **named(beer),
            score=round(recommended.score, 3),
            rank=recommended.rank,
            retrieval_rank=recommended.retrieval_rank,
            reviews=beer.reviews,
            given=history.get(beer.beer_id),
            explanation=None if explanation is None else BeerExplanation.of(explanation, recommended),
            **more,
        )


class Ranking(Answer):
    """What every list of recommendations says beside its beers."""

    username: str | None = Field(description="Null for a newcomer without a name")
    basis: Literal["personal", "most loved"]
    note: str | None = Field(description="What the user should know about this answer")
    release: str = Field(description="The release that retrieved the beers")
    ranking_release: str | None = Field(description="The release that ranked them, where it is another one")


class Recommendations(Ranking):
    """Beers that a user has not reviewed yet, best first."""

    beers: list[RecommendedBeer]
