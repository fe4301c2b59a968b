"""What the API recommends."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field

from recommend.api.response_models.beers import ListedBeer, NamedBeer, ResponseModel, beer_fields
from recommend.recommending import messages
from recommend.recommending.blending import RankedBeer
from recommend.recommending.explanation import Certainty, Explanation, Unusual
from recommend.recommending.messages import Reason
from recommend.recommending.recommender import Recommendation, RecommendationResult
from taproom.messages.served_events import Basis


class NearBeer(NamedBeer):
    """A beer that the user liked, near to the recommended one."""

    retired: bool = Field(description="Whether it is never recommended any more")
    given: float = Field(description="The score that the user gave")
    place: int = Field(description="Of the recommended beer among those nearest to this one, from 1 on")
    same_style: bool
    same_brewery: bool


class Places(ResponseModel):
    """Where a beer stood at each stage, from 1 on."""

    retrieval: int | None = Field(description="Among the beers nearest to the user; null if it is not there")
    ranking: int | None = Field(description="By predicted score alone; null without a prediction")
    answer: int


class BeerExplanation(ResponseModel):
    """Why a beer is recommended."""

    sentence: str
    nearest: list[NearBeer] = Field(description="At most 3, the nearest first")
    unusual: Unusual | None = Field(
        description="Stronger or lighter than nine in ten of the beers that the user has rated, or of a new style"
    )
    places: Places
    certainty: Certainty = Field(description="By number of reviews: 50 and more, 10, 1, none")

    @classmethod
    def of(cls, explanation: Explanation, ranked: RankedBeer) -> Self:
        """An explanation of `ranked`."""
        return cls(
            sentence=explanation.sentence,
            nearest=[
                NearBeer(
                    **beer_fields(liked.beer),
                    retired=liked.beer.listing.retired,
                    given=liked.given,
                    place=liked.rank,
                    same_style=liked.same_style,
                    same_brewery=liked.same_brewery,
                )
                for liked in explanation.nearest
            ],
            unusual=explanation.unusual,
            places=Places(retrieval=ranked.retrieval_rank, ranking=ranked.ranking_rank, answer=ranked.rank),
            certainty=explanation.certainty,
        )


class RecommendedBeer(ListedBeer):
    """One beer to try."""

    score: float = Field(description="The score predicted for the user, or given by all reviewers; 0 to 5")
    rank: int = Field(description="Place in this answer, from 1 on: by nearness to the user's taste and by score")
    retrieval_rank: int | None = Field(description="Place among the beers nearest to the user, from 1 on")
    reviews: int = Field(description="Reviews of the beer that the release has learnt from")
    given: float | None = Field(description="The score that the user gave, null if untried")
    probe: bool = Field(description="Whether chance put it here in place of another beer, to learn who likes it")
    explanation: BeerExplanation | None = Field(description="Null unless asked for")

    @classmethod
    def of(cls, recommendation: Recommendation, **more: Any) -> Self:
        """Rounded to what a person reads; `more` are fields of a subclass."""
        ranked, explanation = recommendation.ranked, recommendation.explanation
        return cls(
            **beer_fields(ranked.beer),
            score=round(ranked.score, 3),
            rank=ranked.rank,
            retrieval_rank=ranked.retrieval_rank,
            reviews=ranked.beer.reviews,
            given=recommendation.given,
            probe=ranked.is_probe,
            explanation=None if explanation is None else BeerExplanation.of(explanation, ranked),
            **more,
        )


class RecommendationsBase(ResponseModel):
    """What every list of recommendations says beside its beers."""

    recommendation_id: str | None = Field(
        description="For telling what came of this answer; null if nothing is kept of it"
    )
    username: str | None = Field(description="Null for a newcomer without a name")
    basis: Basis = Field(
        description="By both models, by the catalogue alone while a model does not answer, or everybody's"
    )
    note: str | None = Field(description="What the user should know about this answer, in English")
    reasons: list[Reason] = Field(description="What `note` says, for saying it in another language")
    near_usernames: list[str] = Field(description="That may have been meant, where the user is unknown")
    release: str = Field(description="The release that retrieved the beers")
    ranking_release: str | None = Field(description="The release that ranked them, where it is another one")

    @classmethod
    def of(cls, result: RecommendationResult, **more: Any) -> Self:
        """What `result` says; `more` are fields of a subclass."""
        return cls(
            recommendation_id=result.recommendation_id,
            username=result.username,
            basis=result.basis,
            note=messages.sentences(result.notes),
            reasons=[note.reason for note in result.notes],
            near_usernames=[name for note in result.notes for name in note.usernames],
            release=result.release,
            ranking_release=result.ranking_release,
            **more,
        )


class Recommendations(RecommendationsBase):
    """Beers that a user has not reviewed yet, best first."""

    beers: list[RecommendedBeer]

    @classmethod
    def of(cls, result: RecommendationResult, **more: Any) -> Self:
        """All of `result`."""
        return super().of(result, beers=[RecommendedBeer.of(one) for one in result.beers], **more)
