"""What a catalogue file says of a beer beside its attributes, value by value; None is what can't be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pyarrow as pa

from ingest.values.column_values import Flags, Text

# Bytes of UTF-8.
LONGEST_PLACE = 256
LONGEST_URL = 2048
LONGEST_DESCRIPTION = 2000
# Of one beer.
MOST_PLACES = 100

_YES = {"yes", "y", "true", "t", "1", "1.0", "x"}
_NO = {"no", "n", "false", "f", "0", "0.0"}
# Three digits after a comma or a point may be thousands.
_PRICE = re.compile(r"(?:[A-Z]{3} ?)?([0-9]{1,7}(?:[.,][0-9]{1,2})?|[.,][0-9]{1,2})(?: ?[A-Z]{3})?")
# RFC 3986, without user and password, which would show somewhere else than where it leads.
_URL = re.compile(
    r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:[/?#][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*)?"
)

_Value = TypeVar("_Value")


def read_each(given: Text, read: Callable[[str], _Value | None], kind: pa.DataType) -> tuple[pa.Array, Flags]:
    """`read` of each row's text, null where there is none; and the rows whose text can't be read."""
    texts = given.values.to_pylist()
    values = [read(text) if text else None for text in texts]
    unread = np.array([bool(text) and value is None for text, value in zip(texts, values, strict=True)], np.bool_)
    return pa.array(values, kind).take(pa.array(given.codes)), unread[given.codes]


def yes_or_no(text: str) -> bool | None:
    """Whether a text says yes, in English or as a number."""
    word = text.casefold()
    return True if word in _YES else False if word in _NO else None


def price(text: str) -> float | None:
    """A price without its currency's sign or code, with a decimal point or comma: `$7`, `6,50 €`, `EUR 12`."""
    bare = "".join(letter for letter in text if unicodedata.category(letter) != "Sc").strip()
    found = _PRICE.fullmatch(bare)
    return float(found[1].replace(",", ".")) if found else None


def places(text: str) -> list[str] | None:
    """The places that `;` separates, each once; a text of separators alone says that there is none."""
    found = list(dict.fromkeys(" ".join(place.split()) for place in text.split(";")))
    found = [place for place in found if place]
    if len(found) > MOST_PLACES:
        return None
    return found if all(place.isprintable() and len(place.encode()) <= LONGEST_PLACE for place in found) else None


def image_url(text: str) -> str | None:
    """An address of https without user and password."""
    return text if len(text) <= LONGEST_URL and _URL.fullmatch(text) else None


def description(text: str) -> str | None:
    """A text that is not too long."""
    return text if len(text.encode()) <= LONGEST_DESCRIPTION else None
