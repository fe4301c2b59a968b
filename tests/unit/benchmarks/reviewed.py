"""Small ratings, written out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.data.ratings import Ratings
from trainer.data.attributes import ItemAttributes
from trainer.data.reviews import Beers

Row = tuple[int, int, float]


def ratings(rows: Sequence[Row], users: int, beers: int, days: Sequence[int] | None = None) -> Ratings:
    """Ratings of (user, beer, score), all of one day or of `days`."""
    user, beer, score = zip(*rows, strict=True) if rows else ((), (), ())
    day = [0] * len(rows) if days is None else days
    return Ratings(
        np.array(user, np.int32),
        np.array(beer, np.int32),
        np.array(score, np.float32),
        np.array(day, np.int32),
        users,
        beers,
    )


def drawn(rows: int, users: int, beers: int, seed: int = 1) -> Ratings:
    """Random ratings of distinct pairs, sorted by pair, of the days 0 to 99."""
    random = np.random.default_rng(seed)
    pairs = np.sort(random.choice(users * beers, rows, replace=False))
    score = (random.integers(2, 11, rows) / 2).astype(np.float32)
    user, beer = (pairs // beers).astype(np.int32), (pairs % beers).astype(np.int32)
    return Ratings(user, beer, score, random.integers(0, 100, rows).astype(np.int32), users, beers)


def attributes(beers: int) -> ItemAttributes:
    """Two breweries and three styles in turns; every fourth beer's strength is unknown."""
    code = np.arange(beers)
    return attributes_of([f"Brewery {one % 2}" for one in code], [f"Style {one % 3}" for one in code])


def attributes_of(breweries: Sequence[str], styles: Sequence[str]) -> ItemAttributes:
    """Attributes of beers of these breweries and styles."""
    code = np.arange(len(breweries))
    abv = np.where(code % 4 == 3, -1, 4 + code % 5).astype(np.float32)
    names = code.astype(str).astype(object)
    return ItemAttributes.from_beers(Beers(names, names, np.array(breweries, object), np.array(styles, object), abv))
