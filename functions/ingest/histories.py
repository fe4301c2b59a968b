"""A part's histories: for each user the beers reviewed in it, each with the score that wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.records import Ints

# Rows held in memory at once: a larger part is read several times, each time for some of its users.
ROWS_AT_ONCE = 1_000_000
# Reviews in one item: with ids of LONGEST_BEER_ID bytes it stays under DynamoDB's 400 KB.
LARGEST_ITEM = 5_000

# In DynamoDB's own format: {"N": "4.5"}.
Score = Mapping[str, str]
Item = dict[str, Any]


@dataclass(frozen=True)
class History:
    """What one user reviewed in one part; `reviews` has one score a beer."""

    username: str
    reviews: Mapping[str, Score]

    def items(self, part: str) -> Iterator[Item]:
        """The history as items of the table, all but the first with a numbered sort key."""
        left, number = iter(self.reviews.items()), 0
        while some := dict(islice(left, LARGEST_ITEM)):
            sort_key = f"{part}#{number}" if number else part
            yield {"username": {"S": self.username}, "part": {"S": sort_key}, "reviews": {"M": some}}
            number += 1


def histories(part: Path, rows_at_once: int = ROWS_AT_ONCE) -> Iterator[History]:
    """The histories of a part on disk, each user once; the latest review of a beer wins, then the last line."""
    with pq.ParquetFile(part, read_dictionary=["username", "beer_id"]) as file:
        shares = -(-file.metadata.num_rows // rows_at_once)
        for share in range(shares):
            yield from _of_table(_read(file, share, shares))


def _read(file: pq.ParquetFile, share: int, shares: int) -> pa.Table:
    """The rows of every `shares`th user, told apart by a hash of the name."""
    some = []
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=["username", "beer_id", "score", "reviewed_at"])
        if shares > 1:
            users = table.column("username").combine_chunks()
            hashes = pd.util.hash_array(users.dictionary.to_numpy(zero_copy_only=False), categorize=False)
            table = table.filter(pa.array((hashes % shares == share)[users.indices.to_numpy()]))
        some.append(table)
    return pa.concat_tables(some).unify_dictionaries().combine_chunks()


def _of_table(table: pa.Table) -> Iterator[History]:
    if not table.num_rows:
        return
    users, beers = table.column("username").chunk(0), table.column("beer_id").chunk(0)
    score = table.column("score").to_numpy()
    user, beer = users.indices.to_numpy(), beers.indices.to_numpy()
    winners = _latest(user, beer, table.column("reviewed_at").cast(pa.int64()).to_numpy())
    names, ids, scores = users.dictionary.to_pylist(), beers.dictionary.to_pylist(), _numbers(score)
    user, beer, score = user[winners], beer[winners].tolist(), scores[winners]
    first = np.flatnonzero(np.diff(user, prepend=-1))
    for start, end in zip(first.tolist(), [*first[1:].tolist(), len(user)], strict=True):
        reviewed = (ids[code] for code in beer[start:end])
        yield History(names[user[start]], dict(zip(reviewed, score[start:end], strict=True)))


def _latest(user: Ints, beer: Ints, reviewed_at: Ints) -> Ints:
    """Indices of the rows that win, sorted by user; the rows come in the order of their lines."""
    pair = user.astype(np.int64) * (int(beer.max()) + 1) + beer
    order = np.argsort(reviewed_at, kind="stable")
    order = order[np.argsort(pair[order], kind="stable")]
    is_last = np.append(np.diff(pair[order]) != 0, True)
    return order[is_last]


def _numbers(score: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Each score as DynamoDB's number, with as many digits as its 32 bits have."""
    distinct, of_row = np.unique(score, return_inverse=True)
    numbers = np.empty(len(distinct), object)
    numbers[:] = [{"N": str(value)} for value in distinct]
    return numbers[of_row]
