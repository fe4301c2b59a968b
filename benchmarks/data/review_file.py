"""From a CSV of reviews to numbers, by ingest's own rules: aliases, refusals, made ids."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from benchmarks.data.ratings import Catalogue, Ratings, save
from ingest.parsing import parse
from ingest.text_chunks import UnusableFile

PART = "part.parquet"
RATINGS = "ratings.npz"
# Ingest stamps rows without a time with that of the drop; any fixed time will do here.
_DROPPED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class DataSet:
    """A prepared file: `folder` holds PART and RATINGS; `digest` names the file's content."""

    name: str
    folder: Path
    digest: str
    reviews: int
    users: int
    beers: int
    refused: int


def prepare(file: Path, folder: Path) -> DataSet:
    """Take in `file` as a drop would be, into `folder`.

    Raises
    ------
    UnusableFile
        The file is none of reviews, or too small to hold out from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        parsed = parse(cast(io.RawIOBase, file.open("rb", buffering=0)), file.name, _DROPPED_AT, folder)
    except UnusableFile as error:
        raise UnusableFile(f"{file}: {error}") from error
    if parsed.accepted < 100:
        raise UnusableFile(f"{file} has {parsed.accepted} usable reviews; expected at least 100, name a larger file.")
    rows = pd.read_parquet(folder / PART)
    ratings, catalogue = numbers(rows)
    save(folder / RATINGS, ratings, catalogue)
    return DataSet(
        name=name_of(file),
        folder=folder,
        digest=hashlib.sha256(file.read_bytes()).hexdigest()[:12],
        reviews=len(ratings),
        users=ratings.users,
        beers=ratings.beers,
        refused=parsed.refused,
    )


def name_of(file: Path) -> str:
    """The data set's name: the file's, without `.csv` or `.csv.gz`."""
    return file.name.removesuffix(".gz").removesuffix(".csv")


def numbers(rows: pd.DataFrame) -> tuple[Ratings, Catalogue]:
    """A part's rows as codes; the latest review of a (user, beer) pair wins.

    Ids follow the order of the texts, and rows that of user, then beer: as `trainer/data/reviews.py` has them.
    """
    oldest_first = rows.sort_values(["reviewed_at", "line"], kind="stable")
    user, usernames = pd.factorize(oldest_first["username"], sort=True)
    beer, ids = pd.factorize(oldest_first["beer_id"], sort=True)
    pairs = pd.DataFrame({"user": user, "beer": beer, "score": oldest_first["score"].to_numpy()})
    latest = pairs.drop_duplicates(["user", "beer"], keep="last").sort_values(["user", "beer"])
    # last() skips what is null, so this is each beer's latest known value.
    beers = oldest_first.groupby("beer_id", sort=True)[["brewery_name", "style", "abv"]].last()
    ratings = Ratings(
        latest["user"].to_numpy(np.int32),
        latest["beer"].to_numpy(np.int32),
        latest["score"].to_numpy(np.float32),
        len(usernames),
        len(ids),
    )
    catalogue = Catalogue(
        pd.factorize(beers["brewery_name"])[0].astype(np.int32),
        pd.factorize(beers["style"].fillna(""))[0].astype(np.int32),
        beers["abv"].to_numpy(np.float32),
    )
    return ratings, catalogue
