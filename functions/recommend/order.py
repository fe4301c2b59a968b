"""In which order beers are recommended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from recommend.catalogue import Beer


@dataclass(frozen=True)
class Candidate:
    """A beer that may be recommended; `retrieval_rank` counts from 1 through retrieval's whole answer."""

    beer: Beer
    retrieval_rank: int


@dataclass(frozen=True)
class Recommended:
    """A beer with the score (0 to 5) that its `rank`, from 1 on, follows from."""

    beer: Beer
    score: float
    rank: int
    retrieval_rank: int | None


def untried(beer_ids: Sequence[str], tried: Set[str], catalogue: Mapping[str, Beer]) -> list[Candidate]:
    """The beers of retrieval's answer that are new to the user, nearest first."""
    return [
        Candidate(catalogue[beer_id], rank)
        for rank, beer_id in enumerate(beer_ids, start=1)
        if beer_id not in tried and beer_id in catalogue
    ]


def by_score(candidates: Sequence[Candidate], scores: Sequence[float], count: int) -> list[Recommended]:
    """The `count` candidates with the highest of their `scores`; of equal ones the nearer comes first."""
    pairs = sorted(zip(candidates, scores, strict=True), key=lambda pair: (-pair[1], pair[0].retrieval_rank))
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
