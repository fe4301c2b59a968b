"""A drop: one version of one object below `incoming/`; and the events that speak of such objects."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from taproom import contract
from taproom.drops import FROM_API, USERS, part_of

# What S3 calls the version of an object in a bucket without versions: it names no content.
NO_VERSION = "null"
_OWN_FOLDER = re.compile(rf"^((?:[a-z]+/)??){USERS}[^/]+/")


def shown(key: str) -> str:
    """A key, or a name below `incoming/`, as logs may have it: whose folder it is in stays out."""
    return _OWN_FOLDER.sub(rf"\1{USERS}…/", key)


class NotADrop(Exception):
    """A message that is no `Object Created` or `Object Deleted` event below `incoming/`."""


class _Named(BaseModel):
    name: str


class _Object(BaseModel):
    key: str
    version: str | None = Field(None, alias="version-id")
    etag: str | None = Field(None, validation_alias=AliasChoices("etag", "eTag"))


class _Detail(BaseModel):
    bucket: _Named
    object: _Object


class _Event(BaseModel):
    kind: Literal["Object Created", "Object Deleted"] = Field(alias="detail-type")
    detail: _Detail


class ObjectChanged(BaseModel):
    """What EventBridge says of an object that was created or deleted.

    `etag` and `version` are those of the content that came or went, as far as the bucket has them.
    """

    model_config = ConfigDict(frozen=True)

    bucket: str
    key: str
    version: str | None
    etag: str | None
    deleted: bool = False

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
                f"Expected EventBridge's event `Object Created` or `Object Deleted` of S3, received {body[:200]!r}: "
                f"{error}. Send the event of a drop, or delete the message."
            ) from error
        found = event.detail.object
        if not found.key.startswith(contract.INCOMING):
            raise NotADrop(f"Expected a key below {contract.INCOMING}, received {found.key!r}. Drop the file there.")
        return cls(
            bucket=event.detail.bucket.name,
            key=found.key,
            version=None if found.version == NO_VERSION else found.version,
            etag=found.etag,
            deleted=event.kind == "Object Deleted",
        )

    @property
    def is_folder(self) -> bool:
        """Whether this is the empty object that the console makes for a folder."""
        return self.key.endswith("/")

    @property
    def name(self) -> str:
        """The key below `incoming/`."""
        return self.key.removeprefix(contract.INCOMING)

    def may_be(self, part: str) -> bool:
        """Whether an event speaks of the content of `part`: that of a deletion speaks of whatever is there after it."""
        return self.deleted or self.part_ending is None or part.endswith(self.part_ending)

    @property
    def part_ending(self) -> str | None:
        """With what the name of the part ends that this content became, None where the event does not name it.

        But for the number of a part that is one of several.
        """
        content = self.version or self.etag
        return None if content is None else f"-{contract.digest(self.bucket, self.key, content)}"


@dataclass(frozen=True)
class Drop:
    """An object of `size` bytes that was found; `dropped_at` is its own time, in UTC and whole seconds.

    `stated_scale` is what its metadata `scale` says of the scores, None if there is none; one that `was_rewritten`
    without somebody's rows keeps the time of the drop in its metadata, and whoever did so asks for the retrain.
    """

    bucket: str
    key: str
    version: str | None
    etag: str
    dropped_at: datetime
    size: int = 0
    stated_scale: str | None = None
    was_rewritten: bool = False

    @property
    def name(self) -> str:
        """The key below `incoming/`."""
        return self.key.removeprefix(contract.INCOMING)

    @property
    def is_rated(self) -> bool:
        """Whether it is of ratings that came through the API: its rows have the times at which the API was told."""
        return self.name.startswith(FROM_API)

    def message(self) -> str:
        """The body of a message with an event like that of its creation."""
        found = {"key": self.key, "etag": self.etag} | ({"version-id": self.version} if self.version else {})
        return json.dumps(
            {"detail-type": "Object Created", "detail": {"bucket": {"name": self.bucket}, "object": found}}
        )

    @property
    def part(self) -> str:
        """The part's name, or with what the names of its parts begin (`taproom.drops.part_of`)."""
        return part_of(self.bucket, self.key, self.version or self.etag, self.dropped_at)
