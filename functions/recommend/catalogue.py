"""A release's catalogue: the beers it knows, with what the fitted reviews say about them."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Set
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import quote

_COLUMNS = "beer_id, name, brewery, style, abv, reviews, mean_score, loved"


class CatalogueError(ValueError):
    """The catalogue does not say what docs/contracts.md promises."""


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


class Catalogue:
    """The beers in a SQLite file that never changes."""

    def __init__(self, file: Path) -> None:
        # Immutable: no locks, and no look at the file's journal before every question.
        self._database = sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)

    def beers(self, beer_ids: Iterable[str]) -> dict[str, Beer]:
        """The beers among `beer_ids` that the catalogue knows."""
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM beers WHERE beer_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(beer_ids)),),
        )
        return {row[0]: Beer._make(row) for row in rows}

    def most_loved(self, count: int, without: Set[str]) -> list[Beer]:
        """The `count` most loved beers that are not among `without`, best first."""
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM beers ORDER BY loved DESC, reviews DESC, beer_id LIMIT ?",
            (count + len(without),),
        )
        return [Beer._make(row) for row in rows if row[0] not in without][:count]

    @cached_property
    def ranking_weight(self) -> float:
        """What a point of predicted score weighs beside retrieval's score, 0 or more; the training job chose it.

        Raises
        ------
        CatalogueError
            When the catalogue has no such number.
        """
        (text,) = self._database.execute("SELECT value FROM about WHERE key = 'ranking_weight'").fetchone() or (None,)
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
