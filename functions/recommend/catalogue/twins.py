"""Twins: the several ids under which a release's beer came, of which it has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Self, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Twins:
    """`aliases` are the other ids of beers, each with the one that its beer has in the catalogue."""

    aliases: Mapping[str, str]

    @classmethod
    def read(cls, catalogue: Connection) -> Self:
        """Those of a catalogue's file; none in that of a release which was trained before they were found."""
        if not catalogue.execute("SELECT 1 FROM sqlite_master WHERE name = 'aliases'").fetchone():
            return cls({})
        return cls(dict(catalogue.execute("SELECT alias, beer_id FROM aliases")))

    def id_of(self, beer_id: str) -> str:
        """The id in the catalogue of the beer with any id; an unknown one is its own."""
        return self.aliases.get(beer_id, beer_id)

    def ids_of(self, beer_id: str) -> set[str]:
        """All ids of the beer with this one."""
        own = self.id_of(beer_id)
        return {own, *(alias for alias, beer in self.aliases.items() if beer == own)}

    def merged(self, by_beer: Mapping[str, T]) -> dict[str, T]:
        """What `by_beer` says, a history say, by the ids in the catalogue, in its order; of twins the last counts."""
        found: dict[str, T] = {}
        for beer_id, value in by_beer.items():
            own = self.id_of(beer_id)
            # A key that is set anew would keep its old place.
            found.pop(own, None)
            found[own] = value
        return found
