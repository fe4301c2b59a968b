"""Calling the recommend function as API Gateway does."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass
from typing import Any, cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from recommend.handler import handler
from tests.unit.recommend.cloud import request


@dataclass
class Context:
    """What Powertools reads of Lambda's context."""

    function_name: str = "taproom-RecommendFunction"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:taproom-RecommendFunction"
    aws_request_id: str = "lambda-request"


def respond(event: dict[str, Any]) -> dict[str, Any]:
    """The function's response in payload format 2.0."""
    return handler(event, cast(LambdaContext, Context()))


def warm() -> None:
    """What the warming schedule asks for."""
    assert respond({"reason": "warm"}) == {}


def answer(event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Status and JSON body."""
    response = respond(event)
    return response["statusCode"], json.loads(response["body"])


def good(event: dict[str, Any], status: int = 200) -> dict[str, Any]:
    """The JSON body of an answer that must be good."""
    got, body = answer(event)
    assert got == status, body
    return body


def unpacked(response: dict[str, Any]) -> bytes:
    """A response's body, as the client sees it."""
    raw = base64.b64decode(response["body"]) if response["isBase64Encoded"] else (response["body"] or "").encode()
    return gzip.decompress(raw) if response["headers"].get("content-encoding") == "gzip" else raw


def ids(body: dict[str, Any]) -> list[str]:
    return [beer["beer_id"] for beer in body["beers"]]


def recommended(url_segment: str, query: str = "") -> dict[str, Any]:
    """The JSON body of `/users/<url_segment>/recommendations?<query>`."""
    return good(request(url_segment, query))
