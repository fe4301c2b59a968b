"""What may lie in the retrain queue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrain.requests import Request, RequestError, parsed

EVENTS = Path(__file__).parents[3] / "events"


def body_of(event: str) -> str:
    """The body of the one message of a sample SQS event."""
    (record,) = json.loads((EVENTS / event).read_text())["Records"]
    return str(record["body"])


def test_the_sample_from_ingest_asks_and_names_the_part() -> None:
    assert parsed(body_of("retrain_from_ingest.json")) == Request("ingest (20261231T235959Z-0123456789ab)")


def test_the_sample_by_hand_forces() -> None:
    assert parsed(body_of("retrain_by_hand.json")) == Request("by hand", force=True)


def test_the_sample_of_the_schedule_is_scheduled_and_does_not_force() -> None:
    assert parsed(body_of("schedule.json")) == Request("schedule", scheduled=True)


def test_promote_asks_for_a_run() -> None:
    assert parsed('{"reason": "promote", "run": "taproom-0123456789ab"}') == Request("promote (taproom-0123456789ab)")


@pytest.mark.parametrize("ending", ["completed", "failed", "stopped"])
def test_each_end_of_a_training_job_asks(ending: str) -> None:
    body = (EVENTS / f"training_job_{ending}.json").read_text()
    assert parsed(body) == Request(f"training job ended (taproom-0123456789ab: {ending.capitalize()})")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "retrain",
        "[]",
        "null",
        "{}",
        '{"reason": "because"}',
        '{"reason": "by hand", "force": "yes"}',
        '{"detail-type": "SageMaker Endpoint State Change", "detail": {}}',
        '{"detail-type": "SageMaker Training Job State Change", "detail": {}}',
    ],
)
def test_anything_else_is_refused_with_what_was_expected(body: str) -> None:
    with pytest.raises(RequestError, match="expected a body such as") as refusal:
        parsed(body)
    assert repr(body) in str(refusal.value)
