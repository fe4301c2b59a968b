"""The two models, asked in words of beers and histories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommend.adapters import tensorflow_serving
from recommend.adapters.model_endpoints import Servables
from recommend.adapters.tensorflow_serving import AnswerError, Ranked, Retrieved
from recommend.catalogue.beers import Beer
from recommend.errors import ModelFailed
from taproom.contract import RANKING, RETRIEVAL

# Reviews hidden from the model at once while it predicts what they were: of n shown ones 1 in _FOLDS.
_FOLDS = 10

History = Mapping[str, float]


@dataclass(frozen=True)
class Models:
    """Retrieval and ranking behind their endpoints; each raises ModelBusy, ModelFailed or NoModelYet."""

    servables: Servables

    def nearest(self, username: str, histories: Sequence[History]) -> list[Retrieved]:
        """The beers nearest to each of `histories`, in one call."""
        body = self.servables.ask(RETRIEVAL, tensorflow_serving.retrieval_request(username, histories))
        try:
            return tensorflow_serving.retrieval_answer(body, len(histories))
        except AnswerError as error:
            raise ModelFailed(RETRIEVAL) from error

    def scores(self, username: str, history: History, beers: Sequence[Beer]) -> Ranked:
        """How the user with this history would score each of `beers`, in one call; none for no beers."""
        return self._ranked([username] * len(beers), beers, [history])

    def scores_in_hindsight(self, history: History, beers: Sequence[Beer]) -> Ranked:
        """How the user would score each of `beers`, which are in the history, without having been told.

        The beers are dealt into at most ten folds; each fold is predicted by the history without it.
        """
        folds = min(_FOLDS, len(beers))
        # Dealt one by one, so that the folds appear in the order of their numbers.
        fold_of = [place % folds for place in range(len(beers))]
        hidden = [
            {beer.beer_id for beer, own in zip(beers, fold_of, strict=True) if own == fold} for fold in range(folds)
        ]
        histories = [{beer: score for beer, score in history.items() if beer not in fold} for fold in hidden]
        return self._ranked([str(fold) for fold in fold_of], beers, histories)

    def _ranked(self, usernames: Sequence[str], beers: Sequence[Beer], histories: Sequence[History]) -> Ranked:
        if not beers:
            return Ranked((), "")
        body = self.servables.ask(RANKING, tensorflow_serving.ranking_request(usernames, beers, histories))
        try:
            return tensorflow_serving.ranking_answer(body, len(beers))
        except AnswerError as error:
            raise ModelFailed(RANKING) from error
