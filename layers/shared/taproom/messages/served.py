"""What was answered and what came of it, on its way to `served/`: messages in the queue of ratings."""

from __future__ import annotations

from typing import Any

from taproom.messages.message import Message
from taproom.messages.served_events import Event


class Answer(Message):
    """An answer as it was served; `at` is a Unix time in milliseconds, `username` None for a newcomer without a name.

    `beers` come in the order of the answer, each with the `scores` that it was shown with (0 to 5) and the
    `propensities` with which it was to be shown at its place (above 0, at most 1). `ratings` counts what the answer
    went by, `context` has what was asked beside that.
    """

    recommendation_id: str
    at: int
    route: str
    username: str | None
    ratings: int
    basis: str
    release: str
    ranking_release: str | None
    context: dict[str, Any]
    beers: list[str]
    scores: list[float]
    propensities: list[float]


class Outcome(Message):
    """What came of a beer in an answer; `at` is a Unix time in milliseconds.

    It names nobody: whose answer it was, the answer says.
    """

    recommendation_id: str
    at: int
    event: Event
    beer_id: str
