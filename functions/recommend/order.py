"""In which order beers are recommended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from recommend.catalogue import Beer


@dataclass(frozen=True)
class Candidate:
    """A beer that may be recommended.

    `nearness` is retrieval's score, `retrieval_rank` counts from 1 through retrieval's whole answer.
    """

    beer: Beer
    nearness: float
    retrieval_rank: int


@dataclass(frozen=True)
class Recommended:
    """A beer at its `rank`, from 1 on, with the score (0 to 5) that is shown."""

    beer: Beer
    score: float
    rank: int
    retrieval_rank: int | None


def untried(
    beer_ids: Sequence[str], nearness: Sequence[float], tried: Set[str], catalogue: Mapping[str, Beer]
) -> list[Candidate]:
    """The beers of retrieval's answer that are new to the user, nearest first."""
    return [
        Candidate(catalogue[beer_id], near, rank)
        for rank, (beer_id, near) in enumerate(zip(beer_ids, nearness, strict=True), start=1)
        if beer_id not in tried and beer_id in catalogue
    ]


def ranked(candidates: Sequence[Candidate], scores: Sequence[float], weight: float, count: int) -> list[Recommended]:
    """The `count` candidates that are highest by nearness + `weight` x predicted score, highest first.

    Of equal ones the nearer comes first; a weight of 0 keeps retrieval's order. By the predicted score alone, a beer
    at the far end of retrieval's answer would come first as soon as one of its 500 scores is a little too high.
    """

    def place(pair: tuple[Candidate, float]) -> tuple[float, int]:
        candidate, score = pair
        return -(candidate.nearness + weight * score), candidate.retrieval_rank

    pairs = sorted(zip(candidates, scores, strict=True), key=place)
    return [
        Recommended(candidate.beer, score, rank, candidate.retrieval_rank)
        for rank, (candidate, score) in enumerate(pairs[:count], start=1)
    ]


def as_retrieved(candidates: Sequence[Candidate], count: int) -> list[Recommended]:
    """The `count` nearest candidates, with the scores that all reviewers gave."""
    return [
        Recommended(candidate.beer, candidate.beer.loved, rank, candidate.retrieval_rank)
        for rank, candidate in enumerate(candidates[:count], start=1)
    ]


def as_loved(beers: Iterable[Beer]) -> list[Recommended]:
    """The most loved `beers`, best first, as recommendations."""
    return [Recommended(beer, beer.loved, rank, None) for rank, beer in enumerate(beers, start=1)]
