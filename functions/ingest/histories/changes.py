"""How the reviews of a name change where a later drop replaces an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.histories.part_histories import ROWS_AT_ONCE, History, histories_of_share, share_count


@dataclass(frozen=True)
class Changes:
    """Reviews, one a user and beer: new ones, those with another score or time, and those that are no more."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(self.added + other.added, self.changed + other.changed, self.withdrawn + other.withdrawn)


def changes(before: Path | None, after: Path | None, rows_at_once: int = ROWS_AT_ONCE) -> Changes:
    """What becomes of the reviews of the part `before` where `after` takes its place; None is a part without any."""
    parts = [part for part in (before, after) if part is not None]
    shares = share_count(*parts, rows_at_once=rows_at_once)
    return sum((changes_of_share(before, after, share, shares) for share in range(shares)), Changes())


def changes_of_share(before: Path | None, after: Path | None, share: int, shares: int) -> Changes:
    """The same of one share of the users."""
    added = changed = withdrawn = 0
    left = {history.username: history for history in _histories(before, share, shares)}
    for history in _histories(after, share, shares):
        old = left.pop(history.username, History(history.username, {}))
        known = history.reviews.keys() & old.reviews.keys()
        changed += sum(_review(history, beer) != _review(old, beer) for beer in known)
        added += len(history.reviews) - len(known)
        withdrawn += len(old.reviews) - len(known)
    withdrawn += sum(len(history.reviews) for history in left.values())
    return Changes(added, changed, withdrawn)


def _histories(part: Path | None, share: int, shares: int) -> Iterator[History]:
    return iter(()) if part is None else histories_of_share(part, share, shares)


def _review(history: History, beer_id: str) -> tuple[object, object]:
    return history.reviews[beer_id], history.reviewed_at.get(beer_id)
