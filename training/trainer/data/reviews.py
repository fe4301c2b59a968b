"""All known reviews, read from the parts; the latest review by a user of a beer wins, whatever id it gives the beer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from taproom.contract import UNKNOWN_TIME, recency
from taproom.snapshots.description import COLUMNS
from trainer.data import snapshot
from trainer.data.snapshot import KnownRows, latest_rows
from trainer.data.twins import find_aliases
from trainer.sagemaker.failure import CannotTrain

Texts = npt.NDArray[np.object_]
Ids = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

_PART = COLUMNS[-1]
_COLUMNS = COLUMNS[:-1]

_TEXTS = ("username", "beer_id", "beer_name", "brewery_name", "style")
_ROWS_AT_ONCE = 65_536

_MILLISECONDS_A_DAY = 86_400_000


@dataclass(frozen=True)
class Beers:
    """Every known beer, sorted by id; each array is [beers]. Names are those of its latest review."""

    ids: Texts
    names: Texts
    breweries: Texts
    styles: Texts  # "" where unknown
    abv: Floats  # percent by volume, -1 where unknown
    # The other ids under which some came or may come, each with the one that they have here.
    aliases: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Ratings:
    """Scores with the ids of who gave them to what; each array is [ratings].

    A `beer` id is a place in `Beers`, a `user` id one in the usernames of `Reviews` or `Split`.
    """

    user: Ids
    beer: Ids
    score: Floats  # 0 to 5
    # Since 1970-01-01 (UTC), of the review or, where it has no time, of its drop; empty where no model asks for it.
    day: Ids = field(default_factory=lambda: np.zeros(0, np.int32))

    def __len__(self) -> int:
        return len(self.user)

    def select(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Ratings:
        """Those of a mask, or at the given places."""
        day = self.day[chosen] if len(self.day) else self.day
        return Ratings(self.user[chosen], self.beer[chosen], self.score[chosen], day)

    @classmethod
    def none(cls) -> Ratings:
        """No rating."""
        return cls(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))

    @classmethod
    def concatenate(cls, *some: Ratings) -> Ratings:
        """All of `some`, one after the other."""
        columns = zip(*((each.user, each.beer, each.score, each.day) for each in some), strict=True)
        return cls(*map(np.concatenate, columns))


@dataclass(frozen=True)
class Reviews:
    """One rating a user and beer, sorted by user, then beer; `usernames` is [users], sorted."""

    usernames: Texts
    beers: Beers
    ratings: Ratings


def read(folder: Path, leaving: Path | None = None, run: str = "") -> Reviews:
    """Read the snapshot in `folder`, if there is one, and every part that it does not cover.

    A snapshot of all of it by `run` is left in the folder `leaving`, where one is named.

    Raises
    ------
    CannotTrain
        Where there is no part, a part can't be read, or there is no review in them.
    """
    parts, table = _read_rows(folder)
    usernames, user = _encode(table["username"])
    ids, beer = _encode(table["beer_id"])
    reviewed_at = pc.fill_null(table["reviewed_at"].cast(pa.int64()), UNKNOWN_TIME).to_numpy()
    oldest_first = np.lexsort(recency(reviewed_at, table["part"].to_numpy(), table["line"].to_numpy())[::-1])
    if leaving is not None:
        snapshot.write(KnownRows(table, parts, user, beer, oldest_first), leaving, run)
    day = _days(table)
    # What is needed no more would be a third of the memory that the rest takes.
    del reviewed_at
    table = table.drop_columns(["reviewed_at", "dropped_at", "line"])
    ids, beer, aliases = _merge_twins(table, ids, beer, oldest_first)
    latest = latest_rows(user.astype(np.int64) * len(ids) + beer, oldest_first)
    reviews = Reviews(
        usernames=usernames,
        beers=_read_beers(table, ids, beer, oldest_first, aliases),
        ratings=Ratings(
            user[latest],
            beer[latest],
            table["score"].to_numpy()[latest].astype(np.float32),
            day[latest],
        ),
    )
    # Arrow holds on to freed memory, which fitting needs.
    del table
    pa.default_memory_pool().release_unused()
    return reviews


def _read_rows(folder: Path) -> tuple[list[str], pa.Table]:
    """The names of all parts, sorted, and the needed columns of their rows, each with its part's place among them."""
    found = snapshot.find(folder)
    place, covered = found if found else (None, None)
    files = {file.stem: file for file in folder.glob("**/*.parquet") if file.parent != place}
    parts = sorted({*files, *(covered.parts if covered else ())})
    if not parts:
        raise CannotTrain(
            f"There is no Parquet part in the channel 'reviews' ({folder}): drop a CSV of reviews so that "
            "ingest writes one, or name the parts in the manifest."
        )
    numbers = {part: number for number, part in enumerate(parts)}
    tables = [_read_covered(place / name, parts) for name in covered.files] if place and covered else []
    seen = frozenset(covered.parts if covered else ())
    tables += [_read_part(files[part], numbers[part]) for part in sorted(files.keys() - seen)]
    table = pa.concat_tables(tables)
    if not table.num_rows:
        raise CannotTrain(
            f"The {len(parts)} parts in the channel 'reviews' hold no review: drop a CSV with reviews in it."
        )
    return parts, table


def _read_part(file: Path, number: int) -> pa.Table:
    """The needed columns of a part, with its `number` in the order of parts."""
    table = _read_columns(file, _COLUMNS, "drop its CSV again and take the part out of the manifest.")
    return table.append_column(_PART, pa.array(np.full(table.num_rows, number, np.int32)))


def _read_covered(file: Path, parts: list[str]) -> pa.Table:
    """Those of a snapshot's file, with the place of each row's part among `parts`."""
    table = _read_columns(file, COLUMNS, "delete the snapshot, and the next run reads the parts.")
    place = pc.index_in(table[_PART], pa.array(parts, pa.string()))
    return table.set_column(len(_COLUMNS), _PART, place)


def _read_columns(file: Path, columns: tuple[str, ...], cure: str) -> pa.Table:
    try:
        missing = [column for column in columns if column not in pq.read_schema(file).names]
        if missing:
            raise CannotTrain(
                f"The part {file.name} has no column {', '.join(missing)}: it must have {', '.join(columns)}; {cure}"
            )
        # A text that many rows share is there once, and a place among such texts in each row.
        return pq.read_table(file, columns=list(columns), read_dictionary=list(_TEXTS))
    except (OSError, pa.ArrowException) as error:
        raise CannotTrain(
            f"The part {file.name} can't be read as Parquet ({str(error).splitlines()[0]}): {cure}"
        ) from error


def _encode(column: pa.ChunkedArray) -> tuple[Texts, Ids]:
    """The sorted distinct texts of a column, and each row's place among them."""
    encoded = column.unify_dictionaries().combine_chunks()
    texts = encoded.dictionary.to_numpy(zero_copy_only=False).astype(object)
    order = np.argsort(texts)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return texts[order], place[encoded.indices.to_numpy()]


def _days(table: pa.Table) -> Ids:
    """The day of each row, of its review or, where that has no time, of its drop."""
    days = [np.zeros(0, np.int32)]
    for some in table.select(["reviewed_at", "dropped_at"]).to_batches():
        time = pc.coalesce(some["reviewed_at"], some["dropped_at"]).cast(pa.int64()).to_numpy(zero_copy_only=False)
        days.append((time // _MILLISECONDS_A_DAY).astype(np.int32))
    return np.concatenate(days)


def _merge_twins(
    table: pa.Table, ids: Texts, beer: Ids, oldest_first: npt.NDArray[np.int64]
) -> tuple[Texts, Ids, dict[str, str]]:
    """The ids that stay, the place of each row's among them, and the aliases of `find_aliases`."""
    names, breweries = (
        _latest(table[column], "", len(ids), beer, oldest_first) for column in ("beer_name", "brewery_name")
    )
    aliases = find_aliases(ids, names, breweries, beer, table["part"].to_numpy())
    staying = np.array([beer_id for beer_id in ids if beer_id not in aliases], object)
    place = {beer_id: number for number, beer_id in enumerate(staying)}
    place_of = np.array([place[aliases.get(beer_id, beer_id)] for beer_id in ids], np.int32)
    return staying, place_of[beer], aliases


def _read_beers(
    table: pa.Table, ids: Texts, beer: Ids, oldest_first: npt.NDArray[np.int64], aliases: Mapping[str, str]
) -> Beers:
    """Each beer's latest known name, brewery, style and strength."""

    def latest(column: str, unknown: str | float) -> npt.NDArray[np.object_]:
        return _latest(table[column], unknown, len(ids), beer, oldest_first)

    return Beers(
        ids=ids,
        names=latest("beer_name", ""),
        breweries=latest("brewery_name", ""),
        styles=latest("style", ""),
        abv=latest("abv", -1.0).astype(np.float32),
        aliases=aliases,
    )


def _latest(
    column: pa.ChunkedArray, unknown: str | float, beers: int, beer: Ids, oldest_first: npt.NDArray[np.int64]
) -> npt.NDArray[np.object_]:
    """The latest known value of a column for each of so many beers, or `unknown`."""
    known = pc.is_valid(column).to_numpy()
    row = np.full(beers, -1, np.int64)
    for start in range(0, len(oldest_first), _ROWS_AT_ONCE):
        rows = oldest_first[start : start + _ROWS_AT_ONCE]
        rows = rows[known[rows]]
        row[beer[rows]] = rows  # the last of equal places stays: the newest
    found = column.take(pa.array(np.maximum(row, 0)))
    if pa.types.is_dictionary(found.type):  # of a column without any text NumPy could not take a null
        found = found.cast(found.type.value_type)
    found = found.to_numpy(zero_copy_only=False).astype(object)
    return np.where(row < 0, unknown, found)
