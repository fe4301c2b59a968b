"""A request to forget a user, or what a user said of one beer: a message in ingest's queue."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Self

from taproom import contract

# The partition of the histories table that tombstones are in: no username, and none of the index of usernames.
TOMBSTONES = " erased"


@dataclass(frozen=True)
class Erasure:
    """Who is to be forgotten, with all or with what they said of one beer; `asked_at` is a Unix time in milliseconds.

    What they say afterwards counts.
    """

    username: str
    asked_at: int
    beer_id: str | None = None

    @classmethod
    def from_message(cls, body: str) -> Self | None:
        """The request of a message, None for a message of another kind."""
        try:
            content: Any = json.loads(body)
        except ValueError:
            return None
        return cls(**content["erase"]) if isinstance(content, dict) and "erase" in content else None

    def message(self) -> str:
        """The body of the message."""
        return json.dumps({"erase": asdict(self)})

    def tombstone(self, table: str) -> str:
        """A hash, from which nobody reads whom it is about; the histories table's name in it keeps stacks apart."""
        return hashlib.sha256("\0".join((table, self.username, self.beer_id or "")).encode()).hexdigest()

    def report_key(self, table: str) -> str:
        """Where the bucket has the report, once it is done."""
        return f"{contract.ERASURES}{self.tombstone(table)}-{self.asked_at}.json"
