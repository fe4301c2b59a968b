"""The receipt: what became of a drop. It is written last, so what it says has happened."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC
from pathlib import Path
from typing import Any, Literal, Self

from ingest.drop import Drop
from ingest.encoding import LATIN1, UTF8
from ingest.histories.changes import Changes
from ingest.parsing import ParsedFile
from taproom.evidence.drift import Drift

_KEPT = "What was dropped before under this name still counts."


@dataclass(frozen=True)
class LivePart:
    """The part that counts for a name; `reviews` has it one a user and beer, or, of a catalogue file, beers."""

    part: str
    reviews: int

    @classmethod
    def of(cls, receipt: Mapping[str, Any]) -> Self | None:
        """That of a receipt as it stands in the bucket, empty for none."""
        live = receipt.get("live")
        return None if live is None else cls(**live)


@dataclass(frozen=True)
class Receipt:
    """See docs/contracts.md: `rows == accepted + refused + not_rated`, and `reasons` adds up to `refused`."""

    name: str
    part: str
    status: Literal["accepted", "refused", "withdrawn"]
    rows: int = 0
    accepted: int = 0
    refused: int = 0
    not_rated: int = 0
    superseded: int = 0
    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    live: LivePart | None = None
    reasons: Mapping[str, int] = field(default_factory=dict)
    encoding: str | None = None
    notes: Sequence[str] = ()
    drift: Drift | None = None
    dropped_at: str = ""
    reason: str | None = None

    def write(self, path: Path) -> Path:
        """Leave the receipt as JSON at `path`."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return path


def refused_whole(drop: Drop, reason: str, live: LivePart | None) -> Receipt:
    """For a file of which no row could be looked at; `live` is what counts for its name all the same."""
    notes = [_KEPT] if live else []
    return Receipt(drop.name, drop.part, "refused", live=live, notes=notes, dropped_at=_time(drop), reason=reason)


def without_usable_row(drop: Drop, parsed: ParsedFile, live: LivePart | None) -> Receipt:
    """For a file whose rows were all refused; `live` as for `refused_whole`."""
    refused = _of_rows(drop, parsed, "refused")
    notes = [*refused.notes, _KEPT] if live else refused.notes
    return replace(refused, live=live, notes=notes, reason=_nothing_usable(parsed))


def accepted(
    drop: Drop,
    parsed: ParsedFile,
    reviews: int,
    changes: Changes,
    drift: Drift | None = None,
    said: Sequence[str] = (),
) -> Receipt:
    """For a file of which rows were accepted; they hold so many `reviews`, one a user and beer.

    `said` are the notes on the `drift`.
    """
    found = _of_rows(drop, parsed, "accepted")
    return replace(
        found,
        drift=drift,
        notes=[*found.notes, *said],
        superseded=parsed.accepted - reviews,
        live=LivePart(drop.part, reviews),
        **asdict(changes),
    )


def withdrawn(name: str, part: str, dropped_at: str, reviews: int) -> Receipt:
    """For a name under which nothing lies any more."""
    reason = "The object was deleted, so what it gave was withdrawn."
    return Receipt(name, part, "withdrawn", withdrawn=reviews, dropped_at=dropped_at, reason=reason)


def _of_rows(drop: Drop, parsed: ParsedFile, status: Literal["accepted", "refused"]) -> Receipt:
    return Receipt(
        drop.name,
        drop.part,
        status,
        rows=parsed.accepted + parsed.refused + parsed.not_rated,
        accepted=parsed.accepted,
        refused=parsed.refused,
        not_rated=parsed.not_rated,
        reasons=parsed.reasons,
        encoding=LATIN1 if parsed.latin1 else UTF8,
        notes=_notes(parsed),
        dropped_at=_time(drop),
    )


def _notes(parsed: ParsedFile) -> list[str]:
    notes = [*parsed.notes, *(f"{count:,} rows: {what}." for what, count in parsed.noted.items() if count)]
    if parsed.latin1:
        notes.insert(0, f"{parsed.latin1:,} rows are not UTF-8 and were read as Latin-1.")
    return notes


def _nothing_usable(parsed: ParsedFile) -> str:
    rows = parsed.refused + parsed.not_rated
    if not rows:
        return "It has a header and no rows."
    reasons = dict(parsed.reasons)
    if parsed.not_rated:
        reasons["not rated"] = parsed.not_rated
    counted = ", ".join(f"{reason} ({count:,})" for reason, count in reasons.items())
    return f"None of the {rows:,} rows could be used: {counted}."


def _time(drop: Drop) -> str:
    return f"{drop.dropped_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
