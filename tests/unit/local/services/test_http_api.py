"""Requests become the events, and answers the responses, that API Gateway would make of them."""

from __future__ import annotations

from typing import Any

import pytest

from local.http_server import Request, Response
from local.services.http_api import Route, match_route, to_event, to_response

ROUTES = [
    Route("$default", "default"),
    Route("ANY /{proxy+}", "greedy"),
    Route("GET /users/{username}/recommendations", "one"),
    Route("GET /users/me/recommendations", "exact"),
    Route("POST /users/{username}/recommendations", "posted"),
]


def request(target: str, method: str = "GET", headers: tuple[tuple[str, str], ...] = (), body: bytes = b"") -> Request:
    return Request(method, target, headers, body, "127.0.0.1")


def event(asked: Request, route: Route | None = None, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    return to_event(asked, route or ROUTES[0], parameters or {}, "123456789012", "api")


def chosen(method: str, path: str, routes: list[Route] = ROUTES) -> tuple[str, dict[str, str]] | None:
    found = match_route(routes, method, path)
    return (found[0].function_arn, found[1]) if found else None


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/users/me/recommendations", ("exact", {})),
        ("GET", "/users/you/recommendations", ("one", {"username": "you"})),
        ("POST", "/users/me/recommendations", ("posted", {"username": "me"})),
        ("DELETE", "/users/me/recommendations", ("greedy", {"proxy": "users/me/recommendations"})),
        ("GET", "/users//recommendations", ("greedy", {"proxy": "users//recommendations"})),
        ("GET", "/", ("default", {})),
    ],
)
def test_the_most_specific_route_takes_a_request(method: str, path: str, expected: tuple[str, dict[str, str]]) -> None:
    assert chosen(method, path) == expected


def test_a_route_for_a_method_comes_before_one_for_any() -> None:
    routes = [Route("ANY /users/{proxy+}", "any"), Route("OPTIONS /users/{proxy+}", "preflight")]

    assert chosen("OPTIONS", "/users/ann", routes) == ("preflight", {"proxy": "ann"})
    assert chosen("GET", "/users/ann", routes) == ("any", {"proxy": "ann"})


def test_no_route_takes_a_request_for_a_method_or_path_that_is_not_there() -> None:
    routes = [Route("GET /beers/{beer}", "one")]

    assert chosen("POST", "/beers/1", routes) is None
    assert chosen("GET", "/beers/1/", routes) is None
    assert chosen("GET", "/beersX1", routes) is None


def test_path_parameters_are_decoded_after_the_route_is_chosen() -> None:
    routes = [Route("GET /beers/{beer}", "one")]

    assert chosen("GET", "/beers/a%2Fb%20c+%C3%A9", routes) == ("one", {"beer": "a/b c+é"})


def test_the_path_is_decoded_and_the_query_is_as_it_came() -> None:
    made = event(request("/beers/a%20b?q=x%20y&q=z&empty="))

    assert made["rawPath"] == "/beers/a b"
    assert made["requestContext"]["http"]["path"] == "/beers/a b"
    assert made["rawQueryString"] == "q=x%20y&q=z&empty="
    assert made["queryStringParameters"] == {"q": "x y,z", "empty": ""}


def test_header_names_are_lower_case_repeated_ones_joined_and_cookies_apart() -> None:
    made = event(request("/", headers=(("X-Beer", "a"), ("x-beer", "b"), ("Cookie", "one=1; two=2"))))

    assert made["headers"] == {"x-beer": "a,b"}
    assert made["cookies"] == ["one=1", "two=2"]


def test_what_a_request_lacks_its_event_lacks() -> None:
    made = event(request("/"))

    assert made.keys().isdisjoint({"body", "cookies", "queryStringParameters", "pathParameters"})
    assert made["isBase64Encoded"] is False
    assert made["version"] == "2.0"


def test_a_body_of_text_is_text_and_any_other_is_base64() -> None:
    text = event(request("/", "POST", (("Content-Type", "application/json; charset=utf-8"),), b'{"a": 1}'))
    binary = event(request("/", "POST", (("Content-Type", "image/png"),), b"\xff\x00"))

    assert (text["body"], text["isBase64Encoded"]) == ('{"a": 1}', False)
    assert (binary["body"], binary["isBase64Encoded"]) == ("/wA=", True)


def test_an_answer_sets_status_headers_cookies_and_body() -> None:
    answer = {"statusCode": 404, "headers": {"content-type": "text/html", "x": 1}, "cookies": ["a=1"], "body": "no é"}

    assert to_response(answer) == Response(
        404, (("content-type", "text/html"), ("x", "1"), ("Set-Cookie", "a=1")), "no é".encode()
    )


def test_a_base64_body_is_decoded() -> None:
    answer = {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": "/wA=", "isBase64Encoded": True}

    assert to_response(answer).body == b"\xff\x00"


@pytest.mark.parametrize(("answer", "body"), [({"a": 1}, b'{"a": 1}'), ("hello", b"hello"), ([1], b"[1]")])
def test_an_answer_without_a_status_is_a_json_body(answer: Any, body: bytes) -> None:
    assert to_response(answer) == Response(200, (("Content-Type", "application/json"),), body)
