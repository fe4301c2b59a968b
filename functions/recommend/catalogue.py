"""A release's catalogue: the beers it knows, with what the fitted reviews say about them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Set
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import quote

_COLUMNS = "beer_id, name, brewery, style, abv, reviews, mean_score, loved"


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

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
