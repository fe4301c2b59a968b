"""A CSV of reviews taken in by ingest's own rules: aliases, refusals, made ids."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from benchmarks.data.holdout import has_times
from benchmarks.data.ratings import load
from ingest.parsing import parse
from ingest.text_chunks import UnusableFile

# Reviews can't be later than their drop; any fixed time after those of the files will do here.
_DROPPED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ReviewFile:
    """A prepared file: its part is in `folder`; `digest` names the file's content, `dated` says that it has times."""

    name: str
    folder: str
    digest: str
    reviews: int
    users: int
    beers: int
    refused: int
    dated: bool


def prepare(file: Path, folder: Path) -> ReviewFile:
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
    ratings = load(folder).ratings
    return ReviewFile(
        name=name_of(file),
        folder=str(folder),
        digest=hashlib.sha256(file.read_bytes()).hexdigest()[:12],
        reviews=len(ratings),
        users=ratings.users,
        beers=ratings.beers,
        refused=parsed.refused,
        dated=has_times(ratings),
    )


def name_of(file: Path) -> str:
    """The data set's name: the file's, without `.csv` or `.csv.gz`."""
    return file.name.removesuffix(".gz").removesuffix(".csv")
