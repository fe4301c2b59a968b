"""The stand-in for the training job of tests/loop, with a catalogue that is worth a look and a quality that grows.

Beside it lie `stand_in.py`, which is that stand-in, and `beers.py`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import stand_in  # type: ignore[import-not-found]
from beers import BEERS  # type: ignore[import-not-found]

# As in training/trainer/release/catalogue.py.
TEXT = """
DROP TABLE IF EXISTS beers_text;
CREATE VIRTUAL TABLE beers_text USING fts5(
    name, brewery, style, content='beers', content_rowid='rowid', tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO beers_text(beers_text) VALUES ('rebuild');
"""
plain_metrics = stand_in.metrics
plain_catalogue = stand_in.catalogue


def metrics(run: str, recall: float, serving: str | None, rows: int) -> dict[str, Any]:
    """The plain ones, better by what every further row teaches."""
    learnt = min(rows, 100) / 1000
    figures: dict[str, Any] = plain_metrics(run, recall + learnt, serving, rows)
    figures["reviews"] |= {"users": 3, "beers": len(BEERS)}
    figures["ranking"]["candidate"] = {"rmse": 0.62 - learnt / 2, "mae": 0.5}
    figures["served"]["candidate"] = {"liked_at_10": 0.3 + learnt, "liked_at_10_retrieved": 0.25}
    return figures


def catalogue(path: Path, run: str) -> None:
    """The plain one with other beers in it."""
    plain_catalogue(path, run)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM beers")
        database.executemany("INSERT INTO beers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", BEERS)
        database.executescript(TEXT)


stand_in.metrics = metrics
stand_in.catalogue = catalogue

if __name__ == "__main__":
    stand_in.main()
