"""What somebody wants of their recommendations."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

from recommend.catalogue.beers import Wanted
from recommend.catalogue.catalogue import Catalogue
from recommend.errors import BadRequest, Fault


@dataclass(frozen=True)
class Wishes:
    """As asked; `candidates` None for all beers, `style` and `brewery` by any spelling of case and accents."""

    limit: int = 10
    style: str | None = None
    brewery: str | None = None
    min_abv: float | None = None
    max_abv: float | None = None
    include_tried: bool = False
    explain: bool = False
    candidates: Set[str] | None = None
    exclude: Set[str] = frozenset()

    def of(self, catalogue: Catalogue, tried: Set[str]) -> Wanted:
        """The beers that may come for somebody who has `tried` some.

        Raises
        ------
        NotThere
            For a style or a brewery that the catalogue does not have.
        BadRequest
            For strengths that no beer can have.
        """
        wanted = filtered(catalogue, self.style, self.brewery, self.min_abv, self.max_abv)
        return replace(
            wanted, only=self.candidates, without=self.exclude | (frozenset() if self.include_tried else tried)
        )


def filtered(
    catalogue: Catalogue, style: str | None, brewery: str | None, min_abv: float | None, max_abv: float | None
) -> Wanted:
    """The beers of a style, a brewery and a strength; raises as `Wishes.of`."""
    if min_abv is not None and max_abv is not None and min_abv > max_abv:
        raise BadRequest(Fault("min_abv", f"{min_abv:g}", f"at most max_abv, which is {max_abv:g}"))
    return Wanted(
        styles=None if style is None else catalogue.style(style),
        breweries=None if brewery is None else catalogue.brewery(brewery),
        min_abv=min_abv,
        max_abv=max_abv,
    )
