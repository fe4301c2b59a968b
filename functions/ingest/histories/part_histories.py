"""A part's histories: for each user the beers reviewed in it, each with the review that wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.records import Ints
from taproom.contract import UNKNOWN_TIME, recency

# Rows held in memory at once: a larger part is read several times, each time for some of its users.
ROWS_AT_ONCE = 1_000_000
# Reviews in one item: with ids of LONGEST_BEER_ID bytes, each twice, it stays under DynamoDB's 400 KB.
LARGEST_ITEM = 2_500

# In DynamoDB's own format: {"N": "4.5"}.
Number = Mapping[str, str]
Item = dict[str, Any]


@dataclass(frozen=True)
class History:
    """What one user reviewed in one part; `reviews` has one score a beer, `reviewed_at` its time where it is known.

    Times are Unix times in milliseconds.
    """

    username: str
    reviews: Mapping[str, Number]
    reviewed_at: Mapping[str, Number] = field(default_factory=dict)

    def items(self, part: str) -> Iterator[Item]:
        """The history as items of the table, all but the first with a numbered sort key."""
        left, number = iter(self.reviews.items()), 0
        while some := dict(islice(left, LARGEST_ITEM)):
            sort_key = f"{part}#{number}" if number else part
            item = {"username": {"S": self.username}, "part": {"S": sort_key}, "reviews": {"M": some}}
            if times := {beer: self.reviewed_at[beer] for beer in some if beer in self.reviewed_at}:
                item["reviewed_at"] = {"M": times}
            yield item
            number += 1


def share_count(*parts: Path, rows_at_once: int = ROWS_AT_ONCE) -> int:
    """How many shares of their users the parts are read in, so that about `rows_at_once` rows are held in memory."""
    return max(1, -(-sum(pq.read_metadata(part).num_rows for part in parts) // rows_at_once))


def histories(part: Path, rows_at_once: int = ROWS_AT_ONCE) -> Iterator[History]:
    """The histories of a part on disk, each user once; of a beer the latest review wins."""
    shares = share_count(part, rows_at_once=rows_at_once)
    for share in range(shares):
        yield from histories_of_share(part, share, shares)


def histories_of_share(part: Path, share: int, shares: int) -> Iterator[History]:
    """The histories of one share of the users, which is the same in every part."""
    with pq.ParquetFile(part, read_dictionary=["username", "beer_id"]) as file:
        yield from _of_table(_read(file, share, shares))


def _read(file: pq.ParquetFile, share: int, shares: int) -> pa.Table:
    """The rows of every `shares`th user, told apart by a hash of the name."""
    some = []
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=["username", "beer_id", "score", "reviewed_at", "line"])
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
    user, beer = users.indices.to_numpy(), beers.indices.to_numpy()
    time = pc.fill_null(table.column("reviewed_at").cast(pa.int64()), UNKNOWN_TIME).to_numpy()
    winners = _latest(user, beer, time, table.column("line").to_numpy())
    names, ids = users.dictionary.to_pylist(), beers.dictionary.to_pylist()
    score, time = _numbers(table.column("score").to_numpy()[winners]), time[winners]
    user, beer = user[winners], [ids[code] for code in beer[winners].tolist()]
    known, times = time != UNKNOWN_TIME, _numbers(time)
    first = np.flatnonzero(np.diff(user, prepend=-1))
    for start, end in zip(first.tolist(), [*first[1:].tolist(), len(user)], strict=True):
        own = slice(start, end)
        reviews = dict(zip(beer[own], score[own], strict=True))
        has_time = known[own]
        if has_time.all():
            reviewed_at = dict(zip(beer[own], times[own], strict=True))
        else:
            reviewed_at = {beer[start + place]: times[start + place] for place in np.flatnonzero(has_time).tolist()}
        yield History(names[user[start]], reviews, reviewed_at)


def _latest(user: Ints, beer: Ints, reviewed_at: Ints, line: Ints) -> Ints:
    """Indices of the rows that win, sorted by user."""
    pair = user.astype(np.int64) * (int(beer.max()) + 1) + beer
    part = np.zeros(len(line), np.int8)
    order = np.lexsort((*recency(reviewed_at, part, line)[::-1], pair))
    is_last = np.append(np.diff(pair[order]) != 0, True)
    return order[is_last]


def _numbers(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Each value as DynamoDB's number, a score with as many digits as its 32 bits have."""
    distinct, of_row = np.unique(values, return_inverse=True)
    numbers = np.empty(len(distinct), object)
    numbers[:] = [{"N": str(value)} for value in distinct]
    return numbers[of_row]
