"""A release's catalogue: the beers it knows, with what the fitted reviews say about them."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from recommend.catalogue import search_terms
from recommend.catalogue.beers import Beer, Counted, Wanted
from recommend.catalogue.nearest_names import nearest_names
from recommend.errors import NotThere
from taproom.contract import folded

if TYPE_CHECKING:
    from recommend.menu.beer_matcher import BeerIndex

_COLUMNS = "beers.beer_id, name, brewery, style, abv, reviews, mean_score, loved"

# Beers, some 500 bytes each, that are kept in memory: the same ones are near to many users.
_REMEMBERED = 30_000


class CatalogueError(ValueError):
    """The catalogue does not say what docs/contracts.md promises."""


class Catalogue:
    """The beers in a SQLite file that never changes."""

    def __init__(self, file: Path) -> None:
        # Immutable: no locks, and no look at the file's journal before every question.
        self._database = sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)
        # None for an id that is not there.
        self._remembered: dict[str, Beer | None] = {}
        # SQLite's own logarithm is not in every build of it.
        self._database.create_function("familiarity", 1, math.log1p, deterministic=True)

    def beers(self, beer_ids: Iterable[str]) -> dict[str, Beer]:
        """The beers among `beer_ids` that the catalogue knows, read in one query and remembered."""
        beer_ids = list(beer_ids)
        remembered = self._remembered
        if new := [beer_id for beer_id in beer_ids if beer_id not in remembered]:
            if len(remembered) + len(new) > _REMEMBERED:
                remembered.clear()
                new = beer_ids
            remembered.update(dict.fromkeys(new))
            rows = self._database.execute(
                f"SELECT {_COLUMNS} FROM beers WHERE beer_id IN (SELECT value FROM json_each(?))", (json.dumps(new),)
            )
            remembered.update((row[0], Beer._make(row)) for row in rows)
        return {beer_id: beer for beer_id in beer_ids if (beer := remembered[beer_id]) is not None}

    def beer(self, beer_id: str) -> Beer:
        """One beer.

        Raises
        ------
        NotThere
            Naming beers that are called somewhat like it.
        """
        found = self.beers([beer_id]).get(beer_id)
        if found is None:
            _, alike = self.search(beer_id, Wanted(), 3, 0)
            raise NotThere("beer", beer_id, [f"{beer.beer_id} ({beer.name}, {beer.brewery})" for beer in alike])
        return found

    def most_loved(self, count: int, wanted: Wanted) -> list[Beer]:
        """The `count` most loved beers that are wanted, best first."""
        return self._listed(wanted, "loved DESC, reviews DESC, beer_id", count, 0)

    def search(self, text: str, wanted: Wanted, limit: int, offset: int) -> tuple[int, list[Beer]]:
        """How many beers match and are wanted, and the `limit` best after `offset`.

        A beer matches if each word of `text` begins a word of its name, brewery or style; the name counts most, and
        of beers that match alike the most reviewed comes first. Without a word every beer matches.
        """
        terms = search_terms.match_terms(text)
        where, values = _conditions(wanted)
        if not terms:
            (total,) = self._database.execute(f"SELECT count(*) FROM beers {where}", values).fetchone()
            return total, self._listed(wanted, "reviews DESC, beer_id", limit, offset)
        source = (
            "(SELECT rowid AS found, bm25(beers_text, 10, 5, 1) AS fit FROM beers_text WHERE beers_text MATCH :terms) "
            "JOIN beers ON beers.rowid = found"
        )
        values |= {"terms": terms, "limit": limit, "offset": offset}
        (total,) = self._database.execute(f"SELECT count(*) FROM {source} {where}", values).fetchone()
        # Fit is negative, the better the lower. Of beers that fit about alike the one that many know is meant.
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM {source} {where} "
            "ORDER BY fit * (1 + familiarity(reviews)), beers.beer_id LIMIT :limit OFFSET :offset",
            values,
        )
        return total, [Beer._make(row) for row in rows]

    @cached_property
    def styles(self) -> list[Counted]:
        """All styles, the most reviewed first."""
        return self._counted("style")

    @cached_property
    def breweries(self) -> list[Counted]:
        """All breweries, the most reviewed first."""
        return self._counted("brewery")

    def breweries_with(self, text: str) -> list[Counted]:
        """The breweries with `text` in their name, whatever the case and the accents."""
        part = folded(text)
        return [brewery for brewery in self.breweries if part in folded(brewery.name)]

    def style(self, name: str) -> frozenset[str]:
        """The styles that are called `name`, whatever the case and the accents; NotThere without any."""
        return self._called("style", name, self._styles_by_folded)

    def brewery(self, name: str) -> frozenset[str]:
        """The breweries that are called `name`, whatever the case and the accents; NotThere without any."""
        return self._called("brewery", name, self._breweries_by_folded)

    @cached_property
    def all_beers(self) -> list[Beer]:
        """Every beer, the most reviewed first."""
        return self._listed(Wanted(), "reviews DESC, beer_id", -1, 0)

    @cached_property
    def beer_index(self) -> BeerIndex:
        """The beers by their words; made when a menu is read first."""
        from recommend.menu.beer_matcher import BeerIndex

        return BeerIndex(self.all_beers)

    @cached_property
    def release(self) -> str:
        """The release that the catalogue belongs to."""
        return str(self._about("release"))

    @cached_property
    def ranking_weight(self) -> float:
        """What a point of predicted score weighs beside retrieval's score, 0 or more; the training job chose it.

        Raises
        ------
        CatalogueError
            When the catalogue has no such number.
        """
        text = self._about("ranking_weight")
        try:
            weight = float(str(text))
        except ValueError:
            weight = math.nan
        if not 0 <= weight < math.inf:
            raise CatalogueError(f"ranking_weight is {text!r}, expected was a finite number of at least 0")
        return weight

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

    def _listed(self, wanted: Wanted, order: str, limit: int, offset: int) -> list[Beer]:
        where, values = _conditions(wanted)
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM beers {where} ORDER BY {order} LIMIT :limit OFFSET :offset",
            values | {"limit": limit, "offset": offset},
        )
        return [Beer._make(row) for row in rows]

    def _counted(self, column: str) -> list[Counted]:
        rows = self._database.execute(
            f"SELECT {column}, count(*), sum(reviews) FROM beers WHERE {column} IS NOT NULL "
            f"GROUP BY {column} ORDER BY sum(reviews) DESC, {column}"
        )
        return [Counted._make(row) for row in rows]

    @cached_property
    def _styles_by_folded(self) -> dict[str, frozenset[str]]:
        return _by_folded(self.styles)

    @cached_property
    def _breweries_by_folded(self) -> dict[str, frozenset[str]]:
        return _by_folded(self.breweries)

    def _called(self, kind: str, name: str, known: dict[str, frozenset[str]]) -> frozenset[str]:
        found = known.get(folded(name))
        if found is None:
            nearest = [next(iter(known[near])) for near in nearest_names(folded(name), list(known))]
            raise NotThere(kind, name, nearest)
        return found


def _by_folded(counted: Iterable[Counted]) -> dict[str, frozenset[str]]:
    names: dict[str, frozenset[str]] = {}
    for name, _, _ in counted:
        names[folded(name)] = names.get(folded(name), frozenset()) | {name}
    return names


def _conditions(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """A WHERE that takes what `Wanted.takes` takes, and its values."""
    among = {"style": wanted.styles, "brewery": wanted.breweries, "beer_id": wanted.only}
    bounds = {"abv >= :min_abv": wanted.min_abv, "abv <= :max_abv": wanted.max_abv}
    conditions = [
        f"beers.{column} IN (SELECT value FROM json_each(:{column}))"
        for column, names in among.items()
        if names is not None
    ]
    conditions += [condition for condition, bound in bounds.items() if bound is not None]
    values: dict[str, Any] = {column: json.dumps(list(names)) for column, names in among.items() if names is not None}
    values |= {"min_abv": wanted.min_abv, "max_abv": wanted.max_abv}
    if wanted.without:
        conditions.append("beers.beer_id NOT IN (SELECT value FROM json_each(:without))")
        values["without"] = json.dumps(list(wanted.without))
    return ("WHERE " + " AND ".join(conditions) if conditions else ""), values
