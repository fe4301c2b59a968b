"""The two models, asked in terms of beers and histories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from recommend.adapters import tensorflow_serving
from recommend.adapters.histories_table import History
from recommend.adapters.model_endpoints import ModelEndpoints
from recommend.adapters.tensorflow_serving import MalformedResponse, PredictedScores, Retrieved
from recommend.errors import ModelFailed
from taproom.catalogue_file import Beer
from taproom.contract import RANKING, RECOMMENDATION, RETRIEVAL

# Of n beers that are predicted out of fold, 1 in _FOLDS is hidden at once.
_FOLDS = 10
_NO_BEER = Beer("", "", "", None, None, 0, None, 0.0)


@dataclass(frozen=True)
class ModelClient:
    """Both models behind their endpoints, or behind one; each call raises ModelBusy, ModelFailed or NoModelYet."""

    endpoints: ModelEndpoints

    def retrieve(self, username: str, histories: Sequence[History]) -> list[Retrieved]:
        """The beers nearest to each of `histories`, in one call."""
        request = partial(tensorflow_serving.retrieval_request, username, histories)
        body = self.endpoints.invoke({RETRIEVAL: request})
        try:
            return tensorflow_serving.parse_retrieval(body, len(histories))
        except MalformedResponse as error:
            raise ModelFailed(RETRIEVAL) from error

    def recommend(self, username: str, history: History, further: Callable[[], Sequence[str]]) -> Retrieved:
        """The beers nearest to a history; where one endpoint has both models, with the predicted scores of these.

        Then those of `further` beers come along, too.
        """
        sent: list[str] = []

        def both(signature: str) -> bytes:
            sent[:] = further()
            return tensorflow_serving.recommendation_request(username, history, sent, signature)

        one = partial(tensorflow_serving.retrieval_request, username, [history])
        body = self.endpoints.invoke({RECOMMENDATION: both, RETRIEVAL: one})
        try:
            return tensorflow_serving.parse_recommendation(body, sent)
        except MalformedResponse as error:
            raise ModelFailed(RETRIEVAL) from error

    def predict(
        self, username: str, history: History, beers: Sequence[Beer], known: Mapping[str, float] | None = None
    ) -> PredictedScores:
        """How the user with this history would score each of `beers`: as `known`, the others asked in one call."""
        known = known or {}
        asked = [beer for beer in beers if beer.beer_id not in known]
        predicted = self._predict([username] * len(asked), asked, [history])
        scores = {**known, **dict(zip((beer.beer_id for beer in asked), predicted.scores, strict=True))}
        return PredictedScores(tuple(scores[beer.beer_id] for beer in beers), predicted.release)

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

    def ask_a_trifle(self, servable: str) -> None:
        """Ask for next to nothing, so that a model that sleeps wakes."""
        if servable == RANKING:
            self.predict("", {}, [_NO_BEER])
        else:
            self.retrieve("", [{}])

    def _predict(
        self, usernames: Sequence[str], beers: Sequence[Beer], histories: Sequence[History]
    ) -> PredictedScores:
        if not beers:
            return PredictedScores((), "")
        body = self.endpoints.invoke(
            {RANKING: partial(tensorflow_serving.ranking_request, usernames, beers, histories)}
        )
        try:
            return tensorflow_serving.parse_ranking(body, len(beers))
        except MalformedResponse as error:
            raise ModelFailed(RANKING) from error
