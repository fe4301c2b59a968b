"""Beers as the catalogue knows them, and how many there are of a style or a brewery."""

from __future__ import annotations

from typing import NamedTuple


class Beer(NamedTuple):
    """A beer; `abv` in percent, `loved` is its mean score (0 to 5) shrunk towards the global mean."""

    beer_id: str
    name: str
    brewery: str
    style: str | None
    abv: float | None
    reviews: int
    mean_score: float | None
    loved: float


class Facet(NamedTuple):
    """A style or a brewery, with how many beers it has and how many reviews those have."""

    name: str
    beers: int
    reviews: int
