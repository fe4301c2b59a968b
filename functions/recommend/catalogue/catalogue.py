"""A release's catalogue: the beers it knows, with what the fitted reviews say about them."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote

from recommend.catalogue import facets, search_terms
from recommend.catalogue.beer_filter import BeerFilter
from recommend.catalogue.facets import Facet
from recommend.catalogue.listings import Listings
from recommend.catalogue.neighbours import Neighbours
from recommend.catalogue.spellings import spellings, spellings_by_folded
from recommend.catalogue.trends import BEER_COLUMNS, Trends
from recommend.catalogue.twins import Twins
from recommend.errors import BadRequest, Fault, InvalidCatalogue, NotFound
from taproom.catalogue_file import Beer
from taproom.contract import folded

_BY_REVIEWS = "reviews DESC, beer_id"
# The n-th best known beer of a style counts as an n-th as well known.
_BY_REVIEWS_AND_STYLE = f"reviews * 1.0 / row_number() OVER (PARTITION BY style ORDER BY {_BY_REVIEWS}) DESC, beer_id"
# Beers, some 500 bytes each, that are kept in memory: the same ones are near to many users.
_MAX_CACHED = 30_000


class Catalogue:
    """The beers in a SQLite file that never changes, as they are listed now.

    A retired beer is known (`beers`, `all_beers`), and is in no other answer.
    """

    def __init__(self, file: Path) -> None:
        # Immutable: no locks, and no look at the file's journal before every question.
        self._database = sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)
        self.neighbours = Neighbours(self._database)
        # None for an id that is not there.
        self._cached: dict[str, Beer | None] = {}
        self._given = self._listings = Listings()
        # In the connection's own memory: there may be more of them than one would send with each question.
        self._database.execute("CREATE TEMP TABLE retired(beer_id TEXT PRIMARY KEY) WITHOUT ROWID")
        # SQLite's own logarithm is not in every build of it.
        self._database.create_function("familiarity", 1, math.log1p, deterministic=True)

    @property
    def listings(self) -> Listings:
        """How beers are listed now."""
        return self._listings

    @listings.setter
    def listings(self, listings: Listings) -> None:
        if listings is not self._given:
            self._given, self._listings = listings, listings.merged(self.twins)
            self._cached.clear()
            for cached in ("styles", "breweries", "_styles_by_folded", "_breweries_by_folded"):
                self.__dict__.pop(cached, None)
            with self._database:
                self._database.execute("DELETE FROM retired")
                self._database.executemany(
                    "INSERT INTO retired VALUES (?)", ((each,) for each in self._listings.retired)
                )

    def beers(self, beer_ids: Iterable[str]) -> dict[str, Beer]:
        """The beers among `beer_ids`, or their twins, that the catalogue has, by id, in their order; cached."""
        beer_ids = list(dict.fromkeys(map(self.twins.id_of, beer_ids)))
        cached = self._cached
        if new := [beer_id for beer_id in beer_ids if beer_id not in cached]:
            if len(cached) + len(new) > _MAX_CACHED:
                cached.clear()
                new = beer_ids
            cached.update(dict.fromkeys(new))
            rows = self._database.execute(
                f"SELECT {BEER_COLUMNS} FROM beers WHERE beer_id IN (SELECT value FROM json_each(?))",
                (json.dumps(new),),
            )
            cached.update((row[0], self._listed_now(row)) for row in rows)
        return {beer_id: beer for beer_id in beer_ids if (beer := cached[beer_id]) is not None}

    def beer(self, beer_id: str) -> Beer:
        """One beer.

        Raises
        ------
        NotFound
            Naming beers that are called somewhat like it.
        """
        for found in self.beers([beer_id]).values():
            return found
        _, alike = self.search(beer_id, self.beer_filter(), 3, 0)
        raise NotFound("beer", beer_id, [f"{beer.beer_id} ({beer.name}, {beer.brewery})" for beer in alike])

    def current_beer(self, beer_id: str) -> Beer:
        """One beer that is not retired; NotFound as for `beer`."""
        if (found := self.beer(beer_id)).listing.retired:
            raise NotFound("beer that is not retired with the id", beer_id)
        return found

    def all_beers(self) -> list[Beer]:
        """Every beer, the most reviewed first."""
        return self._listed(BeerFilter(), _BY_REVIEWS, -1, 0)

    @cached_property
    def size(self) -> int:
        """How many beers there are, retired ones too."""
        return int(self._database.execute("SELECT count(*) FROM beers").fetchone()[0])

    def passing(self, beer_filter: BeerFilter) -> list[str]:
        """The ids of all beers that pass, in no order."""
        where, values = beer_filter.where()
        return [beer_id for (beer_id,) in self._database.execute(f"SELECT beer_id FROM beers {where}", values)]

    def most_loved(self, count: int, beer_filter: BeerFilter) -> list[Beer]:
        """The `count` most loved beers that pass, best first."""
        return self._listed(beer_filter, "loved DESC, reviews DESC, beer_id", count, 0)

    def alike(self, beer: Beer, count: int) -> list[Beer]:
        """The `count` other beers that have most in common with `beer`, whether or not anybody reviewed them.

        First those of its brewery and style, then of its brewery, then of its style, then the others; nearest in
        strength first, then the most loved. It is the order of how often the same people review two beers: on three
        sets of reviews 11 to 28 times as often as by chance, 9 to 16, and 2; of near strength up to half more.
        """
        where, values = replace(self.beer_filter(), exclude=frozenset({beer.beer_id})).where()
        rows = self._database.execute(
            f"SELECT {BEER_COLUMNS} FROM beers {where} ORDER BY brewery = :brewery DESC, "
            "style IS :style AND style IS NOT NULL DESC, abs(abv - :abv) NULLS LAST, loved DESC, beer_id LIMIT :count",
            values | {"brewery": beer.brewery, "style": beer.style, "abv": beer.abv, "count": count},
        )
        return [self._listed_now(row) for row in rows]

    def of_many_styles(self, limit: int, offset: int, beer_filter: BeerFilter) -> list[Beer]:
        """The `limit` best known beers after `offset`, where the n-th of a style counts as an n-th as well known."""
        return self._listed(beer_filter, _BY_REVIEWS_AND_STYLE, limit, offset)

    def best_known_of_each(
        self, column: Literal["style", "brewery"], count: int, beer_filter: BeerFilter
    ) -> list[Beer]:
        """Of each style, or brewery, the `count` most reviewed beers that pass, the most reviewed first."""
        where, values = beer_filter.where()
        rows = self._database.execute(
            f"SELECT {BEER_COLUMNS} FROM (SELECT *, row_number() OVER (PARTITION BY {column} ORDER BY {_BY_REVIEWS}) "
            f"AS place FROM beers {where}) AS beers WHERE place <= :count ORDER BY {_BY_REVIEWS}",
            values | {"count": count},
        )
        return [self._listed_now(row) for row in rows]

    def search(self, text: str, beer_filter: BeerFilter, limit: int, offset: int) -> tuple[int, list[Beer]]:
        """How many beers match and pass, and the `limit` best after `offset`.

        A beer matches if each word of `text` begins a word of its name, brewery or style; the name counts most, and
        of beers that match alike the most reviewed comes first. A blank text matches all beers, signs alone none.
        """
        query = search_terms.fts5_query(text)
        where, values = beer_filter.where()
        if not query and text.strip():
            return 0, []
        if not query:
            (total,) = self._database.execute(f"SELECT count(*) FROM beers {where}", values).fetchone()
            return total, self._listed(beer_filter, _BY_REVIEWS, limit, offset)
        source = (
            "(SELECT rowid AS found, bm25(beers_text, 10, 5, 1) AS fit FROM beers_text WHERE beers_text MATCH :query) "
            "JOIN beers ON beers.rowid = found"
        )
        values |= {"query": query, "limit": limit, "offset": offset}
        (total,) = self._database.execute(f"SELECT count(*) FROM {source} {where}", values).fetchone()
        # Fit is negative, the better the lower. Of beers that fit about alike the one that many know is meant.
        rows = self._database.execute(
            f"SELECT {BEER_COLUMNS} FROM {source} {where} "
            "ORDER BY fit * (1 + familiarity(reviews)), beers.beer_id LIMIT :limit OFFSET :offset",
            values,
        )
        return total, [self._listed_now(row) for row in rows]

    @cached_property
    def styles(self) -> list[Facet]:
        """All styles, the most reviewed first."""
        return facets.of(self._database, "style")

    @cached_property
    def breweries(self) -> list[Facet]:
        """All breweries, the most reviewed first."""
        return facets.of(self._database, "brewery")

    def breweries_containing(self, text: str) -> list[Facet]:
        """The breweries with `text` in their name, whatever the case and the accents."""
        return [brewery for brewery in self.breweries if folded(text) in folded(brewery.name)]

    def beer_filter(
        self,
        style: str | None = None,
        brewery: str | None = None,
        min_abv: float | None = None,
        max_abv: float | None = None,
        place: str | None = None,
        max_price: float | None = None,
    ) -> BeerFilter:
        """The filter for a style, a brewery and a place by any spelling of case and accents, and strengths in percent.

        No retired beer passes it.

        Raises
        ------
        NotFound
            For a style, a brewery or a place that the catalogue does not have, naming the nearest that it has.
        BadRequest
            For strengths that no beer can have.
        """
        if min_abv is not None and max_abv is not None and min_abv > max_abv:
            raise BadRequest(Fault("min_abv", f"{min_abv:g}", f"at most max_abv, which is {max_abv:g}"))
        return BeerFilter(
            styles=None if style is None else spellings("style", style, self._styles_by_folded),
            breweries=None if brewery is None else spellings("brewery", brewery, self._breweries_by_folded),
            min_abv=min_abv,
            max_abv=max_abv,
            listed=self._listed_at(place, max_price),
            retired=self.listings.retired,
        )

    @cached_property
    def release(self) -> str:
        """The release that the catalogue belongs to."""
        return str(self._about("release"))

    @cached_property
    def ranking_weight(self) -> float:
        """What a point of predicted score weighs beside retrieval's score, 0 or more; the training job chose it.

        Raises
        ------
        InvalidCatalogue
            When the catalogue has no such number.
        """
        text = self._about("ranking_weight")
        try:
            weight = float(str(text))
        except ValueError:
            weight = math.nan
        if not 0 <= weight < math.inf:
            raise InvalidCatalogue(
                self.release, f"ranking_weight is {text!r}, expected was a finite number of at least 0"
            )
        return weight

    @cached_property
    def trends(self) -> Trends:
        """What its reviews by the day say."""
        return Trends(self._database, self.release, self._listed_now)

    @cached_property
    def twins(self) -> Twins:
        """The other ids of its beers."""
        return Twins.read(self._database)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _about(self, key: str) -> str | None:
        (value,) = self._database.execute("SELECT value FROM about WHERE key = ?", (key,)).fetchone() or (None,)
        return value

    def _listed(self, beer_filter: BeerFilter, order: str, limit: int, offset: int) -> list[Beer]:
        where, values = beer_filter.where()
        rows = self._database.execute(
            f"SELECT {BEER_COLUMNS} FROM beers {where} ORDER BY {order} LIMIT :limit OFFSET :offset",
            values | {"limit": limit, "offset": offset},
        )
        return [self._listed_now(row) for row in rows]

    def _listed_now(self, row: tuple[Any, ...]) -> Beer:
        return Beer._make((*row, self.listings.of(row[0])))

    def _listed_at(self, place: str | None, max_price: float | None) -> frozenset[str] | None:
        """The beers that a place pours and that cost no more; None for any."""
        if place is None:
            return None if max_price is None else self.listings.within(max_price)
        places = spellings("place", place, self.listings.places_by_folded)
        poured = frozenset[str]().union(*(self.listings.beers_by_place[each] for each in places))
        return poured if max_price is None else poured & self.listings.within(max_price)

    @cached_property
    def _styles_by_folded(self) -> dict[str, frozenset[str]]:
        return spellings_by_folded(style.name for style in self.styles)

    @cached_property
    def _breweries_by_folded(self) -> dict[str, frozenset[str]]:
        return spellings_by_folded(brewery.name for brewery in self.breweries)
