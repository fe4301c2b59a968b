"""In which order beers are recommended."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from recommend.catalogue.beers import Beer, Wanted


class Candidate(NamedTuple):
    """A beer that may be recommended.

    `nearness` is retrieval's score, None for a beer beyond retrieval's answer; `retrieval_rank` counts from 1 through
    retrieval's whole answer, None for a beer that has no place in it.
    """

    beer: Beer
    nearness: float | None
    retrieval_rank: int | None


@dataclass(frozen=True, slots=True)
class Recommended:
    """A beer at its `rank`, from 1 on, with the score (0 to 5) that is shown.

    `ranking_rank` is its place by predicted score alone, None where there is no prediction.
    """

    beer: Beer
    score: float
    rank: int
    retrieval_rank: int | None
    ranking_rank: int | None = None


def retrieved(
    beer_ids: Sequence[str], nearness: Sequence[float], wanted: Wanted, catalogue: Mapping[str, Beer]
) -> list[Candidate]:
    """The beers of retrieval's answer that are wanted, nearest first."""
    return [
        Candidate(beer, near, rank)
        for rank, (beer_id, near) in enumerate(zip(beer_ids, nearness, strict=True), start=1)
        if (beer := catalogue.get(beer_id)) is not None and wanted.takes(beer)
    ]


def beyond(beers: Iterable[Beer]) -> list[Candidate]:
    """Beers that are not in retrieval's answer: they come after all that are."""
    return [Candidate(beer, None, None) for beer in beers]


def tried(beers: Iterable[Beer], nearness: Sequence[float]) -> list[Candidate]:
    """The user's own beers, of which retrieval says nothing: as near as the mean of its answer."""
    mean = sum(nearness) / len(nearness) if nearness else None
    return [Candidate(beer, mean, None) for beer in beers]


def ranked(candidates: Sequence[Candidate], scores: Sequence[float], weight: float, count: int) -> list[Recommended]:
    """The `count` candidates that are highest by nearness + `weight` x predicted score, highest first.

    Of equal ones the nearer comes first; a weight of 0 keeps retrieval's order. By the predicted score alone, a beer
    at the far end of retrieval's answer would come first as soon as one of its 500 scores is a little too high.
    Beers beyond retrieval's answer follow, by predicted score.
    """

    def key(place: int) -> tuple[bool, float, float]:
        candidate, score = candidates[place], scores[place]
        rank = math.inf if candidate.retrieval_rank is None else candidate.retrieval_rank
        if candidate.nearness is None:
            return True, -score, rank
        return False, -(candidate.nearness + weight * score), rank

    if len(candidates) != len(scores):
        raise ValueError(f"expected a score for each of {len(candidates)} candidates, got {len(scores)}")
    places = sorted(range(len(candidates)), key=key)[:count]
    by_score = sorted(scores, reverse=True)
    return [
        Recommended(
            candidates[place].beer,
            scores[place],
            rank,
            candidates[place].retrieval_rank,
            by_score.index(scores[place]) + 1,
        )
        for rank, place in enumerate(places, start=1)
    ]


def as_retrieved(candidates: Sequence[Candidate], count: int) -> list[Recommended]:
    """The `count` nearest candidates, with the scores that all reviewers gave."""
    # Stable: those beyond retrieval's answer keep their order, behind the others.
    nearest = sorted(candidates, key=lambda candidate: (candidate.nearness is None, -(candidate.nearness or 0.0)))
    return [
        Recommended(candidate.beer, candidate.beer.loved, rank, candidate.retrieval_rank)
        for rank, candidate in enumerate(nearest[:count], start=1)
    ]


def as_loved(beers: Iterable[Beer]) -> list[Recommended]:
    """The most loved `beers`, best first, as recommendations."""
    return [Recommended(beer, beer.loved, rank, None) for rank, beer in enumerate(beers, start=1)]
