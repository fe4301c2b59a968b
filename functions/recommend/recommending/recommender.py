"""From a history and a query to beers: generate candidates, predict their scores, blend; and what to do without."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

from recommend.adapters.histories_table import History
from recommend.adapters.model_client import ModelClient
from recommend.adapters.serving_release import ServingRelease
from recommend.adapters.tensorflow_serving import Retrieved
from recommend.adapters.waking import Waking
from recommend.catalogue.beer_filter import BeerFilter
from recommend.catalogue.catalogue import Catalogue
from recommend.errors import BadRequest, ModelBusy, ModelFailed, NotFound
from recommend.recommending import blending, candidates, explanation, exploration, messages, retrieval
from recommend.recommending.blending import RankedBeer
from recommend.recommending.candidates import Candidate
from recommend.recommending.explanation import Explanation, Habits
from recommend.recommending.exploration import Draw
from recommend.recommending.messages import Note
from recommend.recommending.query import RecommendationQuery
from recommend.recommending.quick_model import QUICK_WEIGHT, QuickModel
from taproom.contract import score_floor
from taproom.messages.served_events import MOST_LOVED, PERSONAL, QUICK, Basis

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recommendation:
    """A beer, with the score that the user gave it if they did, and why it is recommended if that was asked for."""

    ranked: RankedBeer
    given: float | None
    explanation: Explanation | None


@dataclass(frozen=True)
class RecommendationResult:
    """Beers for a user, best first.

    `release` is the one that retrieved them, `ranking_release` the one that ranked them, None where that is the same
    or nothing ranked them. `notes` are what the user should know. `experiment` is the one that the user takes part in,
    None for one who takes part in none. `recommendation_id` is None for an answer that is not logged.
    """

    username: str | None
    basis: Basis
    notes: Sequence[Note]
    release: str
    ranking_release: str | None
    beers: Sequence[Recommendation]
    experiment: str | None = None
    recommendation_id: str | None = None


@dataclass(frozen=True)
class Recommender:
    """Asks the models, with the catalogue of the release that retrieves.

    `hasty` does not wait until a model is awake, `models` for longer. `exploration` is the share (0 to 0.2) of places
    in the lower half of a list that are probes', drawn by `random`. One that `falls_back` answers without a model that
    fails; others raise its ModelBusy or ModelFailed, but for one that is asleep while nobody waits for it.
    """

    models: ModelClient
    hasty: ModelClient
    serving: ServingRelease
    waking: Waking
    exploration: float = 0.0
    random: Random = field(default_factory=Random)
    falls_back: bool = True

    def recommend(
        self, username: str | None, history: History, query: RecommendationQuery, *, explored: bool
    ) -> RecommendationResult:
        """Beers for somebody with this history, by any ids of its beers; with probes among them if it is `explored`.

        By the catalogue alone where a model does not answer, and the most loved ones where that does not know either.
        """
        # What chance decides for this answer is drawn from this, as often as it is asked.
        chance = self.random.getrandbits(64) if explored else None

        def further(catalogue: Catalogue, own: History) -> list[str]:
            return self._further(own, query, catalogue, chance)

        models = self.hasty if query.quick else self.models
        try:
            with self.waking.while_waiting():
                retrieved = retrieval.recommend(models, self.serving, username or "", history, further)
        except (ModelBusy, ModelFailed) as error:
            release = self.serving.look_up() if self._does_without(error, query) else None
            if release is None:
                raise
            logger.warning("Recommended without retrieval", exc_info=error)
            return self._without_retrieval(username, history, query, release, explored)
        if not retrieved.knows_history:
            return self._most_loved(username, history, query, retrieved.release, messages.unknown_history(username))
        return self._personal(username, history, query, retrieved, chance)

    def wake(self) -> None:
        """Ask each model a trifle, and wait for their answers."""
        Waking(self.models, self.serving).wake()

    def _without_retrieval(
        self, username: str | None, history: History, query: RecommendationQuery, release: str, explored: bool
    ) -> RecommendationResult:
        catalogue = self.serving.catalogue(release)
        if not catalogue.neighbours.are_there():
            if query.quick:
                return self.recommend(username, history, replace(query, quick=False), explored=explored)
            return self._most_loved(username, history, query, release, messages.NO_RETRIEVAL)
        if not catalogue.beers(history):
            # What the models would say as well.
            return self._most_loved(username, history, query, release, messages.unknown_history(username))
        history, quick = catalogue.twins.merged(history), QuickModel(catalogue)
        (retrieved,) = quick.retrieve("", [history])
        if not retrieved.knows_history and not query.quick:
            return self._most_loved(username, history, query, release, messages.NO_RETRIEVAL)
        beer_filter = query.beer_filter(catalogue, history.keys())
        generated = candidates.generate(catalogue, retrieved, beer_filter, history, query)
        ranked = ranked_quickly(quick, generated, history, query, QUICK_WEIGHT)
        too_few = messages.too_few(len(generated), query, beer_filter, username)
        return RecommendationResult(
            username=username,
            basis=QUICK,
            notes=[messages.QUICK, too_few] if too_few else [messages.QUICK],
            release=release,
            ranking_release=None,
            beers=_recommendations(ranked, history, self._explanations(ranked, catalogue, history, query, quick)),
        )

    def _personal(
        self,
        username: str | None,
        history: History,
        query: RecommendationQuery,
        retrieved: Retrieved,
        chance: int | None,
    ) -> RecommendationResult:
        catalogue = self.serving.catalogue(retrieved.release)
        history = catalogue.twins.merged(history)
        beer_filter = query.beer_filter(catalogue, history.keys())
        generated = candidates.generate(catalogue, retrieved, beer_filter, history, query)
        too_few = messages.too_few(len(generated), query, beer_filter, username)
        notes = [too_few] if too_few else []
        ranking_release, basis = None, PERSONAL
        has_neighbours = catalogue.neighbours.are_there()
        query = replace(query, quick=query.quick and has_neighbours)
        models = self.hasty if query.quick else self.models
        try:
            drawn = self._draw(query, catalogue, beer_filter, chance)
            probes = list(catalogue.beers(drawn.beer_ids).values()) if drawn else []
            beers = [*(candidate.beer for candidate in generated), *probes]
            predicted = models.predict(username or "", history, beers, retrieved.predicted)
            scores = predicted.scores[: len(generated)]
            ranked = blending.blend(generated, scores, catalogue.ranking_weight, _floor(history), query.limit)
            if drawn:
                ranked = exploration.explore(ranked, drawn, probes, generated, predicted.scores)
            ranking_release = None if predicted.release in ("", retrieved.release) else predicted.release
        except (ModelBusy, ModelFailed) as error:
            if not self._does_without(error, query):
                raise
            logger.warning("Recommended without ranking", exc_info=error)
            if has_neighbours:
                quick, weight, basis = QuickModel(catalogue), catalogue.ranking_weight, QUICK
                ranked = ranked_quickly(quick, generated, history, query, weight)
            else:
                ranked = blending.by_retrieval(generated, query.limit)
            notes = [messages.QUICK if has_neighbours else messages.NO_RANKING, *notes]
        return RecommendationResult(
            username=username,
            basis=basis,
            notes=notes,
            release=retrieved.release,
            ranking_release=ranking_release,
            beers=_recommendations(ranked, history, self._explanations(ranked, catalogue, history, query, self.models)),
        )

    def _does_without(self, error: ModelBusy | ModelFailed, query: RecommendationQuery) -> bool:
        return self.falls_back or (query.quick and isinstance(error, ModelBusy))

    def _further(
        self, history: History, query: RecommendationQuery, catalogue: Catalogue, chance: int | None
    ) -> list[str]:
        """The beers whose predicted scores may be needed besides those of retrieval's answer, before that is known."""
        try:
            beer_filter = query.beer_filter(catalogue, history.keys())
        except (BadRequest, NotFound):
            # The release that answers may know what this one does not; else it will say so.
            return []
        drawn = self._draw(query, catalogue, beer_filter, chance)
        beers = (beer.beer_id for beer in candidates.further(catalogue, beer_filter, history, query))
        return list(dict.fromkeys((*beers, *(drawn.beer_ids if drawn else ()))))

    def _draw(
        self, query: RecommendationQuery, catalogue: Catalogue, beer_filter: BeerFilter, chance: int | None
    ) -> Draw | None:
        """The same for the same `chance`, whatever is retrieved: a list is as long as beers that pass let it be.

        None without it, and where probes have no place: among named candidates and the user's own beers there is
        nothing new.
        """
        if chance is None or not self.exploration or query.candidates is not None or query.include_tried:
            return None
        found = catalogue.size - len(beer_filter.exclude) - len(beer_filter.retired)
        if beer_filter.is_by_attributes or found < query.limit:
            found = len(catalogue.passing(beer_filter))
        length = min(query.limit, found)
        passing = partial(catalogue.passing, beer_filter)
        return exploration.draw(self.exploration, length, found, passing, Random(chance))

    def _most_loved(
        self, username: str | None, history: History, query: RecommendationQuery, release: str, reason: Note
    ) -> RecommendationResult:
        catalogue = self.serving.catalogue(release)
        history = catalogue.twins.merged(history)
        beer_filter = query.beer_filter(catalogue, history.keys())
        ranked = blending.as_listed(catalogue.most_loved(query.limit, beer_filter))
        too_few = messages.too_few(len(ranked), query, beer_filter, username)
        explanations = [
            explanation.explain(one.beer, (), (), {}, Habits()) if query.explain else None for one in ranked
        ]
        return RecommendationResult(
            username=username,
            basis=MOST_LOVED,
            notes=[reason, too_few] if too_few else [reason],
            release=release,
            ranking_release=None,
            beers=_recommendations(ranked, history, explanations),
        )

    @staticmethod
    def _explanations(
        ranked: Sequence[RankedBeer],
        catalogue: Catalogue,
        history: History,
        query: RecommendationQuery,
        models: ModelClient | QuickModel,
    ) -> Sequence[Explanation | None]:
        """Asks `models` once, for the beers nearest to each one that the user liked."""
        if not ranked or not query.explain:
            return [None] * len(ranked)
        rated = catalogue.beers(list(history)[-explanation.MAX_RATED :])
        liked = explanation.liked_beers(history, rated)
        neighbours: list[Retrieved] = []
        try:
            if liked:
                neighbours = models.retrieve("", [{beer.beer_id: history[beer.beer_id]} for beer in liked])
        except (ModelBusy, ModelFailed) as error:
            logger.warning("Explained without neighbours", exc_info=error)
            liked = []
        ranks = explanation.neighbour_ranks(neighbours)
        habits = Habits.of(list(rated.values()))
        return [explanation.explain(one.beer, liked, ranks, history, habits, is_probe=one.is_probe) for one in ranked]


def ranked_quickly(
    quick: QuickModel, generated: Sequence[Candidate], history: History, query: RecommendationQuery, weight: float
) -> list[RankedBeer]:
    """The `generated` beers as `blending.blend` orders them, by `weight` and the scores that `quick` predicts."""
    scores = quick.predict("", history, [candidate.beer for candidate in generated]).scores
    return blending.blend(generated, scores, weight, _floor(history), query.limit)


def _floor(history: History) -> float:
    floor: float = score_floor(sum(history.values()) / len(history), len(history))
    return floor


def _recommendations(
    ranked: Sequence[RankedBeer], history: History, explanations: Sequence[Explanation | None]
) -> list[Recommendation]:
    return [
        Recommendation(one, history.get(one.beer.beer_id), why) for one, why in zip(ranked, explanations, strict=True)
    ]
