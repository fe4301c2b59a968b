"""What a catalogue's reviews by the day say: which beers get more of them than they used to."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from sqlite3 import Connection
from typing import Any, NamedTuple

from recommend.catalogue.beer_filter import BeerFilter
from recommend.errors import InvalidCatalogue
from taproom.catalogue_file import COLUMNS, Beer

# Of the table `beers`, in the order of Beer's fields.
BEER_COLUMNS = ", ".join(f"beers.{column}" for column in COLUMNS)
# A rise counts as if so many more reviews had come, just as expected: a few more than none are no trend yet.
_RISE_SHRINKAGE = 5
# With fewer reviews in the window a beer is not trending at all.
_MIN_RECENT_REVIEWS = 3


class Trend(NamedTuple):
    """How many reviews a beer got in a window, how many its share of all reviews before lets expect, and the rise."""

    beer: Beer
    recent_reviews: int
    expected_reviews: float
    rise: float


class Trends:
    """Those of the `release` with this `catalogue`; `beer` makes one of a row of BEER_COLUMNS."""

    def __init__(self, catalogue: Connection, release: str, beer: Callable[[tuple[Any, ...]], Beer]) -> None:
        self._database = catalogue
        self._release = release
        self._beer = beer

    def trending(self, after: int, beer_filter: BeerFilter, limit: int) -> list[Trend]:
        """The `limit` beers that pass and whose reviews after the day `after` exceed the expected ones most.

        With n of the N reviews since then and b of the B before, e = N b / B are expected, and the rise is
        (n + 5) / (e + 5): the ratio of both, drawn towards 1 where they are few (the gamma-Poisson shrinker of
        DuMouchel, "Bayesian data mining in large frequency tables", 1999). Beers with fewer than 3 reviews, or with no
        more than are expected, are left out; so are all where there is no review before.
        """
        recent, earlier = self.reviews_around(after)
        if not earlier:
            return []
        where, values = beer_filter.where()
        rows = self._database.execute(
            "SELECT *, (recent + :shrinkage) / (expected + :shrinkage) AS rise FROM ("
            f"SELECT {BEER_COLUMNS}, recent, :pace * (beers.reviews - recent) AS expected FROM "
            "(SELECT beer, sum(reviews) AS recent FROM daily_reviews WHERE day > :after "
            "GROUP BY beer HAVING recent >= :least) "
            f"JOIN beers ON beers.rowid = beer {where}"
            ") WHERE recent > expected ORDER BY rise DESC, recent DESC, beer_id LIMIT :limit",
            values
            | {"after": after, "pace": recent / earlier, "limit": limit}
            | {"shrinkage": _RISE_SHRINKAGE, "least": _MIN_RECENT_REVIEWS},
        )
        return [Trend(self._beer(row[:-3]), *row[-3:]) for row in rows]

    def reviews_around(self, after: int) -> tuple[int, int]:
        """How many fitted reviews are of days later than `after` (since 1970-01-01; a kept one), and of others."""
        total = "SELECT coalesce(sum(reviews), 0) FROM"
        (recent,) = self._database.execute(f"{total} daily_reviews WHERE day > ?", (after,)).fetchone()
        (reviews,) = self._database.execute(f"{total} beers").fetchone()
        return recent, reviews - recent

    @cached_property
    def newest_day(self) -> int | None:
        """The day of the newest fitted review, from 1970-01-01 on; None where the reviews have no times.

        Raises
        ------
        InvalidCatalogue
            When the catalogue has no reviews by the day: its release was trained before they were kept.
        """
        if not self._database.execute("SELECT 1 FROM sqlite_master WHERE name = 'daily_reviews'").fetchone():
            raise InvalidCatalogue(self._release, "it has no reviews by the day (daily_reviews)")
        (day,) = self._database.execute("SELECT max(day) FROM daily_reviews").fetchone()
        return None if day is None else int(day)
