"""Real reviews, grown: more users of the same habits, and more beers that are reviewed as unequally."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from trainer.data.reviews import Reviews

_ROWS_A_PART = 500_000
# Of a user's reviews that are of their own copy of the catalogue; the others are of any.
_OWN_COPY = 0.7
_DROPPED_AT = datetime(2026, 1, 1, tzinfo=UTC)

Ids = npt.NDArray[np.int64]


class Grown(NamedTuple):
    """How many there are of each in the parts that were written; `beers` are those with a review."""

    reviews: int
    users: int
    beers: int


class _Rows(NamedTuple):
    """A part's rows [rows]: the `user`, the place of the `source`'s rating, and the `copy` of its beer."""

    user: Ids
    source: Ids
    copy: Ids


def grow(source: Reviews, reviews: int, beers: int, folder: Path, seed: int = 1) -> Grown:
    """Write about `reviews` reviews of about `beers` beers as parts into `folder`.

    Users are those of `source` with all their reviews, drawn anew in each round, nobody twice in one. The catalogue is
    as many copies of theirs as it takes. How often a copy is reviewed falls with its number as 1 / number, so that the
    whole is as unequal as its parts; most of a user's reviews are of one copy, so that there are beers that the same
    people drink. Scores and styles stay; breweries are copied as well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copies = max(1, round(beers / len(source.beers)))
    users, written, seen = 0, 0, np.zeros((copies, len(source.beers)), np.bool_)
    texts = _Texts(source, copies)
    for number, rows in enumerate(_parts(source, reviews, copies, np.random.default_rng(seed))):
        pq.write_table(texts.table(rows), folder / f"20260101T000000Z-{number:012}.parquet")
        seen[rows.copy, source.ratings.beer[rows.source]] = True
        users, written = int(rows.user[-1]) + 1, written + len(rows.user)
    return Grown(written, users, int(seen.sum()))


def _parts(source: Reviews, reviews: int, copies: int, chance: np.random.Generator) -> Iterator[_Rows]:
    start = np.searchsorted(source.ratings.user, np.arange(len(source.usernames) + 1))
    lengths = np.diff(start)
    odds = 1 / np.arange(1, copies + 1)
    odds /= odds.sum()
    users, written, drawn = 0, 0, np.zeros(0, np.int64)
    while written < reviews:
        if not len(drawn):
            drawn = chance.permutation(len(lengths))
        size = np.cumsum(lengths[drawn])
        count = 1 + int(np.searchsorted(size, min(_ROWS_A_PART, reviews - written)))
        some, drawn = drawn[:count], drawn[count:]
        number = np.repeat(np.arange(len(some)), lengths[some])
        place = np.arange(len(number)) - np.repeat(np.cumsum(lengths[some]) - lengths[some], lengths[some])
        own = chance.choice(copies, len(some), p=odds)[number]
        other = chance.choice(copies, len(number), p=odds)
        copy = np.where(chance.random(len(number)) < _OWN_COPY, own, other)
        yield _Rows(users + number, start[some][number] + place, copy)
        users, written = users + len(some), written + len(number)


class _Texts:
    """What the columns of a part are made of."""

    def __init__(self, source: Reviews, copies: int) -> None:
        self._source, beers = source, source.beers
        endings = ["", *(f" #{number}" for number in range(1, copies))]
        self._beers, self._names, self._breweries = (
            pa.array([f"{text}{ending}" for ending in endings for text in texts], pa.string())
            for texts in (beers.ids, beers.names, beers.breweries)
        )
        self._styles = pa.array(beers.styles, pa.string())

    def table(self, rows: _Rows) -> pa.Table:
        """The part, with a part's columns but for the review's text."""
        ratings, beers = self._source.ratings, self._source.beers
        beer = ratings.beer[rows.source]
        copied = pa.array(rows.copy * len(beers) + beer)
        first = int(rows.user[0])
        owner = np.zeros(int(rows.user[-1]) + 1 - first, np.int64)
        owner[rows.user - first] = ratings.user[rows.source]
        usernames = [f"{name}.{first + place}" for place, name in enumerate(self._source.usernames[owner])]
        abv = beers.abv[beer]
        moment = pa.timestamp("ms", "UTC")
        columns: dict[str, Any] = {
            "username": pa.array(usernames, pa.string()).take(pa.array(rows.user - first)),
            "beer_id": self._beers.take(copied),
            "beer_name": self._names.take(copied),
            "brewery_name": self._breweries.take(copied),
            "style": self._styles.take(pa.array(beer)),
            "abv": pa.array(abv, pa.float32(), mask=abv < 0),
            "score": pa.array(ratings.score[rows.source], pa.float32()),
            "reviewed_at": pa.nulls(len(beer), moment),
            "dropped_at": pa.repeat(pa.scalar(_DROPPED_AT, moment), len(beer)),
            "line": pa.array(np.arange(2, len(beer) + 2)),
        }
        return pa.table(columns)
