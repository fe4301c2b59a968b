"""Every known beer with its statistics, as an SQLite file that can be searched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from taproom.contract import folded
from trainer.data.split import Split
from trainer.evaluation.baselines import BEER_SHRINKAGE

_SCHEMA = """
CREATE TABLE beers(
    beer_id TEXT PRIMARY KEY, name TEXT NOT NULL, brewery TEXT NOT NULL, style TEXT, abv REAL,
    reviews INTEGER NOT NULL, mean_score REAL, loved REAL NOT NULL
);
CREATE VIRTUAL TABLE beers_text USING fts5(
    name, brewery, style, content=''
);
CREATE TABLE about(key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def write(file: Path, split: Split, release: str, ranking_weight: float) -> None:
    """Write the catalogue; statistics are those of observed ratings, `ranking_weight` is blending's.

    A beer without an observed rating has 0 reviews, no mean score, and is loved as much as the mean.
    """
    observed, beers = split.observed, split.beers
    scores = observed.score.astype(np.float64)
    counts = np.bincount(observed.beer, minlength=len(beers))
    sums = np.bincount(observed.beer, weights=scores, minlength=len(beers))
    loved = (sums + BEER_SHRINKAGE * scores.mean()) / (counts + BEER_SHRINKAGE)
    rows = zip(
        beers.ids,
        beers.names,
        beers.breweries,
        (style or None for style in beers.styles),
        (None if abv < 0 else round(float(abv), 2) for abv in beers.abv),
        counts.tolist(),
        (total / count if count else None for total, count in zip(sums.tolist(), counts.tolist(), strict=True)),
        loved.tolist(),
        strict=True,
    )
    about = {
        "release": release,
        "reviews": len(observed),
        "users": len(split.usernames),
        "beers": len(beers),
        "ranking_weight": ranking_weight,
    }
    file.unlink(missing_ok=True)  # of a run that was interrupted
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(_SCHEMA)
        database.executemany("INSERT INTO beers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        database.create_function("folded", 1, folded, deterministic=True)
        database.execute(
            "INSERT INTO beers_text(rowid, name, brewery, style) "
            "SELECT rowid, folded(name), folded(brewery), folded(coalesce(style, '')) FROM beers"
        )
        database.executemany("INSERT INTO about VALUES (?, ?)", [(key, str(value)) for key, value in about.items()])


def ranking_weight(file: Path) -> float:
    """The weight that a release's catalogue was written with."""
    with closing(sqlite3.connect(file)) as database:
        (value,) = database.execute("SELECT value FROM about WHERE key = 'ranking_weight'").fetchone()
        return float(value)
