"""The header: which column of the file is which of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.text_chunks import UnusableFile

# Each of our columns with the names under which review sites publish it, the best first. Names are
# compared by their letters and digits alone: `Beer Name`, `beer/name` and `beerName` are one.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "score": ("score", "rating", "review_overall", "overall", "review_score", "review_rating", "stars"),
    "username": (
        "username",
        "user",
        "user_name",
        "review_profilename",
        "profile_name",
        "reviewer",
        "reviewer_name",
        "user_id",
        "review_user_id",
    ),
    "beer_name": ("beer_name", "beer", "name"),
    "brewery_name": ("brewery_name", "brewery", "brewer", "brewer_name", "beer_brewery"),
    "beer_id": ("beer_id", "beer_beerid"),
    "style": ("style", "beer_style"),
    "abv": ("abv", "beer_abv", "alcohol", "alcohol_by_volume"),
    "text": ("text", "review_text", "review", "comment", "comments"),
    "reviewed_at": ("reviewed_at", "review_time", "review_date", "time", "timestamp", "date", "created_at"),
}
REQUIRED = ("score", "username", "beer_name", "brewery_name")


@dataclass(frozen=True)
class Columns:
    """`count` fields a row; `places` of those that are ours, each counted from 0."""

    count: int
    places: Mapping[str, int]


def columns_of(header: Sequence[str]) -> Columns:
    """Find our columns in a header; of two that could be the same one, the better known name counts.

    Raises
    ------
    UnusableFile
        Naming the required columns that are missing, and what the header has.
    """
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        found.setdefault(_letters(name), place)
    places = {
        ours: found[_letters(known[0])]
        for ours, aliases in ALIASES.items()
        if (known := [alias for alias in aliases if _letters(alias) in found])
    }
    missing = [name for name in REQUIRED if name not in places]
    if missing:
        raise UnusableFile(
            f"Its header lacks {_listed(missing)}; found were {_listed(header)}. "
            f"Required are {_listed(REQUIRED)}, separated by commas."
        )
    return Columns(len(header), places)


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _listed(names: Sequence[str], most: int = 20) -> str:
    shown = ", ".join(name[:60] if name.strip() else "(no name)" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
