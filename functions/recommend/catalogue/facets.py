"""What beers are grouped by: styles and breweries."""

from __future__ import annotations

from sqlite3 import Connection
from typing import Literal, NamedTuple


class Facet(NamedTuple):
    """A style or a brewery, with how many beers it has and how many reviews those have."""

    name: str
    beers: int
    reviews: int


def of(catalogue: Connection, column: Literal["style", "brewery"]) -> list[Facet]:
    """All of a `catalogue` with the tables `beers` and `retired`, whose beers don't count; the most reviewed first."""
    rows = catalogue.execute(
        f"SELECT {column}, count(*), sum(reviews) FROM beers "
        f"WHERE {column} IS NOT NULL AND beer_id NOT IN (SELECT beer_id FROM retired) "
        f"GROUP BY {column} ORDER BY sum(reviews) DESC, {column}"
    )
    return [Facet._make(row) for row in rows]
