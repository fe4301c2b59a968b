"""Exploration: at some places of a list chance shows another beer, a probe, so that something is learnt of it.

Each place of the lower half is a probe's with probability `share`, independently. Probes are drawn uniformly, without
replacement, from the M beers that pass the query's filter and that the policy does not show. So the policy's beer is at
its place with probability 1 - share, and each of the M with share / M: the propensities of docs/contracts.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from recommend.recommending.blending import RankedBeer
from recommend.recommending.candidates import Candidate
from taproom.catalogue_file import Beer


@dataclass(frozen=True)
class Draw:
    """What chance decides before the list is known.

    `places` are those of probes, from 1 on; `beer_ids` are in random order, and enough for all of them whichever the
    list shows; `others` is M, where there are any.
    """

    share: float
    places: tuple[int, ...] = ()
    beer_ids: tuple[str, ...] = ()
    others: int = 0


def lower_half(length: int) -> range:
    """The places of a list of this `length` at which there may be probes; the one in the middle is not among them."""
    return range(length - length // 2 + 1, length + 1)


def draw(share: float, length: int, found: int, passing: Callable[[], Sequence[str]], random: Random) -> Draw | None:
    """Draw for a list of `length` of the `found` beers that are among those `passing`; None: nothing is explored.

    Nothing is where fewer beers are left than the lower half has places: propensities would not be those above.
    `passing` is asked only where there is a probe, or may be too few beers for one.
    """
    half = lower_half(length)
    places = tuple(place for place in half if random.random() < share)
    if not places and found - length >= len(half):
        return Draw(share)
    beer_ids = passing()
    others = len(beer_ids) - length
    if others < len(half):
        return None
    # In random order, those that the list turns out to show can be passed over: the next one is as good a draw.
    drawn = random.sample(beer_ids, min(len(beer_ids), len(places) + length)) if places else ()
    return Draw(share, places, tuple(drawn), others)


def explore(
    ranked: Sequence[RankedBeer],
    drawn: Draw,
    probes: Sequence[Beer],
    candidates: Sequence[Candidate],
    scores: Sequence[float],
) -> list[RankedBeer]:
    """The list with `probes`, the beers drawn, at their places, and the propensity of each beer.

    `scores` (0 to 5) are predicted of the `candidates` and then of the `probes`.
    """
    shown = {one.beer.beer_id for one in ranked}
    retrieval_ranks = {candidate.beer.beer_id: candidate.retrieval_rank for candidate in candidates}
    of_candidates, of_probes = scores[: len(candidates)], scores[len(candidates) :]
    left = ((beer, score) for beer, score in zip(probes, of_probes, strict=True) if beer.beer_id not in shown)
    half = lower_half(len(ranked))
    explored = []
    for one in ranked:
        if one.rank in drawn.places:
            beer, score = next(left)
            ranking_rank = 1 + sum(other > score for other in of_candidates)
            retrieval_rank = retrieval_ranks.get(beer.beer_id)
            propensity = drawn.share / drawn.others
            explored.append(RankedBeer(beer, score, one.rank, retrieval_rank, ranking_rank, propensity, is_probe=True))
        else:
            explored.append(replace(one, propensity=1 - drawn.share) if one.rank in half else one)
    return explored
