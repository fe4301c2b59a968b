"""Candidate generation: the beers that ranking is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from recommend.adapters.histories_table import History
from recommend.adapters.tensorflow_serving import Retrieved
from recommend.catalogue.beer_filter import BeerFilter
from recommend.catalogue.catalogue import Catalogue
from recommend.recommending.query import RecommendationQuery
from taproom.catalogue_file import Beer

# Beers from outside retrieval's answer that are ranked where the answer has too few: the most loved ones that pass.
MAX_WIDENED = 300


class Candidate(NamedTuple):
    """A beer that may be recommended.

    `retrieval_score` is None for a beer outside retrieval's answer; `retrieval_rank` counts from 1 through
    retrieval's whole answer, None for a beer that has no place in it.
    """

    beer: Beer
    retrieval_score: float | None
    retrieval_rank: int | None


def generate(
    catalogue: Catalogue, retrieved: Retrieved, beer_filter: BeerFilter, history: History, query: RecommendationQuery
) -> list[Candidate]:
    """What passes of retrieval's answer, and as many others as the answer runs short of."""
    untried = replace(beer_filter, exclude=beer_filter.exclude | history.keys())
    found = from_retrieval(retrieved.beer_ids, retrieved.scores, untried, catalogue.beers(retrieved.beer_ids))
    if query.include_tried:
        found += from_history(_passing(catalogue, list(history), beer_filter), retrieved.scores)
    if query.candidates is not None:
        seen = {candidate.beer.beer_id for candidate in found}
        named = _passing(catalogue, sorted(query.candidates), beer_filter)
        return found + outside_retrieval(beer for beer in named if beer.beer_id not in seen)
    if len(found) < query.limit:
        elsewhere = replace(untried, exclude=untried.exclude | set(retrieved.beer_ids))
        found += outside_retrieval(catalogue.most_loved(max(MAX_WIDENED, query.limit), elsewhere))
    return found


def further(catalogue: Catalogue, beer_filter: BeerFilter, history: History, query: RecommendationQuery) -> list[Beer]:
    """The beers that `generate` may add to those of retrieval's answer, before that is known."""
    own = _passing(catalogue, list(history), beer_filter) if query.include_tried else []
    if query.candidates is not None:
        return own + _passing(catalogue, sorted(query.candidates), beer_filter)
    if beer_filter.is_by_attributes:
        untried = replace(beer_filter, exclude=beer_filter.exclude | history.keys())
        # An answer that is too short has some of the most loved ones, but fewer than the limit.
        return own + catalogue.most_loved(max(MAX_WIDENED, query.limit) + query.limit, untried)
    return own


def from_retrieval(
    beer_ids: Sequence[str], scores: Sequence[float], beer_filter: BeerFilter, beers: Mapping[str, Beer]
) -> list[Candidate]:
    """The beers of retrieval's answer that pass, nearest first; `beers` has those that the catalogue knows, by id."""
    return [
        Candidate(beer, score, rank)
        for rank, (beer_id, score) in enumerate(zip(beer_ids, scores, strict=True), start=1)
        if (beer := beers.get(beer_id)) is not None and beer_filter.accepts(beer)
    ]


def from_history(beers: Iterable[Beer], scores: Sequence[float]) -> list[Candidate]:
    """The user's own beers, of which retrieval says nothing: as near as the mean of its answer's `scores`."""
    mean = sum(scores) / len(scores) if scores else None
    return [Candidate(beer, mean, None) for beer in beers]


def outside_retrieval(beers: Iterable[Beer]) -> list[Candidate]:
    """Beers that are not in retrieval's answer: they come after all that are."""
    return [Candidate(beer, None, None) for beer in beers]


def _passing(catalogue: Catalogue, beer_ids: Sequence[str], beer_filter: BeerFilter) -> list[Beer]:
    """The beers of `beer_ids` that the catalogue knows and that pass, in their order."""
    return [beer for beer in catalogue.beers(beer_ids).values() if beer_filter.accepts(beer)]
