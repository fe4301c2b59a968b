"""Beers as the catalogue knows them, and which of them are wanted."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
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


class Counted(NamedTuple):
    """A style or a brewery, with how many beers it has and how many reviews those have."""

    name: str
    beers: int
    reviews: int


@dataclass(frozen=True)
class Wanted:
    """Which beers may come: of one of the `styles` and `breweries`, within the strengths, None for any.

    A beer of unknown strength is none of a certain strength. `only` are the ids that may come, `without` those that
    may not.
    """

    styles: Set[str] | None = None
    breweries: Set[str] | None = None
    min_abv: float | None = None
    max_abv: float | None = None
    only: Set[str] | None = None
    without: Set[str] = frozenset()

    @property
    def is_filtered(self) -> bool:
        """Whether anything but `without` keeps beers away."""
        return (self.styles, self.breweries, self.min_abv, self.max_abv, self.only) != (None,) * 5

    def takes(self, beer: Beer) -> bool:
        """Whether the beer may come."""
        return (
            (self.styles is None or beer.style in self.styles)
            and (self.breweries is None or beer.brewery in self.breweries)
            and (self.min_abv is None or (beer.abv is not None and beer.abv >= self.min_abv))
            and (self.max_abv is None or (beer.abv is not None and beer.abv <= self.max_abv))
            and (self.only is None or beer.beer_id in self.only)
            and beer.beer_id not in self.without
        )
