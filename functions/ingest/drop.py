"""A drop: one version of one object below `incoming/`, the same for every delivery of its event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from taproom import contract
from taproom.drops import part_of

# What S3 calls the version of an object in a bucket without versions: it names no content.
_NO_VERSION = "null"


class NotADrop(Exception):
    """A message that is no `Object Created` event below `incoming/`."""


class _Named(BaseModel):
    name: str


class _Object(BaseModel):
    key: str
    version: str | None = Field(None, alias="version-id")
    etag: str | None = Field(None, validation_alias=AliasChoices("etag", "eTag"))
    sequencer: str = ""


class _Detail(BaseModel):
    bucket: _Named
    object: _Object


class _Event(BaseModel):
    detail: _Detail


class ObjectCreated(BaseModel):
    """What EventBridge says of a new object; `etag` and `version` as far as the bucket has them."""

    model_config = ConfigDict(frozen=True)

    bucket: str
    key: str
    version: str | None
    etag: str | None
    sequencer: str

    @classmethod
    def from_message(cls, body: str) -> Self:
        """Parse the body of a message.

        Raises
        ------
        NotADrop
            The body is something else. It will never become a drop, so it belongs in the dead-letter queue.
        """
        try:
            event = _Event.model_validate_json(body)
        except ValidationError as error:
            raise NotADrop(
                f"Expected EventBridge's event `Object Created` of S3, received {body[:200]!r}: {error}. "
                "Send the event of a drop, or delete the message."
            ) from error
        found = event.detail.object
        if not found.key.startswith(contract.INCOMING):
            raise NotADrop(f"Expected a key below {contract.INCOMING}, received {found.key!r}. Drop the file there.")
        return cls(
            bucket=event.detail.bucket.name,
            key=found.key,
            version=None if found.version == _NO_VERSION else found.version,
            etag=found.etag,
            sequencer=found.sequencer,
        )

    @property
    def is_folder(self) -> bool:
        """Whether this is the empty object that the console makes for a folder."""
        return self.key.endswith("/")


@dataclass(frozen=True)
class Drop:
    """An object that was found; `dropped_at` is the object's own time, in UTC and whole seconds.

    `stated_scale` is what its metadata `scale` says of the scores, None if there is none.
    """

    bucket: str
    key: str
    version: str | None
    etag: str
    sequencer: str
    dropped_at: datetime
    stated_scale: str | None = None

    @property
    def name(self) -> str:
        """The key below `incoming/`."""
        return self.key.removeprefix(contract.INCOMING)

    @property
    def part(self) -> str:
        """The part's name: the time of the drop, then the digest of what was dropped."""
        return part_of(self.bucket, self.key, self.version or self.etag, self.dropped_at)

    @property
    def part_key(self) -> str:
        return f"{contract.REVIEWS}{self.part}.parquet"

    @property
    def rejected_key(self) -> str:
        return f"{contract.REJECTED}{self.name}.csv"

    @property
    def receipt_key(self) -> str:
        return f"{contract.RECEIPTS}{self.name}.json"


def is_older(part: str, sequencer: str, than_part: str, than_sequencer: str) -> bool:
    """Whether one drop of a name came before another one of the same name.

    Parts begin with the second of the drop; within a second S3's sequencers decide, compared as S3
    documents it: the shorter one filled up with zeros on the right.
    """
    second, than_second = part.partition("-")[0], than_part.partition("-")[0]
    width = max(len(sequencer), len(than_sequencer))
    return (second, sequencer.ljust(width, "0")) < (than_second, than_sequencer.ljust(width, "0"))
