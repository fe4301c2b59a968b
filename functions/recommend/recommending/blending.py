"""In which order beers are recommended: retrieval's score and the predicted score in one sum."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recommend.recommending.candidates import Candidate
from taproom.catalogue_file import Beer


@dataclass(frozen=True, slots=True)
class RankedBeer:
    """A beer at its `rank`, from 1 on, with the score (0 to 5) that is shown.

    `ranking_rank` is its rank by predicted score alone, None where there is no prediction. `propensity` is the
    probability with which it was to be shown at its rank, above 0 and at most 1; a probe was drawn by chance.
    """

    beer: Beer
    score: float
    rank: int
    retrieval_rank: int | None
    ranking_rank: int | None = None
    propensity: float = 1.0
    is_probe: bool = False


def blend(
    candidates: Sequence[Candidate], scores: Sequence[float], weight: float, floor: float, limit: int
) -> list[RankedBeer]:
    """The `limit` candidates with the highest retrieval score + `weight` x predicted score, highest first.

    Of equal ones the nearer comes first; a weight of 0 keeps retrieval's order. By the predicted score alone, a beer
    at the far end of retrieval's answer would come first as soon as one of its 500 scores is a little too high.
    Beers outside retrieval's answer follow, by predicted score. Those whose predicted score is below `floor`
    (contract.score_floor) come after all others.
    """

    def key(index: int) -> tuple[bool, bool, float, float]:
        candidate, score = candidates[index], scores[index]
        rank = math.inf if candidate.retrieval_rank is None else candidate.retrieval_rank
        is_below = score < floor
        if candidate.retrieval_score is None:
            return is_below, True, -score, rank
        return is_below, False, -(candidate.retrieval_score + weight * score), rank

    if len(candidates) != len(scores):
        raise ValueError(f"expected a score for each of {len(candidates)} candidates, got {len(scores)}")
    best = sorted(range(len(candidates)), key=key)[:limit]
    by_score = sorted(scores, reverse=True)
    return [
        RankedBeer(
            candidates[index].beer,
            scores[index],
            rank,
            candidates[index].retrieval_rank,
            by_score.index(scores[index]) + 1,
        )
        for rank, index in enumerate(best, start=1)
    ]


def by_retrieval(candidates: Sequence[Candidate], limit: int) -> list[RankedBeer]:
    """The `limit` nearest candidates, with the scores that all reviewers gave."""
    # Stable: those outside retrieval's answer keep their order, behind the others.
    nearest = sorted(
        candidates, key=lambda candidate: (candidate.retrieval_score is None, -(candidate.retrieval_score or 0.0))
    )
    return [
        RankedBeer(candidate.beer, candidate.beer.loved, rank, candidate.retrieval_rank)
        for rank, candidate in enumerate(nearest[:limit], start=1)
    ]


def as_listed(beers: Iterable[Beer]) -> list[RankedBeer]:
    """The `beers` in their order, with the scores that all reviewers gave."""
    return [RankedBeer(beer, beer.loved, rank, None) for rank, beer in enumerate(beers, start=1)]
