"""The events that promote acts on, parsed at the door."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal


class UnknownEvent(ValueError):
    """An event that promote has no use for; the message says which ones it takes."""


@dataclass(frozen=True)
class JobEnded:
    """A training job reached a terminal state; the same event may arrive more than once."""

    run: str
    status: Literal["Completed", "Failed", "Stopped"]
    reason: str


@dataclass(frozen=True)
class EndpointChanged:
    """An endpoint's state changed; nothing relies on this event to arrive."""

    endpoint: str


@dataclass(frozen=True)
class Approved:
    """Somebody approved a model package in the registry."""

    package_arn: str
    at: datetime


@dataclass(frozen=True)
class RollTo:
    """Put this release in service, be it newer or older than the one that serves; None: the one that serves, again.

    `by`, `at` and `reason` are who asked, when, and why, a sentence; None where the event does not say.
    """

    release: str | None
    by: str | None = None
    at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True)
class ExperimentDecided:
    """Promote the challenger of an experiment, or take it away; `by` and `at` as in RollTo."""

    challenger: str
    promoted: bool
    reason: str
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class StackRequest:
    """CloudFormation creates, updates or deletes the custom resource `EndpointLifecycle`."""

    kind: Literal["Create", "Update", "Delete"]
    response_url: str
    stack_id: str
    request_id: str
    logical_id: str


Event = JobEnded | EndpointChanged | Approved | RollTo | ExperimentDecided | StackRequest


def parse(event: Mapping[str, Any]) -> Event:
    """The event as what it means.

    Raises
    ------
    UnknownEvent
        If the event is none that template.yaml or the runbook sends.
    """
    if "ResponseURL" in event:
        return StackRequest(
            event["RequestType"],
            event["ResponseURL"],
            event["StackId"],
            event["RequestId"],
            event["LogicalResourceId"],
        )
    if "release" in event and isinstance(event["release"], str | None):
        at = event.get("at")
        when = datetime.fromisoformat(at) if at else None
        return RollTo(event["release"], event.get("by"), when, event.get("reason"))
    if event.get("experiment") in ("promote", "stop"):
        at = event.get("at")
        when = datetime.fromisoformat(at) if at else None
        promoted = event["experiment"] == "promote"
        return ExperimentDecided(event["challenger"], promoted, event["reason"], event.get("by"), when)
    detail = event.get("detail", {})
    match event.get("detail-type"):
        case "SageMaker Training Job State Change" if detail["TrainingJobStatus"] in ("Completed", "Failed", "Stopped"):
            reason = detail.get("FailureReason") or detail.get("SecondaryStatus") or "no reason was given"
            return JobEnded(detail["TrainingJobName"], detail["TrainingJobStatus"], reason)
        case "SageMaker Endpoint State Change":
            return EndpointChanged(detail["EndpointName"])
        case "SageMaker Model Package State Change" if detail["ModelApprovalStatus"] == "Approved":
            return Approved(detail["ModelPackageArn"], datetime.fromisoformat(event["time"]))
    raise UnknownEvent(
        f"Promote got an event with the keys {sorted(event)}. It takes a training job that ended, an endpoint's state "
        'change, an approved model package, {"release": "<id>"}, {"experiment": "promote" or "stop", '
        '"challenger": "<id>", "reason": "<sentence>"}, or a custom resource request.'
    )


def answer(request: StackRequest, fault: str | None, log_stream: str) -> None:
    """Tell CloudFormation how the request went; without an answer it waits for ServiceTimeout."""
    body = {
        "Status": "SUCCESS" if fault is None else "FAILED",
        "Reason": fault or f"See the log stream {log_stream}",
        "PhysicalResourceId": f"{request.stack_id.split('/')[1]}-endpoint-lifecycle",
        "StackId": request.stack_id,
        "RequestId": request.request_id,
        "LogicalResourceId": request.logical_id,
    }
    put = urllib.request.Request(
        request.response_url, json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(put, timeout=30):
        pass
