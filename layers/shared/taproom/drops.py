"""Folders and parts of drops, and what ingest lets through: known to whoever takes reviews as well."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from taproom import contract

# Bytes of UTF-8: a user with 5,000 beer ids must fit one item of the histories (400 KB in DynamoDB).
LONGEST_USERNAME = 256
LONGEST_BEER_ID = 64

# The folder below incoming/ of what comes through the API.
FROM_API = "api/"
# The folder below incoming/ of files of beers, not of reviews.
CATALOGUE = "catalogue/"
# Below this one each person has a folder of their own: `users/ann/2026.csv`.
USERS = "users/"

# What R, SQL, spreadsheets and pandas write for nothing, in just these spellings: there are people called Nan and Null.
MISSING = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "\\N", "nan", "NaN", "None")

# Control characters, format characters (zero-width ones, and those that turn the direction of writing), halves of
# characters, and the separators of lines and paragraphs. With them two names may look like one.
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# What a decoder puts in place of bytes that it could not read: names that differ there would become one.
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"

# How a part's name tells the time of its drop.
_TIME = "%Y%m%dT%H%M%SZ"


def part_of(bucket: str, key: str, version: str, dropped_at: datetime) -> str:
    """The part that a drop becomes: the time of the drop, then the digest of what was dropped.

    Of several parts that it becomes the names begin so.

    `version` is the object's version id, or its etag where the bucket has no versions; `dropped_at` the object's
    LastModified, in whole seconds.
    """
    return f"{dropped_at.astimezone(UTC):{_TIME}}-{contract.digest(bucket, key, version)}"


def numbered(part: str, number: int) -> str:
    """The name of one of several parts that a large drop becomes, `number` from 1 on; they sort in the drop's order."""
    return f"{part}-{number:04}"


def without_number(part: str) -> str:
    """What `part_of` gives the drop of a part, be it the only one or `numbered`."""
    return "-".join(part.split("-")[:2])


def dropped_at(part: str) -> datetime | None:
    """The time of the drop that became the part, None where its name is none that `part_of` gives."""
    try:
        return datetime.strptime(part.partition("-")[0], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def normalized(name: str) -> str:
    """A name as it is kept: trimmed, its characters composed (NFC)."""
    name = name.strip()
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def is_of_beers(name: str) -> bool:
    """Whether a `name` below incoming/ is that of a catalogue file: its rows are beers, not reviews."""
    return name.startswith(CATALOGUE)


def folder_owner(name: str) -> str | None:
    """The user whose folder a `name` below incoming/ is in, `normalized`; None where it is in none."""
    owner, slash, _ = name.removeprefix(USERS).partition("/")
    return normalized(owner) if slash and name.startswith(USERS) else None


def username_fault(username: str) -> str | None:
    """Why nobody can be called `username`, which is `normalized`: what follows "username" in a sentence; None if fine.

    The same for a row of a drop and for a caller of the API.
    """
    if username in MISSING:
        return "is missing"
    if not username.isprintable() and any(unicodedata.category(letter) in _INVISIBLE for letter in username):
        return "holds control or invisible characters"
    if _UNREADABLE in username:
        return "holds characters that could not be read"
    if len(username.encode()) > LONGEST_USERNAME:
        return f"is longer than {LONGEST_USERNAME} bytes"
    return None


def text_fault(text: str) -> str | None:
    """Why `text` can't be kept as a review's: what follows "text" in a sentence; None if it can."""
    if "\0" in text:
        return "holds a NUL byte"
    # JSON can name half a character; UTF-8 has no way to write it.
    if not text.isascii() and any(unicodedata.category(letter) == "Cs" for letter in text):
        return "holds half a character"
    return None
