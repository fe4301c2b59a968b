"""Requests as people and programs send them, right and wrong."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from tests.unit.recommend.calls import answer, good, recommended, respond
from tests.unit.recommend.cloud import Cloud, encoded, get, post, request

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("0", "greater than or equal to 1"),
        ("-3", "greater than or equal to 1"),
        ("101", "less than or equal to 100"),
        ("ten", "a valid integer"),
        ("1.5", "a valid integer"),
        ("", "a valid integer"),
        ("5,6", "a valid integer"),
    ],
)
def test_a_wrong_limit_is_a_400_that_names_it_what_it_got_and_what_it_takes(given: str, expected: str) -> None:
    status, body = answer(request("ann", f"limit={given}"))
    assert status == 400
    assert body == {
        "code": "bad_request",
        "message": f"limit: got {given!r}, but it must be {expected}.",
        "faults": [{"field": "limit", "got": repr(given), "takes": expected}],
    }


@pytest.mark.parametrize(
    ("segment", "fault"),
    [
        ("%20", "is missing"),
        ("%2520", "is missing"),
        ("x" * 257, "is longer than 256 bytes"),
        (encoded("ü" * 129), "is longer than 256 bytes"),
        ("a%00b", "holds control or invisible characters"),
        ("a%0Ab", "holds control or invisible characters"),
        ("ann%E2%80%8B", "holds control or invisible characters"),
        ("%E2%80%AEnna", "holds control or invisible characters"),
        ("an%ff", "holds characters that could not be read"),
    ],
)
def test_a_username_that_nobody_can_have_is_a_400_wherever_it_is_given(segment: str, fault: str) -> None:
    name = unquote(unquote(segment))
    for event in (
        request(segment),
        get(f"/users/{segment}/reviews"),
        post(f"/users/{segment}/reviews", {"beer_id": "2", "score": 4}),
        post("/recommendations", {"username": f" {name}"}),
        post("/menu", {"username": f" {name}", "menu": "Stout"}),
        get(f"/trending?username=%20{encoded(name)}"),
    ):
        status, body = answer(event)
        assert (status, body["faults"][0]["field"]) == (400, "username")
        if len(name) < 256 or "/users/" in event["rawPath"]:
            assert body["faults"][0]["takes"] == f"1 to 256 bytes of visible characters in UTF-8: it {fault}"


def test_an_unknown_route_is_a_404() -> None:
    assert answer(get("/wines")) == (404, {"code": "not_found", "message": "There is nothing at this address."})


@pytest.mark.parametrize(
    "event",
    [
        request("ann"),
        request("ann", "limit=0"),
        request("%20"),
        get("/wines"),
        get("/menu"),
    ],
)
def test_every_answer_carries_the_requests_id(event: dict[str, Any]) -> None:
    assert respond(event)["headers"]["x-request-id"] == "JKJaXmPLvHcESHA="


@pytest.mark.parametrize(
    "username",
    [
        "ann",
        "hops and glory",
        "Müller & Söhne",
        "ビール好き",
        "🍺 fan",
        'the "brewer"',
        "100%",
        "a+b@example.com",
        "back\\slash",
        "what?#now",
        "..",
        "<script>alert(1)</script>",
    ],
)
def test_any_username_arrives_encoded_once_or_twice(cloud: Cloud, username: str) -> None:
    twice = encoded(encoded(username))
    assert recommended(twice)["username"] == username
    if "/" not in username:
        assert recommended(encoded(username))["username"] == username
    assert {inputs["username"][0] for _, _, inputs in cloud.asked} == {username}


@pytest.mark.parametrize("username", ["AC/DC", "50%25 off", "a/b/c"])
def test_slashes_and_escapes_within_a_username_arrive_encoded_twice(username: str) -> None:
    assert recommended(encoded(encoded(username)))["username"] == username


def test_an_answer_in_any_script_is_utf_8_json() -> None:
    response = respond(request(encoded("ビール好き")))
    assert response["headers"]["Content-Type"] == "application/json"
    assert json.loads(response["body"])["username"] == "ビール好き"


def what_python_says(body: str) -> str:
    """Its words for what is no JSON differ from version to version."""
    with pytest.raises(json.JSONDecodeError) as wrong:
        json.loads(body)
    return f"(line {wrong.value.lineno}, column {wrong.value.colno}: {wrong.value.msg})."


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"ratings": {"0": 5.5}}, "ratings.0: got 5.5, but it must be less than or equal to 5."),
        ({"ratings": [1]}, "ratings: got [1], but it must be a valid dictionary."),
        ({"rating": {}}, "rating: got {}, but it must be left out: there is no such field."),
        ({"limit": 0}, "limit: got 0, but it must be greater than or equal to 1."),
        ("[1]", "body: got '[1]', but it must be a JSON object."),
        (
            '{"limit": 3,}',
            "body: got '{\"limit\": 3,}', but it must be a JSON object in UTF-8 " + what_python_says('{"limit": 3,}'),
        ),
        ("", "body: got '', but it must be a JSON object in UTF-8."),
    ],
)
def test_a_wrong_body_is_a_400_that_names_the_field(body: Any, message: str) -> None:
    status, told = answer(post("/recommendations", body))
    assert (status, told["message"]) == (400, message)
    assert told["faults"][0]["field"] == message.partition(":")[0]


def test_a_body_is_json_whatever_its_content_type_says() -> None:
    assert good(post("/recommendations", {"limit": 1}, content_type="application/x-www-form-urlencoded"))["beers"]


def test_a_body_that_is_too_large_is_a_413() -> None:
    status, body = answer(post("/recommendations", {"style": "x" * 65536}))
    assert (status, body["message"]) == (
        413,
        "The body has 65,549 bytes, but at most 65,536 are taken: send less at once.",
    )
