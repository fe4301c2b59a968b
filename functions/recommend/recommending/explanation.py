"""Why a beer is recommended: the liked beers that are nearest to it, what it shares with them, how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from recommend.adapters.tensorflow_serving import Retrieved
from recommend.catalogue.beers import Beer
from recommend.recommending.blending import Recommended

# Liked beers that a recommended one is compared with, the most recent ones, and how many of them are told.
MOST_LIKED = 30
_TOLD = 3

Certainty = Literal["well known", "known", "little known", "new"]


@dataclass(frozen=True)
class Near:
    """A beer that the user liked; `place` is that of the recommended beer among those nearest to it."""

    beer: Beer
    given: float
    place: int
    same_style: bool
    same_brewery: bool


@dataclass(frozen=True)
class Explanation:
    """The liked beers, nearest first, and a sentence about all of it."""

    nearest: tuple[Near, ...]
    certainty: Certainty
    sentence: str


Explain = Callable[[Recommended], Explanation]


def liked(history: Mapping[str, float]) -> list[str]:
    """The beers that a user scored at least their own mean, the most recent MOST_LIKED, the most recent first."""
    if not history:
        return []
    mean = sum(history.values()) / len(history)
    # A mean of equal numbers may come out a little above them.
    return [beer_id for beer_id, score in reversed(list(history.items())) if score >= mean - 1e-9][:MOST_LIKED]


def places(neighbours: Sequence[Retrieved]) -> list[dict[str, int]]:
    """For each answer of retrieval the place, from 1 on, of each of its beers; none where it knows no beer."""
    return [
        {beer_id: place for place, beer_id in enumerate(near.beer_ids if near.known else (), 1)} for near in neighbours
    ]


def explained(
    recommended: Recommended, own: Sequence[Beer], own_places: Sequence[Mapping[str, int]], history: Mapping[str, float]
) -> Explanation:
    """Explain one beer by the user's `own` liked beers, each with the places of the beers nearest to it."""
    beer = recommended.beer
    near = [
        Near(
            mine,
            history[mine.beer_id],
            place,
            mine.style is not None and mine.style == beer.style,
            mine.brewery == beer.brewery,
        )
        for mine, near_to_mine in zip(own, own_places, strict=True)
        if mine.beer_id != beer.beer_id and (place := near_to_mine.get(beer.beer_id)) is not None
    ]
    near.sort(key=lambda one: one.place)
    told = tuple(near[:_TOLD])
    return Explanation(told, certainty_of(beer.reviews), _sentence(beer, told))


def certainty_of(reviews: int) -> Certainty:
    """How sure the catalogue is of a beer with so many reviews."""
    if reviews >= 50:
        return "well known"
    if reviews >= 10:
        return "known"
    return "little known" if reviews else "new"


def _sentence(beer: Beer, near: Sequence[Near]) -> str:
    first = "Near to what you like as a whole"
    if near:
        best = near[0]
        shared = [name for name, same in (("style", best.same_style), ("brewery", best.same_brewery)) if same]
        first = f"Near to {best.beer.name} by {best.beer.brewery}, which you gave {best.given:g}"
        first += f" (same {' and '.join(shared)})" if shared else ""
    counted = f"{beer.reviews:,} review{'' if beer.reviews == 1 else 's'}" if beer.reviews else "no reviews yet"
    return f"{first}; {counted}."
