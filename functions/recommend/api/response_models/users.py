"""What the API says of users and their reviews."""

from __future__ import annotations

from pydantic import Field

from recommend.api.response_models.beers import Answer


class Users(Answer):
    """Usernames in alphabetical order."""

    usernames: list[str]


class Review(Answer):
    """A beer that a user has reviewed; name, brewery, style and abv are null for one that the release does not know."""

    beer_id: str
    name: str | None
    brewery: str | None
    style: str | None
    abv: float | None = Field(description="Percent by volume")
    score: float = Field(description="What the user gave; 0 to 5")
    predicted: float | None = Field(description="What the model predicts without having been told it")


class Reviews(Answer):
    """A page of a user's reviews, the latest first."""

    username: str
    release: str
    total: int = Field(description="Beers that the user has reviewed")
    mean_score: float
    note: str | None = Field(description="Why there are no predictions")
    reviews: list[Review]


class GivenReview(Answer):
    """A review that was taken: it is on its way into the next training, and the next answer knows it."""

    username: str
    beer_id: str
    name: str
    brewery: str
    score: float
    drop: str = Field(description="Key of the file that was dropped")
    part: str = Field(description="What ingest makes of it")
    total: int = Field(description="Beers that the user has reviewed now")
