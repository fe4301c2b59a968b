"""A release's catalogue as an SQLite file: its schema, and the one way to write it.

Standard library only, since it travels into the training container as it is.
"""

from __future__ import annotations

import math
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from taproom.contract import folded

# The latest days of reviews that a catalogue keeps by the day.
MAX_DAYS = 365

# Words are folded before they go into `beers_text`, which keeps no text of its own; its rowid is that of `beers`, and
# so is `beer` of `daily_reviews`, whose rows lie in the order of days.
_SCHEMA = """
CREATE TABLE beers(
    beer_id TEXT PRIMARY KEY, name TEXT NOT NULL, brewery TEXT NOT NULL, style TEXT, abv REAL,
    reviews INTEGER NOT NULL, mean_score REAL, loved REAL NOT NULL
);
CREATE VIRTUAL TABLE beers_text USING fts5(
    name, brewery, style, content=''
);
CREATE TABLE daily_reviews(
    day INTEGER NOT NULL, beer INTEGER NOT NULL, reviews INTEGER NOT NULL, PRIMARY KEY (day, beer)
) WITHOUT ROWID;
CREATE TABLE neighbours(beer INTEGER PRIMARY KEY, others BLOB NOT NULL, weights BLOB NOT NULL);
CREATE TABLE aliases(alias TEXT PRIMARY KEY, beer_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE about(key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Listing(NamedTuple):
    """What catalogue files say of a beer beside its attributes; None and no places are what they don't say.

    It counts without a training, so it is no part of a release's catalogue. `retired` beers are never recommended.
    """

    retired: bool = False
    price: float | None = None
    places: tuple[str, ...] = ()
    image_url: str | None = None
    description: str | None = None


class Beer(NamedTuple):
    """A row of the table `beers`, with what the fitted reviews say about the beer, and how it is listed now.

    `abv` is in percent, `mean_score` 0 to 5; `loved` is the mean score shrunk towards that of all reviews.
    """

    beer_id: str
    name: str
    brewery: str
    style: str | None
    abv: float | None
    reviews: int
    mean_score: float | None
    loved: float
    # Of the moment, and in no file of a release.
    listing: Listing = Listing()


# Those of the table `beers`.
COLUMNS = Beer._fields[:-1]


class DailyReviews(NamedTuple):
    """How many of a beer's fitted reviews are of one day; `day` counts from 1970-01-01 (UTC)."""

    beer_id: str
    day: int
    reviews: int


class BeerNeighbours(NamedTuple):
    """The beers that a `beer` of a history speaks for, or against, with `weights` in points of retrieval's score.

    All beers are places in the catalogue, from 0 on.
    """

    beer: int
    others: Sequence[int]
    weights: Sequence[float]

    def row(self) -> tuple[int, bytes, bytes]:
        """As the table `neighbours` has it: rowids, of 4 bytes, and half-precision numbers, both little-endian."""
        count = len(self.others)
        others = struct.pack(f"<{count}I", *(other + 1 for other in self.others))
        return self.beer + 1, others, struct.pack(f"<{count}e", *self.weights)


def unpacked(others: bytes, weights: bytes) -> zip[tuple[int, float]]:
    """The rowids of `beers` and their weights, as `BeerNeighbours.row` packs them."""
    count = len(weights) // 2
    return zip(struct.unpack(f"<{count}I", others), struct.unpack(f"<{count}e", weights), strict=True)


# Scores by half points: (0, 0.5], (0.5, 1], … (4.5, 5], the lowest with 0.
SCORE_BINS = 10


def score_shares(scores: Iterable[float] | Mapping[float, int]) -> list[float]:
    """The share of `scores` (0 to 5), of which there are some, in each of SCORE_BINS; they may be counted."""
    counts = [0] * SCORE_BINS
    for score, count in Counter(scores).items():
        counts[max(0, math.ceil(float(score) * 2) - 1)] += count
    total = sum(counts)
    return [count / total for count in counts]


def write(
    file: Path,
    beers: Iterable[Beer],
    about: Mapping[str, object],
    daily_reviews: Iterable[DailyReviews] = (),
    aliases: Mapping[str, str] | None = None,
    neighbours: Iterable[BeerNeighbours] = (),
) -> None:
    """Write the catalogue of `beers` to `file`, in place of one that is there.

    `about` has the `release`, its `ranking_weight`, the numbers of `reviews`, `users` and `beers`, and `score_shares`,
    a JSON array. `daily_reviews` are those of the `MAX_DAYS` up to the newest review; none where the reviews have no
    times. `aliases` has the ids that are another beer's twins, each with that beer's id. `neighbours` are those of
    beers that have some.
    """
    file.unlink(missing_ok=True)  # of a run that was interrupted
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(_SCHEMA)
        database.executemany(
            "INSERT INTO beers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (beer[: len(COLUMNS)] for beer in beers)
        )
        database.create_function("folded", 1, folded, deterministic=True)
        database.execute(
            "INSERT INTO beers_text(rowid, name, brewery, style) "
            "SELECT rowid, folded(name), folded(brewery), folded(coalesce(style, '')) FROM beers"
        )
        database.executemany(
            "INSERT INTO daily_reviews SELECT :day, rowid, :reviews FROM beers WHERE beer_id = :beer_id",
            (row._asdict() for row in daily_reviews),
        )
        database.executemany("INSERT INTO neighbours VALUES (?, ?, ?)", (each.row() for each in neighbours))
        database.executemany("INSERT INTO aliases VALUES (?, ?)", (aliases or {}).items())
        database.executemany("INSERT INTO about VALUES (?, ?)", [(key, str(value)) for key, value in about.items()])
