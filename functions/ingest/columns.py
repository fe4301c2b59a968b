"""The header: what separates columns, which column of the file is which of ours, and what it says of the scores."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.text_chunks import UnusableFile
from ingest.values.scores import Scale


@dataclass(frozen=True)
class KnownColumns:
    """What a kind of file may have: each of our columns with its names, and which are `required`.

    The names are those under which sites publish it, the best first. They are compared by their letters and digits
    alone: `Beer Name`, `beer/name` and `beerName` are one.
    """

    aliases: Mapping[str, tuple[str, ...]]
    required: Sequence[str]


_OF_BEERS: Mapping[str, tuple[str, ...]] = {
    "beer_name": ("beer_name", "beer", "name"),
    "brewery_name": (
        *("brewery_name", "brewery", "brewer", "brewer_name", "beer_brewery", "beer_brewery_name"),
        *("beer_brewerid", "brewery_id", "brewer_id"),
    ),
    "beer_id": ("beer_id", "beer_beerid", "bid"),
    "style": ("style", "beer_style", "beer_type", "beer_style_name"),
    "abv": ("abv", "beer_abv", "alcohol", "alcohol_by_volume"),
}
_OF_REVIEWS: Mapping[str, tuple[str, ...]] = {
    "score": (
        *("score", "rating", "review_overall", "overall", "review_score", "review_rating", "stars"),
        *("rating_score", "user_rating", "my_rating", "your_rating", "overall_rating", "points"),
    ),
    "username": (
        *("username", "user", "user_name", "review_profilename", "profile_name", "user_profilename"),
        *("reviewer", "reviewer_name", "user_id", "review_user_id", "reviewer_id", "uid"),
    ),
    "text": ("text", "review_text", "review", "comment", "comments", "review_comment"),
    "reviewed_at": (
        *("reviewed_at", "review_time", "review_timeunix", "time_unix", "review_date", "review_created"),
        *("time", "timestamp", "date", "created_at", "rated_at", "checkin_date"),
    ),
}
_OF_LISTINGS: Mapping[str, tuple[str, ...]] = {
    "beer_id": (*_OF_BEERS["beer_id"], "id"),
    "retired": ("retired", "is_retired", "discontinued"),
    "price": ("price", "list_price", "beer_price"),
    "places": ("places", "place", "poured_at", "venues", "bars", "locations"),
    "image_url": ("image_url", "image", "photo_url", "picture_url", "label_url"),
    "description": ("description", "beer_description", "commercial_description"),
}
REVIEW_COLUMNS = KnownColumns({**_OF_BEERS, **_OF_REVIEWS}, ("score", "username", "beer_name", "brewery_name"))
CATALOGUE_COLUMNS = KnownColumns({**_OF_BEERS, **_OF_LISTINGS}, ("beer_name", "brewery_name"))
# What stands in for a brewery's name where a file has its number alone.
_BREWERY_IDS = {"beerbrewerid", "breweryid", "brewerid"}

DELIMITERS: Mapping[str, str] = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
# A header is looked for in so much of the file.
_LOOKED_AT = 1 << 16
# From this likeness on (0 to 100) a column is suggested for one that is missing.
_ALIKE = 60


@dataclass(frozen=True)
class Columns:
    """`count` fields a row; `places` of those that are ours, each counted from 0.

    `scale` is that of the scores, if the header states it; `username` whose all rows are, if no column says so.
    `notes` are for the receipt.
    """

    count: int
    places: Mapping[str, int]
    delimiter: str = ","
    scale: Scale | None = None
    username: str | None = None
    has_brewery_names: bool = True
    notes: Sequence[str] = ()

    @property
    def number(self) -> int | None:
        """The place at which a row has a number, if it is one."""
        return next((self.places[name] for name in ("score", "abv", "price") if name in self.places), None)


def delimiter_of(text: str, known_columns: KnownColumns = REVIEW_COLUMNS) -> str:
    """What separates the fields of a header, with which `text` begins: that which finds most of our columns."""
    text = text[:_LOOKED_AT].lstrip("\n")

    def known(delimiter: str) -> int:
        return len(_found(_fields(text, delimiter), known_columns)[0])

    return max(DELIMITERS, key=known)


def columns_of(
    header: Sequence[str],
    delimiter: str = ",",
    username: str | None = None,
    known_columns: KnownColumns = REVIEW_COLUMNS,
) -> Columns:
    """Find our columns in a header; of two that could be the same one, the better known name counts.

    `username` is whose reviews they are where no column says so.

    Raises
    ------
    UnusableFile
        Naming the required columns that are missing, what they may be called here, and what the header has.
    """
    places, scale = _found(header, known_columns)
    required = known_columns.required
    missing = [name for name in required if name not in places and (name != "username" or username is None)]
    if missing:
        wanted = _listed([_suggested(name, header, places, known_columns) for name in missing])
        raise UnusableFile(
            f"Its header lacks {wanted}; found were {_listed(header)}. "
            f"Required are {_listed(required)}, separated by {DELIMITERS[delimiter]}."
            + (" A file of one person may go to incoming/users/<username>/ instead." if "username" in missing else "")
        )
    notes = []
    has_names = _letters(header[places["brewery_name"]]) not in _BREWERY_IDS
    if not has_names:
        notes.append(f"Breweries have no names: the number in {header[places['brewery_name']]} stands for each.")
    if delimiter != ",":
        notes.append(f"Columns are separated by {DELIMITERS[delimiter]}.")
    if unused := [name for place, name in enumerate(header) if place not in places.values()]:
        notes.append(f"Columns not used: {_listed(unused)}.")
    return Columns(
        len(header), places, delimiter, scale, None if "username" in places else username, has_names, tuple(notes)
    )


def _found(header: Sequence[str], known_columns: KnownColumns) -> tuple[dict[str, int], Scale | None]:
    """Where our columns are, and the scale that the header states."""
    by_letters: dict[str, int] = {}
    for place, name in enumerate(header):
        by_letters.setdefault(_letters(name), place)
    scales = {}
    for place, name in enumerate(header):
        if stated := Scale.of_header(name):
            by_letters.setdefault(_letters(stated[0]), place)
            scales[place] = stated[1]
    places = {
        ours: by_letters[known[0]]
        for ours, aliases in known_columns.aliases.items()
        if (known := [letters for alias in aliases if (letters := _letters(alias)) in by_letters])
    }
    return places, scales.get(places.get("score", -1))


def _suggested(missing: str, header: Sequence[str], places: Mapping[str, int], known_columns: KnownColumns) -> str:
    """The name of a missing column, with the column of the header that is most like it."""
    # Needed for a file that is refused alone.
    from rapidfuzz import fuzz, process

    left = {name: _letters(name) for place, name in enumerate(header[:200]) if place not in places.values()}
    nearest = [
        found
        for alias in known_columns.aliases[missing]
        if (found := process.extractOne(_letters(alias), left, scorer=fuzz.ratio, score_cutoff=_ALIKE))
    ]
    if not nearest:
        return missing
    return f"{missing} (is it {max(nearest, key=lambda found: found[1])[2][:60]}?)"


def _fields(text: str, delimiter: str) -> list[str]:
    return next(csv.reader(io.StringIO(text), delimiter=delimiter), [])


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _listed(names: Sequence[str], most: int = 20) -> str:
    shown = ", ".join(name[:60] if name.strip() else "(no name)" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
