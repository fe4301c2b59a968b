"""Forgetting a user, or what they said of a beer: out of the histories at once, out of all else by ingest."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from recommend.adapters.histories_table import HistoriesTable
from recommend.adapters.serving_release import ServingRelease
from recommend.errors import NoModelYet
from taproom.messages.erasures import Erasure


class Forgetting:
    """Asks ingest through its queue, with `sqs`, a boto3 client, and deletes what the next answer would know."""

    def __init__(
        self,
        histories: HistoriesTable,
        serving: ServingRelease,
        sqs: Any,
        queue_url: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._histories = histories
        self._serving = serving
        self._sqs = sqs
        self._queue_url = queue_url
        self._clock = clock

    def user(self, username: str) -> int:
        """Forget the user, whether they are known or not; the time of the request, in milliseconds."""
        asked_at = round(self._clock() * 1000)
        self._ask(username, None, asked_at)
        self._histories.forget(username, asked_at)
        return asked_at

    def review(self, username: str, beer_id: str, asked_at: int | None = None) -> None:
        """Take back all that the user has said of the beer by any of its ids, if they have said anything.

        `asked_at`, a Unix time in milliseconds, is when they wanted that, None for now: what they have rated anew
        since then stays.
        """
        now = round(self._clock() * 1000)
        said_until = now if asked_at is None else min(asked_at, now)
        # By no other ids: ingest would look through all drops for nothing.
        reviews = self._histories.reviews(username)
        for twin in sorted(self._twins(beer_id) & reviews.keys()):
            if asked_at is None or reviews[twin].said_at <= said_until:
                self._ask(username, twin, said_until)
                self._histories.take_back(username, twin, said_until)

    def _twins(self, beer_id: str) -> set[str]:
        try:
            return self._serving.catalogue().twins.ids_of(beer_id)
        except NoModelYet:
            return {beer_id}

    def _ask(self, username: str, beer_id: str | None, asked_at: int) -> None:
        # First, since what is asked for twice is done once, and what was deleted here alone would come back.
        message = Erasure(username, asked_at, beer_id).message()
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=message)
