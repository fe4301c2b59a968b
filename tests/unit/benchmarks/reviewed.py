"""Small ratings, written out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.data.ratings import Catalogue, Ratings

Row = tuple[int, int, float]


def ratings(rows: Sequence[Row], users: int, beers: int) -> Ratings:
    """Ratings of (user, beer, score)."""
    user, beer, score = zip(*rows, strict=True) if rows else ((), (), ())
    return Ratings(np.array(user, np.int32), np.array(beer, np.int32), np.array(score, np.float32), users, beers)


def drawn(rows: int, users: int, beers: int, seed: int = 1) -> Ratings:
    """Random ratings of distinct pairs, sorted by pair."""
    random = np.random.default_rng(seed)
    pairs = np.sort(random.choice(users * beers, rows, replace=False))
    score = random.integers(2, 11, rows) / 2
    return Ratings(
        (pairs // beers).astype(np.int32), (pairs % beers).astype(np.int32), score.astype(np.float32), users, beers
    )


def catalogue(beers: int) -> Catalogue:
    """Two breweries and three styles in turns; every fourth beer's strength is unknown."""
    code = np.arange(beers, dtype=np.int32)
    abv = np.where(code % 4 == 3, np.nan, 4 + code % 5).astype(np.float32)
    return Catalogue(code % 2, code % 3, abv)
