"""What the API says of users and their reviews."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from pydantic import Field

from recommend.api.response_models.beers import ResponseModel, beer_fields, listed_fields
from recommend.recommending.users.rated_beers import RatedBeer, RatedBeersPage
from taproom.catalogue_file import Beer, Listing

_UNKNOWN = {"name": None, "brewery": None, "style": None, "abv": None, **listed_fields(Listing())}


class Users(ResponseModel):
    """Usernames in alphabetical order."""

    usernames: list[str]


class Review(ResponseModel):
    """A beer that a user has reviewed; name, brewery, style and abv are null for one that the release does not know."""

    beer_id: str
    name: str | None
    brewery: str | None
    style: str | None
    abv: float | None = Field(description="Percent by volume")
    price: float | None
    places: list[str]
    image_url: str | None
    description: str | None
    retired: bool = Field(description="Whether the beer is never recommended any more")
    score: float = Field(description="What the user gave; 0 to 5")
    predicted: float | None = Field(description="What the model predicts without having been told it")

    @classmethod
    def of(cls, rated: RatedBeer) -> Self:
        """Rounded to what a person reads."""
        return cls(
            **(_UNKNOWN | {"beer_id": rated.beer_id} if rated.beer is None else beer_fields(rated.beer)),
            retired=rated.beer is not None and rated.beer.listing.retired,
            score=rated.score,
            predicted=None if rated.predicted is None else round(rated.predicted, 3),
        )


class Reviews(ResponseModel):
    """A page of a user's reviews, the latest first."""

    username: str
    release: str
    total: int = Field(description="Beers that the user has reviewed")
    mean_score: float
    note: str | None = Field(description="Why there are no predictions")
    reviews: list[Review]

    @classmethod
    def of(cls, page: RatedBeersPage) -> Self:
        """Rounded to what a person reads."""
        return cls(
            username=page.username,
            release=page.release,
            total=page.total,
            mean_score=round(page.mean_score, 3),
            note=page.message,
            reviews=[Review.of(rated) for rated in page.beers],
        )


class GivenReview(ResponseModel):
    """A review that was taken: it is on its way into the next training, and the next answer knows it."""

    username: str
    beer_id: str
    name: str
    brewery: str
    score: float
    total: int = Field(description="Beers that the user has reviewed now")
    note: str | None = Field(description="For a new username: whether one that is spelt almost alike was meant")

    @classmethod
    def of(cls, username: str, beer: Beer, score: float, total: int, note: str | None) -> Self:
        """The `score` that `username` gave `beer`, and of how many beers they have given one now."""
        return cls(
            username=username,
            beer_id=beer.beer_id,
            name=beer.name,
            brewery=beer.brewery,
            score=score,
            total=total,
            note=note,
        )


class ErasedUser(ResponseModel):
    """A user who is being forgotten."""

    username: str
    asked_at: datetime = Field(description="What they say later on counts")
    message: str = Field(description="What has happened, and what will")

    @classmethod
    def of(cls, username: str, asked_at: int) -> Self:
        """For a request of that Unix time, in milliseconds."""
        return cls(
            username=username,
            asked_at=datetime.fromtimestamp(asked_at / 1000, UTC),
            message="Answers know nothing of this user from now on. Within minutes their rows go from every drop and "
            "from all that was made of it, older versions included, and a training without them is asked for. The "
            "release in service has learnt from them until its successor serves; an operator retires older ones.",
        )
