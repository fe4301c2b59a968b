"""From a username to beers: look up the history, retrieve, drop the tried, rank."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from aws_lambda_powertools import Logger

from recommend import answer, order, tensorflow_serving
from recommend.answer import Recommendations
from recommend.catalogue import Catalogue, CatalogueError
from recommend.failures import ModelBusy, ModelFailed, UnfitCatalogue
from recommend.histories import Histories
from recommend.s3_catalogues import Catalogues
from recommend.sagemaker_runtime import Servables
from taproom.contract import RANKING, RETRIEVAL

logger = Logger(service="recommend", child=True)


@dataclass(frozen=True)
class Recommender:
    """What a recommendation is made of."""

    servables: Servables
    histories: Histories
    catalogues: Catalogues

    def recommend(self, username: str, limit: int) -> Recommendations:
        """Up to `limit` beers for `username`, with the catalogue of the release that retrieved them."""
        history = self.histories.of(username)
        tried = history.keys()
        try:
            retrieved = self._retrieve(username, history)
        except (ModelBusy, ModelFailed) as failure:
            return self._without_retrieval(username, limit, tried, failure)
        catalogue = self.catalogues.of(retrieved.release)
        if not retrieved.known:
            loved = catalogue.most_loved(limit, without=tried)
            return Recommendations.most_loved(
                username, retrieved.release, order.as_loved(loved), answer.unknown_note(username)
            )
        candidates = order.untried(retrieved.beer_ids, retrieved.scores, tried, catalogue.beers(retrieved.beer_ids))
        try:
            ranked = self._rank(username, history, candidates)
        except (ModelBusy, ModelFailed):
            logger.warning("Recommended without ranking", exc_info=True)
            nearest = order.as_retrieved(candidates, limit)
            return Recommendations.personal(
                username, retrieved.release, retrieved.release, nearest, answer.UNRANKED_NOTE
            )
        note = (
            f"Of the {len(retrieved.beer_ids)} beers nearest to {username}'s taste only {len(candidates)} are new."
            if len(candidates) < limit
            else None
        )
        return Recommendations.personal(
            username,
            retrieved.release,
            ranked.release or retrieved.release,
            order.ranked(candidates, ranked.scores, _ranking_weight(catalogue, retrieved.release), limit),
            note,
        )

    def _without_retrieval(
        self, username: str, limit: int, tried: Set[str], failure: ModelBusy | ModelFailed
    ) -> Recommendations:
        """The most loved beers of the release in service: somebody at the bar is better off than with an error."""
        release = self.servables.release_in_service()
        if release is None:
            raise failure
        logger.warning("Recommended without retrieval", exc_info=failure)
        loved = self.catalogues.of(release).most_loved(limit, without=tried)
        return Recommendations.most_loved(username, release, order.as_loved(loved), answer.UNRETRIEVED_NOTE)

    def _retrieve(self, username: str, history: Mapping[str, float]) -> tensorflow_serving.Retrieved:
        body = self.servables.ask(RETRIEVAL, tensorflow_serving.retrieval_request(username, history))
        try:
            return tensorflow_serving.retrieval_answer(body)
        except tensorflow_serving.AnswerError as error:
            raise ModelFailed(RETRIEVAL) from error

    def _rank(
        self, username: str, history: Mapping[str, float], candidates: list[order.Candidate]
    ) -> tensorflow_serving.Ranked:
        if not candidates:
            return tensorflow_serving.Ranked((), "")
        request = tensorflow_serving.ranking_request(username, history, [candidate.beer for candidate in candidates])
        body = self.servables.ask(RANKING, request)
        try:
            return tensorflow_serving.ranking_answer(body, len(candidates))
        except tensorflow_serving.AnswerError as error:
            raise ModelFailed(RANKING) from error


def _ranking_weight(catalogue: Catalogue, release: str) -> float:
    try:
        return catalogue.ranking_weight
    except CatalogueError as error:
        raise UnfitCatalogue(release, str(error)) from error
