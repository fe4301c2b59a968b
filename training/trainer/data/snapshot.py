"""A snapshot: the rows of parts that decide what is read of them, whatever parts are read beside it.

Reading it and other parts gives the same reviews as reading all parts, and which rows it has depends on the rows of
the parts alone: one that is made of a snapshot and newer parts is the one that would be made of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from taproom.snapshots.description import COLUMNS, DESCRIPTION, NotASnapshot, Snapshot
from trainer.sagemaker.failure import CannotTrain

_FILE_ROWS = 1 << 22
_ROW_GROUP_ROWS = _ROWS_AT_ONCE = 1 << 16
# What is known of a beer; the latest row that knows it decides, superseded or not.
_ATTRIBUTES = ("beer_name", "brewery_name", "style", "abv")

Places = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class KnownRows:
    """The rows of parts.

    Attributes
    ----------
    table
        The columns of a snapshot; `part` is a place in `parts`.
    parts
        The names of all parts, sorted.
    user, beer
        Of each row its username's place among them, sorted, and its beer id's.
    oldest_first
        The rows in the order of `taproom.contract.recency`.
    """

    table: pa.Table
    parts: Sequence[str]
    user: Places
    beer: Places
    oldest_first: Rows


def find(folder: Path) -> tuple[Path, Snapshot] | None:
    """The snapshot below `folder` and the folder that it is in; None where there is none.

    Raises
    ------
    CannotTrain
        Where there are several, or it can't be used.
    """
    found = sorted(folder.glob(f"**/{DESCRIPTION}"))
    if not found:
        return None
    if len(found) > 1:
        raise CannotTrain(f"There are {len(found)} snapshots below {folder}: leave one of them there, and newer parts.")
    try:
        snapshot = Snapshot.from_json(found[0].read_bytes())
    except NotASnapshot as error:
        raise CannotTrain(f"{error} Take the snapshot out of {folder}, and put the parts there.") from error
    return found[0].parent, snapshot


def write(known: KnownRows, folder: Path, run: str) -> None:
    """Leave in `folder` the snapshot of the rows; of all files the description comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = _sorted(_deciding(known), known)
    columns = [_encoded(known.table[column]) for column in COLUMNS[:-1]]
    places = known.table["part"].to_numpy()
    names = pa.array(known.parts, pa.string())
    files = {}
    for number, chosen in enumerate(_files(rows, known.user)):
        taken = [column.take(pa.array(chosen)) for column in columns]
        taken.append(pa.DictionaryArray.from_arrays(places[chosen], names))
        path = folder / f"reviews-{number:05}.parquet"
        # Without Arrow's own schema every reader sees plain strings, as those of a part.
        pq.write_table(
            pa.table(taken, names=list(COLUMNS)),
            path,
            compression="zstd",
            store_schema=False,
            row_group_size=_ROW_GROUP_ROWS,
        )
        files[path.name] = path.stat().st_size
    (folder / DESCRIPTION).write_text(Snapshot(run, len(rows), files, list(known.parts)).to_json(), encoding="utf-8")


def latest_rows(keys: npt.NDArray[np.int64], oldest_first: Rows) -> Rows:
    """The row of the latest review of each key, sorted by key."""
    newest_first = oldest_first[::-1]
    keys = keys[newest_first]
    order = np.argsort(keys, kind="stable")
    is_first = np.ones(len(keys), np.bool_)
    for start in range(1, len(keys), _ROWS_AT_ONCE):
        here = keys[order[start - 1 : start + _ROWS_AT_ONCE]]
        is_first[start : start + _ROWS_AT_ONCE] = here[1:] != here[:-1]
    return newest_first[order[is_first]]


def _deciding(known: KnownRows) -> Rows:
    """The rows that a snapshot has, sorted."""
    beers = int(known.beer.max()) + 1
    part = known.table["part"].to_numpy()
    deciding = [latest_rows(known.user.astype(np.int64) * beers + known.beer, known.oldest_first)]
    for attribute in _ATTRIBUTES:
        told = known.oldest_first[pc.is_valid(known.table[attribute]).to_numpy()[known.oldest_first]]
        latest = np.full(beers, -1, np.int64)
        latest[known.beer[told]] = told  # the last of equal places stays: the newest
        deciding.append(latest[latest >= 0])
    # Two ids in one part are told apart by whoever made its file, however old it is (trainer.data.twins).
    of_part = latest_rows(part.astype(np.int64) * beers + known.beer, known.oldest_first)
    deciding.append(of_part[np.bincount(part[of_part])[part[of_part]] > 1])
    return np.unique(np.concatenate(deciding))


def _sorted(rows: Rows, known: KnownRows) -> Rows:
    """The rows by user, beer, part and line."""
    part, line = (known.table[name].to_numpy()[rows] for name in ("part", "line"))
    return rows[np.lexsort((line, part, known.beer[rows], known.user[rows]))]


def _files(rows: Rows, user: Places) -> Iterator[Rows]:
    """The rows of each file: so many, and those that the last user has besides."""
    users = user[rows]
    first = 0
    while first < len(rows):
        last = min(first + _FILE_ROWS, len(rows)) - 1
        end = int(np.searchsorted(users, users[last], side="right"))
        yield rows[first:end]
        first = end


def _encoded(column: pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Texts by their distinct values, which take little memory, and are quick to take rows of."""
    return column.dictionary_encode().combine_chunks() if pa.types.is_string(column.type) else column
