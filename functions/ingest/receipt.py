"""The receipt: what became of a drop. It is written last, so its being there means that all is done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Literal

from ingest.drop import Drop
from ingest.encoding import LATIN1, UTF8
from ingest.parsing import ParsedFile


@dataclass(frozen=True)
class Receipt:
    """See docs/contracts.md: `rows == accepted + refused + not_rated`, and `reasons` adds up to `refused`."""

    name: str
    part: str
    status: Literal["accepted", "refused"]
    rows: int = 0
    accepted: int = 0
    refused: int = 0
    not_rated: int = 0
    superseded: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    encoding: str | None = None
    notes: Sequence[str] = ()
    dropped_at: str = ""
    reason: str | None = None

    def write(self, path: Path) -> Path:
        """Leave the receipt as JSON at `path`."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return path


def refused_whole(drop: Drop, reason: str) -> Receipt:
    """For a file of which no row could be looked at."""
    return Receipt(drop.name, drop.part, "refused", dropped_at=_time(drop), reason=reason)


def receipt_of(drop: Drop, parsed: ParsedFile, superseded: int) -> Receipt:
    """For a file whose rows were looked at; refused if none of them could be used."""
    return Receipt(
        drop.name,
        drop.part,
        "accepted" if parsed.accepted else "refused",
        rows=parsed.accepted + parsed.refused + parsed.not_rated,
        accepted=parsed.accepted,
        refused=parsed.refused,
        not_rated=parsed.not_rated,
        superseded=superseded,
        reasons=parsed.reasons,
        encoding=LATIN1 if parsed.latin1 else UTF8,
        notes=_notes(parsed),
        dropped_at=_time(drop),
        reason=None if parsed.accepted else _nothing_usable(parsed),
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
