"""What the turns so far have made of a drop; each turn leaves one, from which the next goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from ingest.histories.changes import Changes
from ingest.parsing import Bookmark
from taproom.evidence.drift import Drift


class StagedPart(BaseModel):
    """The accepted rows of one turn: so many `rows` in the object `key`."""

    model_config = ConfigDict(frozen=True)

    key: str
    rows: int


class Finishing(BaseModel):
    """How far a drop is, once it has been read to its end.

    Its users are taken in `shares`, those before `share` are done: so many `reviews` are in their histories, and there
    are these `changes` beside the part that it `replaces`.
    """

    model_config = ConfigDict(frozen=True)

    drift: Drift | None
    notes: Sequence[str]
    replaces: str | None
    shares: int
    share: int = 0
    reviews: int = 0
    changes: Changes = Changes()


class Progress(BaseModel):
    """After `turns` turns; without a `bookmark` the drop has been read to its end.

    The counts are those of `ingest.parsing.ParsedFile`, `rejected` is the object with the refused rows.
    """

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    turns: int
    parts: Sequence[StagedPart]
    rejected: str
    accepted: int
    reasons: Mapping[str, int]
    not_rated: int
    latin1: int
    notes: Sequence[str]
    noted: Mapping[str, int]
    bookmark: Bookmark | None = None
    finishing: Finishing | None = None
