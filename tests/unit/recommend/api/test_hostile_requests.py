"""No request is a fault of Taproom's: each is answered, or refused with a reason, and costs a bounded time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommend.api import paths
from tests.unit.recommend.calls import respond, unpacked
from tests.unit.recommend.cloud import OLD, Cloud, get
from tests.unit.recommend.hostile_requests import Hostile, all_requests

CORPUS = list(all_requests())


def check(event: dict[str, Any]) -> int:
    """The status of the answer to `event`, which must not be a fault, and says why where it is a refusal."""
    response = respond(json.loads(json.dumps(event)))
    json.dumps(response).encode()
    status, body = response["statusCode"], unpacked(response)
    assert status < 500, body[:500]
    assert len(body) < 200_000
    if status >= 400:
        told = json.loads(body)
        assert told["message"]
        assert len(told["message"]) < 4000
        assert len(told.get("faults", [])) <= 10
    return int(status)


def test_the_corpus_is_of_at_least_eighty_different_requests() -> None:
    assert len({hostile.what for hostile in CORPUS}) == len(CORPUS) >= 80


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.what)
def test_a_hostile_request_gets_the_right_status_and_a_reason(cloud: Cloud, hostile: Hostile) -> None:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")

    assert check(hostile.event) == hostile.status


_TEXT = st.text(max_size=40)
_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=10,
)
_FIELDS = (
    "ratings",
    "username",
    "candidates",
    "exclude",
    "limit",
    "style",
    "menu",
    "beer_id",
    "score",
    "text",
    "min_abv",
)
_BODY = st.dictionaries(st.sampled_from(_FIELDS) | _TEXT, _JSON, max_size=5).map(json.dumps) | _TEXT
_PARAMETERS = ("search", "limit", "offset", "style", "min_abv", "prefix", "days", "username", "release", "explain")
_QUERY = st.dictionaries(st.sampled_from(_PARAMETERS), _TEXT, max_size=4)
ROUTES = [(rule, method) for rule, methods in paths.METHODS.items() for method in methods]


@pytest.mark.parametrize(("rule", "method"), ROUTES)
def test_no_event_of_any_route_is_a_fault(cloud: Cloud, rule: str, method: str) -> None:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(name=_TEXT, query=_QUERY, body=_BODY, is_binary=st.booleans(), coding=_TEXT)
    def holds(name: str, query: dict[str, str], body: str, is_binary: bool, coding: str) -> None:
        event = get("/", method, body if method == "POST" else None, accept_encoding=coding)
        path = rule.replace("<username>", name).replace("<beer_id>", name).replace("<file_name>", name)
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        check(event | {"queryStringParameters": query, "isBase64Encoded": is_binary})

    holds()
