"""The log of what was served: which answers are logged, and what is told of them and of what came of them."""

from __future__ import annotations

import dataclasses
import logging
import random
import secrets
import time
from collections.abc import Callable
from typing import Any, Protocol

from recommend.recommending.query import RecommendationQuery
from recommend.recommending.recommender import RecommendationResult
from taproom.messages.served import Answer, Outcome
from taproom.messages.served_events import Event

logger = logging.getLogger(__name__)

_DEFAULTS = RecommendationQuery(limit=0)
# Of these sets the log has how many there are.
_SETS = ("candidates", "exclude")
_ASKED = tuple(
    field.name for field in dataclasses.fields(RecommendationQuery) if field.name not in ("explain", "quick")
)


class Sender(Protocol):
    """Sends messages without waiting for the queue; never raises."""

    def get_ready(self) -> None:
        """Before the answer is made, so that nothing has to be waited for after it."""

    def send(self, body: str) -> None:
        """Send a message with this body."""


class ServedLog:
    """Logs the share `sampling` (0 to 1) of answers through `sender`, outcomes through `sqs`, a boto3 client."""

    def __init__(
        self,
        sender: Sender,
        sqs: Any,
        queue_url: str,
        sampling: float,
        clock: Callable[[], float] = time.time,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._sender = sender
        self._sqs = sqs
        self._queue_url = queue_url
        self._sampling = sampling
        self._clock = clock
        self._draw = draw

    @property
    def is_on(self) -> bool:
        """Whether any answer is logged."""
        return self._sampling > 0

    def recommendation_id(self, *, wanted: bool) -> str | None:
        """The id of an answer that is about to be made; None for one that is not logged."""
        if not wanted or self._draw() >= self._sampling:
            return None
        self._sender.get_ready()
        return secrets.token_hex(16)

    def served(self, route: str, result: RecommendationResult, ratings: int, query: RecommendationQuery) -> None:
        """Log an answer to a query by somebody with so many ratings, unless it has no id; never raises."""
        if result.recommendation_id is None:
            return
        try:
            self._sender.send(self._answer(result.recommendation_id, route, result, ratings, query).message())
        except Exception:
            logger.exception("An answer could not be logged")

    def _answer(
        self, recommendation_id: str, route: str, result: RecommendationResult, ratings: int, query: RecommendationQuery
    ) -> Answer:
        return Answer.model_construct(
            recommendation_id=recommendation_id,
            at=round(self._clock() * 1000),
            route=route,
            username=result.username,
            ratings=ratings,
            basis=result.basis,
            release=result.release,
            ranking_release=result.ranking_release,
            context=context(query) | ({"experiment": result.experiment} if result.experiment else {}),
            beers=[one.ranked.beer.beer_id for one in result.beers],
            scores=[round(one.ranked.score, 4) for one in result.beers],
            propensities=[one.ranked.propensity for one in result.beers],
        )

    def came_of_it(self, recommendation_id: str, event: Event, beer_id: str) -> None:
        """Log what came of a beer in an answer."""
        if self.is_on:
            outcome = Outcome(
                recommendation_id=recommendation_id, at=round(self._clock() * 1000), event=event, beer_id=beer_id
            )
            self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=outcome.message())


def context(query: RecommendationQuery) -> dict[str, Any]:
    """What was asked, without what nobody asked for."""
    asked = {name: getattr(query, name) for name in _ASKED}
    given = {name: value for name, value in asked.items() if value != getattr(_DEFAULTS, name)}
    return given | {name: len(given[name]) for name in _SETS if name in given}
