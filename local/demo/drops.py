"""One file of reviews made into two drops: the second holds what one user, and a few others, reviewed later."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ingest.columns import columns_of
from ingest.text_chunks import UnusableFile

# So many reviews make a user whom both models know well, and who is still fitted after the second drop.
FEWEST, MOST = 12, 90
# Of the user's reviews, every so manieth is held back; of everybody else's, every so manieth.
OF_USER, OF_OTHERS = 3, 20


class CannotSplit(Exception):
    """The file can't be made into two drops; the text is a sentence for a person."""


@dataclass(frozen=True)
class Drops:
    """Two files in the format of the one they came from; `new` are the user's reviews in the second."""

    first: Path
    second: Path
    first_rows: int
    second_rows: int
    username: str
    known: int
    new: int


def split(file: Path, folder: Path) -> Drops:
    """Write `first.csv.gz` and `second.csv.gz` to `folder`.

    Raises
    ------
    CannotSplit
        If the file can't be read, lacks a column, or nobody in it has 12 to 90 reviews.
    """
    rows = _read(file)
    try:
        places = columns_of(list(rows.columns)).places
    except UnusableFile as error:
        raise CannotSplit(f"{file} can't be used. {error}") from error
    users = rows.iloc[:, places["username"]].str.strip()
    username = _most_active_user(users, file)
    place = pd.Series(range(len(rows)))
    of_user = users == username
    later = (~of_user & (place % OF_OTHERS == OF_OTHERS - 1)) | (of_user & (of_user.cumsum() % OF_USER == 0))
    folder.mkdir(parents=True, exist_ok=True)
    first, second = folder / "first.csv.gz", folder / "second.csv.gz"
    rows[~later].to_csv(first, index=False)
    rows[later].to_csv(second, index=False)
    return Drops(
        first=first,
        second=second,
        first_rows=int((~later).sum()),
        second_rows=int(later.sum()),
        username=username,
        known=int((of_user & ~later).sum()),
        new=int((of_user & later).sum()),
    )


def _read(file: Path) -> pd.DataFrame:
    """Every value as the text that it is, so that both drops say what the file says."""
    try:
        try:
            return _parse(file, "utf-8")
        except UnicodeDecodeError:
            return _parse(file, "latin-1")
    except (OSError, ValueError, EOFError) as error:
        raise CannotSplit(f"{file} can't be read as a CSV: {error}") from error


def _parse(file: Path, encoding: str) -> pd.DataFrame:
    # What is no row for pandas would be refused by ingest, too.
    return pd.read_csv(file, dtype=str, keep_default_na=False, encoding=encoding, on_bad_lines="skip")


def _most_active_user(users: pd.Series, file: Path) -> str:
    """The user with the most reviews within the bounds; of equals the first by name."""
    counts = users[users != ""].value_counts()
    fitting = counts[(counts >= FEWEST) & (counts <= MOST)]
    if fitting.empty:
        raise CannotSplit(
            f"Nobody in {file} has {FEWEST} to {MOST} reviews, so the demo has nobody to recommend to: "
            "give it a file with more reviews a user."
        )
    return str(min(fitting[fitting == fitting.max()].index))
