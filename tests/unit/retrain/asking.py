"""Asking the retrain function for a decision, and what it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from retrain.decision import Nothing, Start, Wait
from retrain.requests import Request
from tests.unit.retrain.cloud import Cloud

FIRST = "20260101T000000Z-000000000001"
SECOND = "20260102T000000Z-000000000002"
THIRD = "20260103T000000Z-000000000003"
FROM_INGEST = Request("ingest")
UNDO = Request("undo")
FORCED = Request("by hand", force=True)
SCHEDULED = Request("schedule", scheduled=True)


@dataclass
class Context:
    """What Powertools reads of Lambda's context."""

    function_name: str = "taproom-RetrainFunction"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:taproom-RetrainFunction"
    aws_request_id: str = "request"


def batch(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]}


def decide(cloud: Cloud, *requests: Request, at: datetime | None = None) -> Start | Wait | Nothing:
    return cloud.retrain.run(list(requests) or [FROM_INGEST], at or cloud.now)


def started(cloud: Cloud, *requests: Request, at: datetime | None = None) -> str:
    decision = decide(cloud, *requests, at=at)
    assert isinstance(decision, Start), decision.reason
    return decision.run
