"""Each sample event under events/ that promote takes, and what it means."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from promote.events import (
    Approved,
    EndpointChanged,
    ExperimentDecided,
    JobEnded,
    RollTo,
    StackRequest,
    UnknownEvent,
    parse,
)

EVENTS = Path(__file__).parents[3] / "events"


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


def test_a_completed_training_job_is_a_run_that_ended() -> None:
    event = parse(sample("training_job_completed"))
    assert isinstance(event, JobEnded)
    assert event.status == "Completed"
    assert event.run == sample("training_job_completed")["detail"]["TrainingJobName"]


def test_a_failed_training_job_carries_its_reason() -> None:
    event = parse(sample("training_job_failed"))
    assert isinstance(event, JobEnded)
    assert event.reason == sample("training_job_failed")["detail"]["FailureReason"]


def test_a_stopped_training_job_says_why_by_its_secondary_status() -> None:
    event = parse(sample("training_job_stopped"))
    assert isinstance(event, JobEnded)
    assert (event.status, event.reason) == ("Stopped", sample("training_job_stopped")["detail"]["SecondaryStatus"])


def test_an_endpoint_event_names_its_endpoint() -> None:
    assert parse(sample("endpoint_in_service")) == EndpointChanged(
        sample("endpoint_in_service")["detail"]["EndpointName"]
    )


def test_an_approval_names_its_package() -> None:
    assert parse(sample("model_package_approved")) == Approved(
        sample("model_package_approved")["detail"]["ModelPackageArn"], datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    )


def test_a_release_by_hand_is_rolled_to() -> None:
    assert parse(sample("roll_back")) == RollTo(
        "taproom-ba9876543210", "arn:aws:iam::123456789012:user/ann", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    )
    assert parse({"release": "taproom-ba9876543210"}) == RollTo("taproom-ba9876543210")
    assert parse({"release": None, "by": "an update of the stack"}) == RollTo(None, "an update of the stack")
    assert parse({"release": "taproom-ba9876543210", "reason": "why"}) == RollTo("taproom-ba9876543210", reason="why")


def test_a_decision_names_the_challenger_that_is_promoted_or_taken_away() -> None:
    reason = "Of its answers fewer were taken (27.1% instead of 30.2%)."
    at = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    stopped = ExperimentDecided("taproom-ba9876543210", False, reason, "monitor", at)
    assert parse(sample("experiment_decided")) == stopped
    assert parse(sample("experiment_decided") | {"experiment": "promote"}) == replace(stopped, promoted=True)


def test_a_custom_resource_request_is_recognised_by_its_response_url() -> None:
    event = parse(sample("stack_deleted"))
    assert isinstance(event, StackRequest)
    assert event.kind == "Delete"


def test_any_other_event_is_named_and_answered_with_what_promote_takes() -> None:
    with pytest.raises(UnknownEvent, match=r"keys \['colour'\].*\{\"release\": \"<id>\"\}"):
        parse({"colour": "amber"})
