"""The two models, asked in terms of beers and histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recommend.adapters import tensorflow_serving
from recommend.adapters.histories_table import History
from recommend.adapters.model_endpoints import ModelEndpoints
from recommend.adapters.tensorflow_serving import MalformedResponse, PredictedScores, Retrieved
from recommend.errors import ModelFailed
from taproom.catalogue_file import Beer
from taproom.contract import RANKING, RETRIEVAL

# Of n beers that are predicted out of fold, 1 in _FOLDS is hidden at once.
_FOLDS = 10


@dataclass(frozen=True)
class ModelClient:
    """Retrieval and ranking behind their endpoints; each call raises ModelBusy, ModelFailed or NoModelYet."""

    endpoints: ModelEndpoints

    def retrieve(self, username: str, histories: Sequence[History]) -> list[Retrieved]:
        """The beers nearest to each of `histories`, in one call."""
        body = self.endpoints.invoke(RETRIEVAL, tensorflow_serving.retrieval_request(username, histories))
        try:
            return tensorflow_serving.parse_retrieval(body, len(histories))
        except MalformedResponse as error:
            raise ModelFailed(RETRIEVAL) from error

    def predict(self, username: str, history: History, beers: Sequence[Beer]) -> PredictedScores:
        """How the user with this history would score each of `beers`, in one call; none for no beers."""
        return self._predict([username] * len(beers), beers, [history])

    def predict_out_of_fold(self, history: History, beers: Sequence[Beer]) -> PredictedScores:
        """How the user would score each of `beers`, all of the history, without having told the model.

        The beers are dealt into at most ten folds; each fold is predicted by the history without it.
        """
        folds = min(_FOLDS, len(beers))
        # Dealt one by one, so that the folds appear in the order of their numbers.
        fold_of = [index % folds for index in range(len(beers))]
        hidden = [
            {beer.beer_id for beer, own in zip(beers, fold_of, strict=True) if own == fold} for fold in range(folds)
        ]
        histories = [{beer: score for beer, score in history.items() if beer not in fold} for fold in hidden]
        return self._predict([str(fold) for fold in fold_of], beers, histories)

    def _predict(
        self, usernames: Sequence[str], beers: Sequence[Beer], histories: Sequence[History]
    ) -> PredictedScores:
        if not beers:
            return PredictedScores((), "")
        body = self.endpoints.invoke(RANKING, tensorflow_serving.ranking_request(usernames, beers, histories))
        try:
            return tensorflow_serving.parse_ranking(body, len(beers))
        except MalformedResponse as error:
            raise ModelFailed(RANKING) from error
