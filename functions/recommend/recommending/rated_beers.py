"""What a user has rated, beside what the model predicts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommend.adapters.histories_table import Histories
from recommend.adapters.model_client import Models
from recommend.adapters.serving_release import InService
from recommend.api.response_models.beers import named
from recommend.api.response_models.users import Review, Reviews
from recommend.catalogue.beers import Beer
from recommend.errors import ModelBusy, ModelFailed, NotThere

logger = logging.getLogger("recommend.own_reviews")

_NO_PREDICTIONS = "The ranking model did not answer, so there are no predictions. Ask again in a minute."
_UNKNOWN = {"name": None, "brewery": None, "style": None, "abv": None}


@dataclass(frozen=True)
class OwnReviews:
    """Histories with the beers' names and predictions."""

    histories: Histories
    models: Models
    in_service: InService

    def of(self, username: str, limit: int, offset: int) -> Reviews:
        """A page of the user's reviews, the latest first.

        Raises
        ------
        NotThere
            Naming users whose name begins alike, where there is no such user.
        """
        history = self.histories.of(username)
        if not history:
            raise NotThere("user with reviews called", username, self._alike(username))
        page = list(reversed(history))[offset : offset + limit]
        catalogue = self.in_service.catalogue()
        beers = catalogue.beers(page)
        predicted, note = self._predicted(history, [beers[beer_id] for beer_id in page if beer_id in beers])
        return Reviews(
            username=username,
            release=catalogue.release,
            total=len(history),
            mean_score=round(sum(history.values()) / len(history), 3),
            note=note,
            reviews=[_review(beer_id, history[beer_id], beers.get(beer_id), predicted) for beer_id in page],
        )

    def _predicted(self, history: Mapping[str, float], beers: Sequence[Beer]) -> tuple[Mapping[str, float], str | None]:
        try:
            scores = self.models.scores_in_hindsight(history, beers).scores
        except (ModelBusy, ModelFailed) as failure:
            logger.warning("Told reviews without predictions", exc_info=failure)
            return {}, _NO_PREDICTIONS
        return {beer.beer_id: score for beer, score in zip(beers, scores, strict=True)}, None

    def _alike(self, username: str) -> list[str]:
        """Users whose name begins as this one does, with as much of it as any does."""
        for length in (len(username), len(username) // 2, 1):
            if found := self.histories.usernames(username[:length], 3):
                return found
        return []


def _review(beer_id: str, score: float, beer: Beer | None, predicted: Mapping[str, float]) -> Review:
    known = _UNKNOWN | {"beer_id": beer_id} if beer is None else named(beer)
    own = predicted.get(beer_id)
    return Review(**known, score=score, predicted=None if own is None else round(own, 3))
