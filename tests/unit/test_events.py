"""The samples under events/: each means something to the function that it is for, so that none can rot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ingest.drop
import promote.events
import recommend.handler
import retrain.handler
import retrain.requests
from taproom import contract
from taproom.messages.ratings import Rating

EVENTS = Path(__file__).parents[2] / "events"
Event = dict[str, Any]


def bodies(event: Event) -> list[str]:
    """Of an SQS event, as Lambda hands it over."""
    return [record["body"] for record in event["Records"]]


def means_a_drop(event: Event) -> bool:
    return all(ingest.drop.ObjectChanged.from_message(body).key.startswith(contract.INCOMING) for body in bodies(event))


def means_ratings(event: Event) -> bool:
    return all(bool(Rating.model_validate_json(body).username) for body in bodies(event))


def asks_for_a_retrain(event: Event) -> bool:
    return all(bool(retrain.requests.parsed(body).cause) for body in bodies(event))


def means(kind: type) -> Callable[[Event], bool]:
    return lambda event: isinstance(promote.events.parse(event), kind)


def is_a_request_of_the_http_api(event: Event) -> bool:
    return event["version"] == "2.0" and event["rawPath"].startswith("/") and "http" in event["requestContext"]


TAKEN_BY: dict[str, Callable[[Event], bool]] = {
    "endpoint_in_service": means(promote.events.EndpointChanged),
    "hourly": retrain.handler.is_hourly,
    "model_package_approved": means(promote.events.Approved),
    "processing_job_completed": lambda event: bool(retrain.requests.parsed(json.dumps(event)).cause),
    "ratings": means_ratings,
    "recommend_request": is_a_request_of_the_http_api,
    "retrain_by_hand": asks_for_a_retrain,
    "retrain_from_ingest": asks_for_a_retrain,
    "roll_back": means(promote.events.RollTo),
    "experiment_decided": means(promote.events.ExperimentDecided),
    "s3_object_created": means_a_drop,
    "schedule": asks_for_a_retrain,
    "warm": recommend.handler.is_to_warm,
    "stack_deleted": means(promote.events.StackRequest),
    "training_job_completed": means(promote.events.JobEnded),
    "training_job_failed": means(promote.events.JobEnded),
    "training_job_stopped": means(promote.events.JobEnded),
}


@pytest.mark.parametrize("name", sorted(path.stem for path in EVENTS.glob("*.json")))
def test_each_sample_event_means_something_to_its_function(name: str) -> None:
    assert TAKEN_BY[name](json.loads((EVENTS / f"{name}.json").read_text()))
