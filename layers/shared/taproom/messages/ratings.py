"""A rating that came through the API, until ingest has it in a part: a message, and an item of the histories table."""

from __future__ import annotations

from typing import Any

from taproom.messages.message import Message

_PROVISIONAL = "rating#"


class Rating(Message):
    """A review of a beer of the catalogue; `score` is 0 to 5, `reviewed_at` a Unix time in milliseconds.

    `recommendation_id` is that of the answer which it follows, if it is known to follow one.
    """

    username: str
    beer_id: str
    beer_name: str
    brewery_name: str
    style: str | None
    abv: float | None
    score: float
    text: str
    reviewed_at: int
    recommendation_id: str | None = None


def provisional_key(username: str, beer_id: str) -> dict[str, Any]:
    """The key, in DynamoDB's own format, of the item that stands for a rating until ingest has it in a part.

    There is one for each beer, with the newest rating of it. As a sort key it comes after all parts.
    """
    return {"username": {"S": username}, "part": {"S": f"{_PROVISIONAL}{beer_id}"}}


def provisional_beer(part: str) -> str | None:
    """The beer that an item with this sort key stands for the rating of, None for the item of a part."""
    return part.removeprefix(_PROVISIONAL) if part.startswith(_PROVISIONAL) else None


def provisional_query(username: str) -> dict[str, Any]:
    """What a query for all such items of a user asks for, in DynamoDB's own format."""
    return {
        "KeyConditionExpression": "username = :username AND begins_with(part, :start)",
        "ExpressionAttributeValues": {":username": {"S": username}, ":start": {"S": _PROVISIONAL}},
    }
