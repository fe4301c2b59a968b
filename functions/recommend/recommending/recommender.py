"""From a history and wishes to beers: retrieve, drop what is not wanted, widen where too few are left, rank."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from recommend.adapters.model_client import Models
from recommend.adapters.serving_release import InService
from recommend.adapters.tensorflow_serving import Retrieved
from recommend.api.response_models.recommendations import Recommendations, RecommendedBeer
from recommend.catalogue.beers import Beer, Wanted
from recommend.catalogue.catalogue import Catalogue, CatalogueError
from recommend.errors import ModelBusy, ModelFailed, UnfitCatalogue
from recommend.recommending import blending, explanation, messages
from recommend.recommending.blending import Candidate, Recommended
from recommend.recommending.query import Wishes

logger = logging.getLogger("recommend.recommender")

# Beers from beyond retrieval's answer that are ranked where the answer has too few: the most loved ones that match.
WIDENED = 300


@dataclass(frozen=True)
class Recommender:
    """What a recommendation is made of."""

    models: Models
    in_service: InService

    def recommend(self, username: str | None, history: Mapping[str, float], wishes: Wishes) -> Recommendations:
        """Beers for somebody with this history, with the catalogue of the release that retrieved them."""
        try:
            (retrieved,) = self.models.nearest(username or "", [history])
        except (ModelBusy, ModelFailed) as failure:
            release = self.in_service.release_at_once()
            if release is None:
                raise
            logger.warning("Recommended without retrieval", exc_info=failure)
            return self._most_loved(username, history, wishes, release, messages.UNRETRIEVED)
        if not retrieved.known:
            return self._most_loved(username, history, wishes, retrieved.release, messages.unknown(username))
        return self._personal(username, history, wishes, retrieved)

    def _personal(
        self, username: str | None, history: Mapping[str, float], wishes: Wishes, retrieved: Retrieved
    ) -> Recommendations:
        catalogue = self.in_service.catalogue(retrieved.release)
        wanted = wishes.of(catalogue, history.keys())
        candidates = _candidates(catalogue, retrieved, wanted, history, wishes)
        note = messages.short(len(candidates), wishes, wanted, username)
        try:
            ranked = self.models.scores(username or "", history, [candidate.beer for candidate in candidates])
            found = blending.ranked(
                candidates, ranked.scores, _ranking_weight(catalogue, retrieved.release), wishes.limit
            )
            ranking_release = ranked.release or retrieved.release
        except (ModelBusy, ModelFailed) as failure:
            logger.warning("Recommended without ranking", exc_info=failure)
            found, note, ranking_release = blending.as_retrieved(candidates, wishes.limit), messages.UNRANKED, ""
        explain = self._explainer(catalogue, history) if wishes.explain and found else None
        return Recommendations(
            username=username,
            basis="personal",
            note=note,
            release=retrieved.release,
            ranking_release=None if ranking_release in ("", retrieved.release) else ranking_release,
            beers=[RecommendedBeer.of(beer, history, explain(beer) if explain else None) for beer in found],
        )

    def _most_loved(
        self, username: str | None, history: Mapping[str, float], wishes: Wishes, release: str, why: str
    ) -> Recommendations:
        catalogue = self.in_service.catalogue(release)
        wanted = wishes.of(catalogue, history.keys())
        found = blending.as_loved(catalogue.most_loved(wishes.limit, wanted))
        short = messages.short(len(found), wishes, wanted, username)
        explain = _unexplained if wishes.explain else None
        return Recommendations(
            username=username,
            basis="most loved",
            note=f"{why} {short}" if short else why,
            release=release,
            ranking_release=None,
            beers=[RecommendedBeer.of(beer, history, explain(beer) if explain else None) for beer in found],
        )

    def _explainer(self, catalogue: Catalogue, history: Mapping[str, float]) -> explanation.Explain:
        """Asks retrieval once, for the beers nearest to each one that the user liked."""
        known = catalogue.beers(explanation.liked(history))
        own = [known[beer_id] for beer_id in explanation.liked(history) if beer_id in known]
        try:
            neighbours = self.models.nearest("", [{beer.beer_id: history[beer.beer_id]} for beer in own]) if own else []
        except (ModelBusy, ModelFailed) as failure:
            logger.warning("Explained without nearness", exc_info=failure)
            own, neighbours = [], []
        places = explanation.places(neighbours)
        return lambda recommended: explanation.explained(recommended, own, places, history)


def _unexplained(recommended: Recommended) -> explanation.Explanation:
    return explanation.explained(recommended, (), (), {})


def _candidates(
    catalogue: Catalogue, retrieved: Retrieved, wanted: Wanted, history: Mapping[str, float], wishes: Wishes
) -> list[Candidate]:
    """The beers to rank: what is wanted of retrieval's answer, and as many others as the answer runs short of."""
    new = replace(wanted, without=wanted.without | history.keys())
    found = blending.retrieved(retrieved.beer_ids, retrieved.scores, new, catalogue.beers(retrieved.beer_ids))
    if wishes.include_tried:
        found += blending.tried(_of(catalogue, list(history), wanted), retrieved.scores)
    if wishes.candidates is not None:
        seen = {candidate.beer.beer_id for candidate in found}
        others = [beer for beer in _of(catalogue, sorted(wishes.candidates), wanted) if beer.beer_id not in seen]
        return found + blending.beyond(others)
    if len(found) < wishes.limit:
        elsewhere = replace(new, without=new.without | set(retrieved.beer_ids))
        found += blending.beyond(catalogue.most_loved(max(WIDENED, wishes.limit), elsewhere))
    return found


def _of(catalogue: Catalogue, beer_ids: Sequence[str], wanted: Wanted) -> list[Beer]:
    """The beers of `beer_ids` that the catalogue knows and that are wanted, in their order."""
    known = catalogue.beers(beer_ids)
    return [known[beer_id] for beer_id in beer_ids if beer_id in known and wanted.takes(known[beer_id])]


def _ranking_weight(catalogue: Catalogue, release: str) -> float:
    try:
        return catalogue.ranking_weight
    except CatalogueError as error:
        raise UnfitCatalogue(release, str(error)) from error
