"""A review through the API: on its way to ingest with others of its minute, and in the histories at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from recommend.adapters.histories_table import HistoriesTable
from recommend.catalogue.catalogue import Catalogue
from taproom.catalogue_file import Beer
from taproom.contract import UNKNOWN_TIME
from taproom.messages.ratings import Rating


class ReviewWriter:
    """Sends reviews to the queue at `queue_url` through `sqs`, a boto3 client, and adds them to `histories`."""

    def __init__(
        self,
        sqs: Any,
        queue_url: str,
        histories: HistoriesTable,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sqs = sqs
        self._queue_url = queue_url
        self._histories = histories
        self._clock = clock

    def write(
        self,
        username: str,
        catalogue: Catalogue,
        beer: Beer,
        score: float,
        text: str,
        recommendation_id: str | None = None,
        said_at: int | None = None,
    ) -> int:
        """Write the review of a `beer` of `catalogue`, `score` being 0 to 5; how many beers the user has rated now.

        `recommendation_id` is that of the answer which the review follows, None if nothing is to be logged of it.
        `said_at`, a Unix time in milliseconds, is when it was written, None for now: the same review sent again, or
        one that something later has been said after, changes nothing.
        """
        known = catalogue.twins.merged(self._histories.reviews(username))
        now = round(self._clock() * 1000)
        latest = known[beer.beer_id].reviewed_at if beer.beer_id in known else UNKNOWN_TIME
        if said_at is None:
            # Also within one millisecond what somebody says now is the latest that they have said.
            reviewed_at = max(now, latest + 1)
        else:
            # A device's clock may be ahead.
            reviewed_at = min(said_at, now)
            if reviewed_at <= latest or self._histories.was_taken_back(username, beer.beer_id, reviewed_at):
                return len(known)
        rating = Rating(
            username=username,
            beer_id=beer.beer_id,
            beer_name=beer.name,
            brewery_name=beer.brewery,
            style=beer.style,
            abv=beer.abv,
            score=score,
            text=text,
            reviewed_at=reviewed_at,
            recommendation_id=recommendation_id,
        )
        # First: what is in the histories and not on its way would never be trained on.
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=rating.message())
        self._histories.add(rating)
        return len(known.keys() | {beer.beer_id})
