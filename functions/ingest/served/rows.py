"""The rows of `served/`: a beer that was in an answer, or what came of it."""

from __future__ import annotations

import json
from typing import NamedTuple

import pyarrow as pa

from taproom.messages.ratings import Rating
from taproom.messages.served import Answer, Outcome
from taproom.messages.served_events import COLUMNS, RATED, SERVED

_TYPES = {
    "at": pa.timestamp("ms", "UTC"),
    "place": pa.int32(),
    "score": pa.float32(),
    "propensity": pa.float32(),
    "ratings": pa.int32(),
}
SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in COLUMNS])


class Row(NamedTuple):
    """A row; `at` is a Unix time in milliseconds, and `score` predicted in an answer, given in a rating."""

    event: str
    at: int
    recommendation_id: str
    username: str | None = None
    beer_id: str | None = None
    place: int | None = None
    score: float | None = None
    propensity: float | None = None
    release: str | None = None
    ranking_release: str | None = None
    route: str | None = None
    basis: str | None = None
    ratings: int | None = None
    context: str | None = None

    @property
    def said_of(self) -> str:
        """The beer that the user has said something of; empty for one that was only shown to them."""
        return self.beer_id or "" if self.event == RATED else ""

    def order(self) -> tuple[int, str, str, int, str]:
        """By time, and what is of one answer together."""
        return self.at, self.recommendation_id, self.event, self.place or 0, self.beer_id or ""


def rows_of(message: Rating | Answer | Outcome) -> list[Row]:
    """A row for each beer of an answer, one without a beer for an answer that has none; none of a rating by itself."""
    if isinstance(message, Outcome):
        return [Row(message.event.value, message.at, message.recommendation_id, beer_id=message.beer_id)]
    if isinstance(message, Rating):
        if message.recommendation_id is None:
            return []
        said = (message.reviewed_at, message.recommendation_id, message.username, message.beer_id)
        return [Row(RATED, *said, score=message.score)]
    shown = zip(message.beers, message.scores, message.propensities, strict=True)
    of_answer = {
        "release": message.release,
        "ranking_release": message.ranking_release,
        "route": message.route,
        "basis": message.basis,
        "ratings": message.ratings,
        "context": json.dumps(message.context, ensure_ascii=False, sort_keys=True),
    }
    answered = (SERVED, message.at, message.recommendation_id, message.username)
    rows = [
        Row(*answered, beer_id, place, score, propensity, **of_answer)  # type: ignore[arg-type]
        for place, (beer_id, score, propensity) in enumerate(shown, start=1)
    ]
    return rows or [Row(*answered, **of_answer)]  # type: ignore[arg-type]
