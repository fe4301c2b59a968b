"""Why a beer is recommended: the liked beers that are nearest to it, what it shares with them, how sure that is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal, Self

from recommend.adapters.histories_table import History
from recommend.adapters.tensorflow_serving import Retrieved
from recommend.recommending.similar_beers import same_brewery, same_style
from taproom.catalogue_file import Beer
from taproom.contract import USER_SHRINKAGE
from taproom.metrics import is_liked

# Liked beers that a recommended one is compared with, the most recent ones, and how many of them are shown.
MAX_LIKED = 30
_MAX_SHOWN = 3

Certainty = Literal["well known", "known", "little known", "new"]
Unusual = Literal["stronger", "lighter", "new style"]
# Ratings that habits are told from at least, and the latest ones that are looked at.
_FEWEST_RATED, MAX_RATED = 5, 500


@dataclass(frozen=True)
class LikedBeer:
    """A beer that the user liked; `rank` is that of the recommended beer among those nearest to it, from 1 on."""

    beer: Beer
    given: float
    rank: int
    same_style: bool
    same_brewery: bool


@dataclass(frozen=True)
class Habits:
    """What a user has rated so far: ascending strengths in percent, and styles; both empty where it is too little."""

    strengths: Sequence[float] = ()
    styles: Set[str] = frozenset()

    @classmethod
    def of(cls, rated: Sequence[Beer]) -> Self:
        """Those of somebody who has rated these beers."""
        if len(rated) < _FEWEST_RATED:
            return cls()
        return cls(
            sorted(beer.abv for beer in rated if beer.abv is not None),
            frozenset(beer.style for beer in rated if beer.style is not None),
        )

    def unusual(self, beer: Beer) -> Unusual | None:
        """What sets `beer` apart: stronger or lighter than nine in ten of those rated, or of a style not among them."""
        if beer.abv is not None and len(self.strengths) >= _FEWEST_RATED:
            below = bisect_left(self.strengths, beer.abv) / len(self.strengths)
            above = 1 - bisect_right(self.strengths, beer.abv) / len(self.strengths)
            if below >= 0.9:
                return "stronger"
            if above >= 0.9:
                return "lighter"
        return "new style" if self.styles and beer.style is not None and beer.style not in self.styles else None


@dataclass(frozen=True)
class Explanation:
    """The liked beers, nearest first, what is unusual for the user, and a sentence about all of it."""

    nearest: Sequence[LikedBeer]
    unusual: Unusual | None
    certainty: Certainty
    sentence: str


def liked_beers(history: History, rated: Mapping[str, Beer]) -> list[Beer]:
    """The beers that a user scored at least their own mean, the most recent MAX_LIKED, the most recent first.

    `rated` are beers of the history, by id: others are not among them. The mean is shrunk towards what everybody gives
    these, so that an only rating that is low is of no beer that the user liked.
    """
    if not rated:
        return []
    others = sum(beer.loved for beer in rated.values()) / len(rated)
    mean = (sum(history.values()) + USER_SHRINKAGE * others) / (len(history) + USER_SHRINKAGE)
    latest = reversed(list(history.items()))
    return [rated[beer_id] for beer_id, score in latest if beer_id in rated and is_liked(score, mean)][:MAX_LIKED]


def neighbour_ranks(neighbours: Sequence[Retrieved]) -> list[dict[str, int]]:
    """For each answer of retrieval the rank, from 1 on, of each of its beers; none where it knows no beer."""
    return [
        {beer_id: rank for rank, beer_id in enumerate(near.beer_ids if near.knows_history else (), 1)}
        for near in neighbours
    ]


def explain(
    beer: Beer,
    liked: Sequence[Beer],
    ranks: Sequence[Mapping[str, int]],
    history: History,
    habits: Habits,
    *,
    is_probe: bool = False,
) -> Explanation:
    """Explain a recommended beer by the user's `liked` beers, each with the ranks of the beers nearest to it."""
    near = [
        LikedBeer(own, history[own.beer_id], rank, same_style(own, beer), same_brewery(own, beer))
        for own, near_to_own in zip(liked, ranks, strict=True)
        if own.beer_id != beer.beer_id and (rank := near_to_own.get(beer.beer_id)) is not None
    ]
    near.sort(key=lambda one: one.rank)
    shown = tuple(near[:_MAX_SHOWN])
    sentence = _sentence(beer, shown, history, is_probe)
    return Explanation(shown, habits.unusual(beer), certainty_of(beer.reviews), sentence)


def certainty_of(reviews: int) -> Certainty:
    """How sure the catalogue is of a beer with so many reviews."""
    if reviews >= 50:
        return "well known"
    if reviews >= 10:
        return "known"
    return "little known" if reviews else "new"


def _sentence(beer: Beer, near: Sequence[LikedBeer], history: History, is_probe: bool) -> str:
    ratings = f"{beer.reviews:,} rating{'' if beer.reviews == 1 else 's'}" if beer.reviews else "no rating yet"
    if is_probe:
        return f"Something different, drawn by chance to learn who likes it; it has {ratings}."
    if near:
        best = near[0]
        shared = [name for name, same in (("style", best.same_style), ("brewery", best.same_brewery)) if same]
        same = f", of the same {' and '.join(shared)}" if shared else ""
        return f"Like {best.beer.name} by {best.beer.brewery}, which you gave {best.given:g}{same}."
    if history:
        return f"It fits your taste as a whole; it has {ratings}."
    if beer.mean_score is None:
        return "Nobody has rated it yet."
    return f"Loved by those who had it: {beer.mean_score:.1f} on average of {ratings}."
