"""What a user has rated, beside what the model predicts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommend.adapters.histories_table import HistoriesTable, History
from recommend.adapters.model_client import ModelClient
from recommend.adapters.serving_release import ServingRelease
from recommend.errors import ModelBusy, ModelFailed, NotFound
from recommend.recommending import messages
from taproom.catalogue_file import Beer

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RatedBeer:
    """A beer with the `score` that the user gave; `beer` is None for one that the release does not know.

    `predicted` is what the model predicts without having been told the score, None without a prediction.
    """

    beer_id: str
    beer: Beer | None
    score: float
    predicted: float | None


@dataclass(frozen=True)
class RatedBeersPage:
    """A page of `total` rated beers, the latest first; `message` says why there are no predictions."""

    username: str
    release: str
    total: int
    mean_score: float
    message: str | None
    beers: Sequence[RatedBeer]


@dataclass(frozen=True)
class RatedBeers:
    """Histories with the beers' names and predictions."""

    histories: HistoriesTable
    models: ModelClient
    serving: ServingRelease

    def page(self, username: str, limit: int, offset: int) -> RatedBeersPage:
        """At most `limit` of the beers that the user has rated, after the latest `offset`.

        Raises
        ------
        NotFound
            Naming users whose name begins alike, where there is no such user.
        """
        history = self.histories.history(username)
        if not history:
            raise NotFound("user with reviews called", username, self._alike(username))
        catalogue = self.serving.catalogue()
        history = catalogue.twins.merged(history)
        shown = list(reversed(history))[offset : offset + limit]
        beers = catalogue.beers(shown)
        predicted, message = self._predicted(history, list(beers.values()))
        return RatedBeersPage(
            username=username,
            release=catalogue.release,
            total=len(history),
            mean_score=sum(history.values()) / len(history),
            message=message,
            beers=[
                RatedBeer(beer_id, beers.get(beer_id), history[beer_id], predicted.get(beer_id)) for beer_id in shown
            ],
        )

    def _predicted(self, history: History, beers: Sequence[Beer]) -> tuple[Mapping[str, float], str | None]:
        try:
            scores = self.models.predict_out_of_fold(history, beers).scores
        except (ModelBusy, ModelFailed) as error:
            logger.warning("Showed rated beers without predictions", exc_info=error)
            return {}, messages.NO_PREDICTIONS
        return {beer.beer_id: score for beer, score in zip(beers, scores, strict=True)}, None

    def _alike(self, username: str) -> list[str]:
        """Users whose name is spelt almost alike, or else begins as this one does, with as much of it as any does."""
        if near := self.histories.near_misses(username):
            return near
        for length in (len(username), len(username) // 2, 1):
            if found := self.histories.usernames(username[:length], 3):
                return found
        return []
