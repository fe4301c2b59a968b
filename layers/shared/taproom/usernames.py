"""The index of usernames: items of the histories table that hold no history.

A partition key of the table is a username, and can't be asked for by its beginning. So every user has one more item:
its partition key is a blank and the first character of the folded name, which no username is, since those are trimmed;
its sort key is the folded name, a tab, and the name as it was given.
"""

from __future__ import annotations

from typing import Any

from taproom.contract import folded

_TAB = "\t"
# Bytes. With a username of LONGEST_USERNAME behind it, it fits DynamoDB's sort keys (1,024).
_LONGEST_FOLDED = 512


def index_key(text: str) -> tuple[str, str]:
    """The partition in which usernames that begin with `text` are, and with what their sort keys begin."""
    start = folded(text).encode()[:_LONGEST_FOLDED].decode(errors="ignore")
    return f" {start[:1]}", start


def sort_key_start(folded_name: str) -> str:
    """With what the sort keys begin of usernames that are `folded_name` once they are folded."""
    return f"{folded_name}{_TAB}"


def index_item(username: str) -> dict[str, Any]:
    """The item, in DynamoDB's own format, by which `username` is found; the same every time."""
    partition, start = index_key(username)
    return {"username": {"S": partition}, "part": {"S": f"{start}{_TAB}{username}"}}


def username_of(sort_key: str) -> str:
    """The username that an item of the index stands for."""
    return sort_key.partition(_TAB)[2]
