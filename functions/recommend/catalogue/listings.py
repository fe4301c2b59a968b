"""How beers are listed now: what catalogue files say of them that counts without a training."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from recommend.catalogue.spellings import spellings_by_folded
from recommend.catalogue.twins import Twins
from taproom.catalogue_file import Listing

_NOTHING = Listing()


class Listings:
    """The listings of some beers, by their ids; of the others nothing is said."""

    def __init__(self, by_beer: Mapping[str, Listing] | None = None) -> None:
        self._by_beer = by_beer or {}

    def of(self, beer_id: str) -> Listing:
        """That of one beer."""
        return self._by_beer.get(beer_id, _NOTHING)

    def merged(self, twins: Twins) -> Listings:
        """By the ids that a release has: of a beer's several ones the last counts, and one retires it for all."""
        retired = set(map(twins.id_of, self.retired))
        own = twins.merged(self._by_beer)
        return Listings({beer_id: listing._replace(retired=beer_id in retired) for beer_id, listing in own.items()})

    @cached_property
    def retired(self) -> frozenset[str]:
        """The beers that are never recommended."""
        return frozenset(beer_id for beer_id, listing in self._by_beer.items() if listing.retired)

    def within(self, max_price: float) -> frozenset[str]:
        """The beers that are known to cost no more."""
        return frozenset(
            beer_id
            for beer_id, listing in self._by_beer.items()
            if listing.price is not None and listing.price <= max_price
        )

    @cached_property
    def beers_by_place(self) -> dict[str, frozenset[str]]:
        """The beers that each place pours, retired ones left out."""
        poured: dict[str, set[str]] = {}
        for beer_id, listing in self._by_beer.items():
            for place in () if listing.retired else listing.places:
                poured.setdefault(place, set()).add(beer_id)
        return {place: frozenset(beer_ids) for place, beer_ids in poured.items()}

    @cached_property
    def places_by_folded(self) -> dict[str, frozenset[str]]:
        """The spellings of each place, by its name without case and accents."""
        return spellings_by_folded(self.beers_by_place)
