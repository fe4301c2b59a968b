"""What the API says of somebody's taste."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field

from recommend.api.response_models.beers import ResponseModel
from recommend.recommending.users.taste import STRENGTHS, Leaning, TasteResult

_LOWER_BOUNDS = dict(zip(STRENGTHS, (None, *STRENGTHS), strict=False))


class _Leaning(ResponseModel):
    ratings: int = Field(description="Of the user, of such beers")
    given: float | None = Field(description="The mean score of these")
    predicted: float | None = Field(description="The mean of what the model predicts of such beers that are untried")
    loved: float | None = Field(description="What everybody's scores make the same beers worth, in the mean")


class StyleLeaning(_Leaning):
    """What a user makes of a style."""

    style: str


class StrengthLeaning(_Leaning):
    """What a user makes of beers from `min_abv` up to below `max_abv`; null for no bound."""

    min_abv: float | None = Field(description="Percent by volume")
    max_abv: float | None = Field(description="Percent by volume")


class BreweryLeaning(_Leaning):
    """What a user makes of a brewery that they have rated beers of."""

    brewery: str


class Taste(ResponseModel):
    """What the model takes somebody's taste to be, the highest prediction first."""

    username: str | None
    release: str
    ratings: int = Field(description="Of the user, of beers that the release knows")
    mean_score: float | None
    note: str | None = Field(description="Why nothing is predicted")
    styles: list[StyleLeaning]
    strengths: list[StrengthLeaning]
    breweries: list[BreweryLeaning]

    @classmethod
    def of(cls, result: TasteResult) -> Self:
        """Rounded to what a person reads."""
        return cls(
            username=result.username,
            release=result.release,
            ratings=result.ratings,
            mean_score=_rounded(result.mean_score),
            note=result.message,
            styles=[StyleLeaning(style=name, **_fields(one)) for name, one in result.styles.items()],
            strengths=[
                StrengthLeaning(
                    min_abv=_LOWER_BOUNDS[bound], max_abv=bound if bound < STRENGTHS[-1] else None, **_fields(one)
                )
                for bound, one in result.strengths.items()
            ],
            breweries=[BreweryLeaning(brewery=name, **_fields(one)) for name, one in result.breweries.items()],
        )


def _fields(leaning: Leaning) -> dict[str, Any]:
    means = {"given": leaning.given, "predicted": leaning.predicted, "loved": leaning.loved}
    return {"ratings": leaning.ratings, **{name: _rounded(mean) for name, mean in means.items()}}


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 3)
