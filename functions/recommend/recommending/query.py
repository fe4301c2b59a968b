"""What somebody asks of their recommendations."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

from recommend.catalogue.beer_filter import BeerFilter
from recommend.catalogue.catalogue import Catalogue


@dataclass(frozen=True)
class RecommendationQuery:
    """As asked; `candidates` None for all beers.

    `style`, `brewery` and `place` are by any spelling of case and accents. A `quick` answer does not wait until models
    are awake.
    """

    limit: int = 10
    style: str | None = None
    brewery: str | None = None
    min_abv: float | None = None
    max_abv: float | None = None
    place: str | None = None
    max_price: float | None = None
    include_tried: bool = False
    explain: bool = False
    candidates: Set[str] | None = None
    exclude: Set[str] = frozenset()
    quick: bool = True

    def beer_filter(self, catalogue: Catalogue, tried: Set[str]) -> BeerFilter:
        """The filter for somebody who has `tried` some beers; raises as `Catalogue.beer_filter`."""
        excluded = self.exclude if self.include_tried else self.exclude | tried
        return replace(
            catalogue.beer_filter(self.style, self.brewery, self.min_abv, self.max_abv, self.place, self.max_price),
            only=None if self.candidates is None else frozenset(map(catalogue.twins.id_of, self.candidates)),
            exclude=frozenset(map(catalogue.twins.id_of, excluded)),
        )
