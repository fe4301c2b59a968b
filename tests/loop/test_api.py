"""The API on the deployed stack: every call, a review's way, and whatever schemathesis thinks of.

`make test-faults` lets it think of four times as much.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from recommend import handler
from recommend.api import openapi
from tests.loop.conftest import World
from tests.unit.local.waiting import eventually
from tests.volume import ALL


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    """A release in service, and ann, who has rated one of its beers."""
    world = deployed()
    assert world.drop("ann").kind == "promoted"
    world.loop.drop(world.review("ann", 3, 4.5))
    return world


def ask(world: World, path: str, body: Any = None, method: str | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(
        world.cloud.outputs["ApiUrl"] + path,
        None if body is None else json.dumps(body).encode(),
        {"content-type": "application/json"},
        method=method,
    )
    try:
        with urllib.request.urlopen(request) as answer:
            content = answer.read()
            is_json = answer.headers["content-type"] == "application/json"
            return answer.status, json.loads(content) if is_json else content.decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CALLS: list[tuple[str, Any]] = [
    ("/users/ann/recommendations?limit=5&explain=true&style=stout&min_abv=4&max_abv=6&brewery=alder", None),
    ("/recommendations", {"ratings": {"b01": 4.5}, "candidates": ["b02", "b03"], "exclude": ["b03"]}),
    ("/menu", {"menu": "Beer 7 by Alder $5\nBeer 10, Alder 5%\nwine", "ratings": {"b01": 4.5}}),
    ("/trending?days=7&username=ann", None),
    ("/beers?search=beer", None),
    ("/beers/b01", None),
    ("/beers/b01/similar", None),
    ("/styles", None),
    ("/breweries?search=ald", None),
    ("/users?prefix=An", None),
    ("/users/ann/reviews", None),
    ("/release", None),
    ("/releases", None),
    ("/report", None),
    ("/health", None),
    ("/openapi.json", None),
    ("/docs", None),
    ("/docs/start.js", None),
    ("/docs/swagger-ui-bundle.min.js", None),
]


@pytest.mark.parametrize(("path", "body"), CALLS)
def test_every_call_is_answered(world: World, path: str, body: Any) -> None:
    status, answer = ask(world, path, body)
    assert status == 200, answer
    assert answer


def test_answers_say_what_they_should(world: World) -> None:
    assert ask(world, "/users?prefix=An")[1] == {"usernames": ["ann"]}
    recommended = ask(world, "/users/ann/recommendations?limit=1&explain=true")[1]["beers"][0]
    # Beers 2 and 4 are next to beer 3 by their numbers.
    assert recommended["beer_id"] in ("b02", "b04")
    assert recommended["explanation"]["nearest"][0]["beer_id"] == "b03"
    assert ask(world, "/beers/b01/similar")[1]["beers"][0]["beer_id"] in ("b00", "b02")
    assert [beer["line"] for beer in ask(world, "/menu", {"menu": "Beer 7 by Alder\nwine"})[1]["beers"]] == [1]
    health = ask(world, "/health")[1]
    assert (health["status"], len(health["endpoints"])) == ("ok", 2)
    assert health["newest_data_age_seconds"] < 600


def test_a_review_counts_at_once_and_is_in_the_histories_once_when_ingest_has_it(world: World) -> None:
    assert ask(world, "/users/zoe%20%26%20co/recommendations")[1]["basis"] == "most loved"
    status, given = ask(world, "/users/zoe%20%26%20co/reviews", {"beer_id": "b10", "score": 4.5})
    assert (status, given["total"]) == (201, 1)
    after = ask(world, "/users/zoe%20%26%20co/recommendations?limit=2")[1]
    assert (after["basis"], {beer["beer_id"] for beer in after["beers"]}) == ("personal", {"b09", "b11"})
    assert ask(world, "/users?prefix=zoe")[1] == {"usernames": ["zoe & co"]}

    def items() -> dict[str, Any]:
        found = world.cloud.client("dynamodb").query(
            TableName=world.cloud.outputs["HistoriesTable"],
            KeyConditionExpression="username = :username",
            ExpressionAttributeValues={":username": {"S": "zoe & co"}},
        )
        return {item["part"]["S"]: item["reviews"]["M"] for item in found["Items"]}

    eventually(lambda: "rating#b10" not in items(), 60)
    ((part, written),) = items().items()
    assert written == {"b10": {"N": "4.5"}}
    world.quiet()
    (receipt,) = (json.loads(content) for name, content in world.objects("receipts/api/").items())
    assert (receipt["part"], receipt["accepted"], receipt["refused"]) == (part, 1, 0)
    reviews = ask(world, "/users/zoe%20%26%20co/reviews")[1]
    assert [(one["beer_id"], one["score"]) for one in reviews["reviews"]] == [("b10", 4.5)]


@pytest.fixture(scope="module")
def described(world: World) -> Any:
    schema = schemathesis.openapi.from_url(f"{world.cloud.outputs['ApiUrl']}/openapi.json")
    schema.config.update(base_url=world.cloud.outputs["ApiUrl"])
    return schema


OPERATIONS = [(path, method) for path, methods in openapi.document(handler.app)["paths"].items() for method in methods]


# Hypothesis takes the threads of the laptop cloud, which use `random` meanwhile, for the strategy.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_nothing_that_schemathesis_sends_is_a_fault_or_answered_off_the_schema(
    described: Any, path: str, method: str
) -> None:
    operation = described[path][method]

    @settings(max_examples=40 if ALL else 10, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode]))
    def holds(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)

    holds()
