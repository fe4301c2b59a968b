"""Which beers may be recommended or found: one filter, in Python and in SQL."""

from __future__ import annotations

import json
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from taproom.catalogue_file import Beer


@dataclass(frozen=True)
class BeerFilter:
    """Beers of one of the `styles` and `breweries`, within the strengths in percent; None for any.

    A beer of unknown strength passes no bound on strength. `only` and `listed` are ids that may pass, those that a
    caller names and those that a place or a price leaves; `exclude` and `retired` are those that may not.
    """

    styles: Set[str] | None = None
    breweries: Set[str] | None = None
    min_abv: float | None = None
    max_abv: float | None = None
    only: Set[str] | None = None
    listed: Set[str] | None = None
    exclude: Set[str] = frozenset()
    retired: Set[str] = frozenset()

    @property
    def is_by_attributes(self) -> bool:
        """Whether style, brewery, strength, place or price keeps beers away."""
        return (self.styles, self.breweries, self.min_abv, self.max_abv, self.listed) != (None,) * 5

    def accepts(self, beer: Beer) -> bool:
        """Whether the beer passes."""
        return (
            (self.styles is None or beer.style in self.styles)
            and (self.breweries is None or beer.brewery in self.breweries)
            and (self.min_abv is None or (beer.abv is not None and beer.abv >= self.min_abv))
            and (self.max_abv is None or (beer.abv is not None and beer.abv <= self.max_abv))
            and (self.only is None or beer.beer_id in self.only)
            and (self.listed is None or beer.beer_id in self.listed)
            and beer.beer_id not in self.exclude
            and beer.beer_id not in self.retired
        )

    def where(self) -> tuple[str, dict[str, Any]]:
        """A WHERE clause over the tables `beers` and `retired` that accepts the same beers, and its parameters."""
        among = {"style": self.styles, "brewery": self.breweries, "beer_id": self.only}
        values: dict[str, Any] = {
            column: json.dumps(list(allowed)) for column, allowed in among.items() if allowed is not None
        }
        conditions = [f"beers.{column} IN (SELECT value FROM json_each(:{column}))" for column in values]
        if self.min_abv is not None:
            conditions.append("abv >= :min_abv")
        if self.max_abv is not None:
            conditions.append("abv <= :max_abv")
        if self.listed is not None:
            conditions.append("beers.beer_id IN (SELECT value FROM json_each(:listed))")
            values["listed"] = json.dumps(list(self.listed))
        if self.exclude:
            conditions.append("beers.beer_id NOT IN (SELECT value FROM json_each(:exclude))")
            values["exclude"] = json.dumps(list(self.exclude))
        if self.retired:
            conditions.append("beers.beer_id NOT IN (SELECT beer_id FROM retired)")
        values |= {"min_abv": self.min_abv, "max_abv": self.max_abv}
        return ("WHERE " + " AND ".join(conditions) if conditions else ""), values
