"""What the messages in the queue of ratings have in common."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """A message; each kind has fields of its own, by which it is told from the others of the queue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def message(self) -> str:
        """The body of the message, in ASCII: SQS takes no control characters."""
        return json.dumps(self.model_dump())
