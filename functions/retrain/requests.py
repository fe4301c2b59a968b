"""Requests for a retrain, as they arrive in the queue."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

JOB_ENDED = "training job ended"
PREPARATION_ENDED = "preparation ended"


class RequestError(ValueError):
    """A message in the queue is not a request."""


@dataclass(frozen=True)
class Request:
    """Somebody asks whether it is time to train; `cause` says who, for the log.

    `scheduled` takes the reviews that there are instead of waiting until enough new ones have come: so
    ask the schedule, and tuning, which has another reason to train. "deferred" is what could not be decided before.
    """

    cause: str
    force: bool = False
    scheduled: bool = False


class BatchRequest(Request):
    """Somebody asks for recommendations for everybody, not for a run."""


class _Asked(BaseModel):
    model_config = ConfigDict(strict=True)

    reason: Literal["ingest", "undo", "erase", "schedule", "by hand", "promote", "tune", "deferred", "batch"]
    part: str | None = None
    run: str | None = None
    force: bool = False
    scheduled: bool = False


class _Job(BaseModel):
    name: str = Field(alias="TrainingJobName")
    status: str = Field(alias="TrainingJobStatus")


class _JobEvent(BaseModel):
    kind: Literal["SageMaker Training Job State Change"] = Field(alias="detail-type")
    detail: _Job


class _Preparation(BaseModel):
    name: str = Field(alias="ProcessingJobName")
    status: str = Field(alias="ProcessingJobStatus")


class _PreparationEvent(BaseModel):
    kind: Literal["SageMaker Processing Job State Change"] = Field(alias="detail-type")
    detail: _Preparation


_EVENTS: TypeAdapter[_JobEvent | _PreparationEvent] = TypeAdapter(_JobEvent | _PreparationEvent)


def deferred(asked: Iterable[Request]) -> str:
    """The body of one message that asks later for all that is `asked` now."""
    asked = list(asked)
    return json.dumps(
        {
            "reason": "deferred",
            "force": any(request.force for request in asked),
            "scheduled": any(request.scheduled for request in asked),
        }
    )


def parsed(body: str) -> Request:
    """The request in the `body` of a message: one of Taproom's, or EventBridge's event of an ended job.

    Raises
    ------
    RequestError
        For a body that is neither.
    """
    try:
        content = json.loads(body)
        if isinstance(content, dict) and "detail-type" in content:
            event = _EVENTS.validate_python(content)
            ended = JOB_ENDED if isinstance(event, _JobEvent) else PREPARATION_ENDED
            return Request(f"{ended} ({event.detail.name}: {event.detail.status})")
        asked = _Asked.model_validate(content)
    except (ValueError, ValidationError) as error:
        raise RequestError(
            f"The message {body[:200]!r} is not a request for a retrain: expected a body such as "
            '{"reason": "by hand", "force": true} with the reason ingest, undo, erase, schedule, by hand, promote, '
            "tune or batch, or EventBridge's event of a training or processing job that ended; send it again in that "
            "form."
        ) from error
    if asked.reason == "batch":
        return BatchRequest(asked.reason)
    about = asked.part or asked.run
    return Request(
        cause=f"{asked.reason} ({about})" if about else asked.reason,
        force=asked.force,
        scheduled=asked.scheduled or asked.reason in ("schedule", "tune"),
    )
