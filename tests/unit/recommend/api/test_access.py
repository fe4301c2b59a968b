"""Who may call what: every route by every caller."""

from __future__ import annotations

import json
from typing import Any

import pytest

from recommend import handler
from recommend.api import paths
from recommend.api.access import RULES, Rule
from tests.unit.recommend.calls import answer, respond
from tests.unit.recommend.cloud import OLD, Cloud, get, post

Event = dict[str, Any]
ANN = {"username": "ann", "scope": "openid", "token_use": "access"}
BOB = {"username": "bob", "scope": "openid", "token_use": "access"}
SERVICE = {"client_id": "operator", "scope": "taproom/operate"}
MENU = {"menu": "Stout by Birch"}
REVIEW = {"beer_id": "1", "score": 4}

# Of each route a request that is about ann, where it is about somebody: the answers to who has not signed in, to bob,
# to ann herself, and to an operator.
OPEN_TO_ALL = (200, 200, 200, 200)
OWN = (401, 403, 200, 200)
TABLE: dict[str, tuple[Event, tuple[int, int, int, int]]] = {
    "GET /users/<username>/recommendations": (get("/users/ann/recommendations"), OWN),
    "POST /users/<username>/recommendations": (post("/users/ann/recommendations", {}), OWN),
    "POST /users/<username>/menu": (post("/users/ann/menu", MENU), OWN),
    "GET /users/<username>/trending": (get("/users/ann/trending"), OWN),
    "GET /users/<username>/taste": (get("/users/ann/taste"), OWN),
    "GET /users/<username>/reviews": (get("/users/ann/reviews"), OWN),
    "POST /users/<username>/reviews": (post("/users/ann/reviews", REVIEW), (401, 403, 201, 201)),
    "GET /users": (get("/users?prefix=a"), (401, 403, 403, 200)),
    "POST /recommendations": (post("/recommendations", {"ratings": {"1": 4}}), OPEN_TO_ALL),
    "POST /menu": (post("/menu", MENU), OPEN_TO_ALL),
    "POST /taste": (post("/taste", {"ratings": {"1": 4}}), OPEN_TO_ALL),
    "POST /events": (post("/events", {"recommendation_id": "0" * 32, "beer_id": "1", "event": "seen"}), (204,) * 4),
    "GET /trending": (get("/trending"), OPEN_TO_ALL),
    "GET /beers": (get("/beers"), OPEN_TO_ALL),
    "GET /beers/<beer_id>/similar": (get("/beers/1/similar"), OPEN_TO_ALL),
    "GET /beers/<beer_id>": (get("/beers/1"), OPEN_TO_ALL),
    "GET /styles": (get("/styles"), OPEN_TO_ALL),
    "GET /breweries": (get("/breweries"), OPEN_TO_ALL),
    # Nothing was released here by the loop: the answer is a 404, to everybody.
    "GET /release": (get("/release"), (404, 404, 404, 404)),
    "GET /releases": (get("/releases"), OPEN_TO_ALL),
    "GET /report": (get("/report"), (404, 404, 404, 404)),
    "GET /experiment": (get("/experiment"), OPEN_TO_ALL),
    "GET /online-quality": (get("/online-quality"), (200, 200, 200, 200)),
    "GET /drift": (get("/drift"), (200, 200, 200, 200)),
    "GET /health": (get("/health"), OPEN_TO_ALL),
    "GET /sign-in": (get("/sign-in"), OPEN_TO_ALL),
    "GET /": (get("/"), OPEN_TO_ALL),
    "GET /page/<file_name>": (get("/page/app.mjs"), OPEN_TO_ALL),
    "GET /openapi.json": (get("/openapi.json"), OPEN_TO_ALL),
    "GET /docs": (get("/docs"), OPEN_TO_ALL),
    "GET /docs/<file_name>": (get("/docs/start.js"), OPEN_TO_ALL),
    # Those that delete come last.
    "DELETE /users/<username>/reviews/<beer_id>": (get("/users/ann/reviews/0", "DELETE"), (401, 403, 204, 204)),
    "DELETE /users/<username>": (get("/users/ann", "DELETE"), (401, 403, 202, 202)),
}
# The same for requests that name ann beside the path.
NAMING: list[tuple[Event, tuple[int, int, int, int]]] = [
    (get("/trending?username=ann"), OWN),
    (get("/trending?username=bob&username=ann"), (401, 403, 403, 400)),
    (post("/recommendations", {"username": "ann"}), OWN),
    (post("/recommendations", {"username": " ann "}), OWN),
    (post("/menu", MENU | {"username": "ann"}), OWN),
    (get("/users/ann/trending?username=bob"), (401, 403, 403, 200)),
    (get("/users/ann/reviews", "HEAD"), OWN),
    # Ann is another than ann.
    (get("/users/Ann/recommendations"), (401, 403, 403, 200)),
    (get("/users/%2561nn/reviews"), OWN),
]


@pytest.fixture(autouse=True)
def _cognito(monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> None:
    """A stack with a user pool, and a release in service."""
    monkeypatch.setenv("ACCESS", "cognito")
    for archive in ("retrieval", "ranking"):
        cloud.deploy(OLD, archive)


def called_by(event: Event, claims: Event | None) -> Event:
    """The event as API Gateway passes it, which has verified a token with these claims."""
    if claims is None:
        return event
    authorizer = {"jwt": {"claims": claims, "scopes": []}}
    return event | {"requestContext": event["requestContext"] | {"authorizer": authorizer}}


def statuses(event: Event) -> tuple[int, ...]:
    return tuple(respond(called_by(event, claims))["statusCode"] for claims in (None, BOB, ANN, SERVICE))


def test_every_route_has_a_rule_and_a_row() -> None:
    routed = {f"{route.method} {route.path}" for route in (*handler.app._static_routes, *handler.app._dynamic_routes)}
    listed = {f"{method} {path}" for path, methods in paths.METHODS.items() for method in methods}
    assert routed == listed
    assert RULES.keys() == listed
    assert TABLE.keys() == listed
    # Those about a user; the answers above would not show it, since a name in a path is looked at under every rule.
    assert {route for route, rule in RULES.items() if rule is Rule.USER} == {
        route for route in listed if "<username>" in route
    }


@pytest.mark.parametrize("route", TABLE)
def test_a_route_answers_each_caller_by_its_rule(route: str) -> None:
    event, expected = TABLE[route]
    assert statuses(event) == expected


@pytest.mark.parametrize(
    ("event", "expected"), NAMING, ids=lambda value: value.get("rawPath", "") if isinstance(value, dict) else ""
)
def test_whoever_names_a_user_has_to_be_that_user(event: Event, expected: tuple[int, int, int, int]) -> None:
    assert statuses(event) == expected


def test_a_route_without_a_rule_is_for_operators_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(RULES, "GET /beers")
    assert statuses(get("/beers")) == (401, 403, 403, 200)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nothing", 404), ("/users/", 404), ("/users/ann", 405), ("/users//reviews", 405), ("/users/ann/nothing", 405)],
)
def test_what_is_no_route_tells_nobody_anything(path: str, status: int) -> None:
    assert statuses(get(path)) == (status,) * 4


def test_a_stage_with_a_name_lets_nobody_past() -> None:
    event = get("/users/ann/reviews")
    event["requestContext"]["stage"] = "test"
    event["rawPath"] = "/test/users/ann/reviews"
    assert respond(event)["statusCode"] == 401


def test_what_a_client_sends_is_no_proof() -> None:
    event = get("/users/ann/reviews", authorization="Bearer e30.eyJ1c2VybmFtZSI6ImFubiJ9.")
    assert respond(event)["statusCode"] == 401


def test_a_refusal_says_what_to_do() -> None:
    response = respond(get("/users/ann/reviews"))
    assert response["headers"]["www-authenticate"] == "Bearer"
    assert "sign in" in json.loads(response["body"])["message"]
    _, body = answer(called_by(get("/users/ann/reviews"), BOB))
    assert body["message"] == "You are 'bob', and 'ann' is somebody else: ask as yourself."


@pytest.mark.parametrize(
    "claims",
    [
        {"scope": "openid taproom/operate"},
        {"cognito:groups": "[taproom/operate]", "username": "eve"},
        {"groups": "[staff taproom/operate]", "username": "eve"},
        {"scp": "[taproom/operate]"},
    ],
)
def test_a_scope_or_a_group_makes_an_operator(claims: Event) -> None:
    assert respond(called_by(get("/users/ann/reviews"), claims))["statusCode"] == 200


@pytest.mark.parametrize("claims", [{"scope": "taproom/operates"}, {"username": "taproom/operate"}, {"sub": "ann"}])
def test_nothing_else_does(claims: Event) -> None:
    assert respond(called_by(get("/users?prefix=a"), claims))["statusCode"] in (401, 403)


def test_an_issuer_of_ones_own_may_keep_the_username_in_another_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS", "oidc")
    monkeypatch.setenv("USERNAME_CLAIM", "sub")
    event = get("/users/ann/reviews")
    assert respond(called_by(event, {"sub": "ann"}))["statusCode"] == 200
    assert respond(called_by(event, {"sub": "7", "username": "ann"}))["statusCode"] == 403


def test_a_service_that_iam_lets_in_may_act_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS", "iam")
    event = get("/users/ann/reviews")
    signed = event | {"requestContext": event["requestContext"] | {"authorizer": {"iam": {"userId": "AIDA"}}}}
    assert respond(signed)["statusCode"] == 200
    assert respond(event)["statusCode"] == 401
    assert respond(called_by(event, SERVICE))["statusCode"] == 401
    assert respond(get("/beers"))["statusCode"] == 200


def test_in_an_open_stack_anybody_is_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS", "open")
    for event, (*_, operator) in TABLE.values():
        assert respond(event)["statusCode"] == operator


def test_a_body_under_a_users_address_names_nobody() -> None:
    status, body = answer(called_by(post("/users/ann/menu", MENU | {"username": "ann"}), ANN))
    assert status == 400
    assert body["faults"][0] == {"field": "username", "got": "'ann'", "takes": "left out: the address names the user"}


def test_a_name_that_is_no_text_is_nobodys() -> None:
    event = called_by(post("/recommendations", '{"username": "\\ud800"}'), ANN)
    assert respond(event)["statusCode"] == 403


@pytest.mark.parametrize("body", ["not JSON", "[]", '{"username": "bob"}'])
def test_what_stands_in_the_body_of_a_get_counts_for_nothing(body: str) -> None:
    assert respond(called_by(get("/users/ann/reviews", body=body), ANN))["statusCode"] == 200


def test_a_browser_may_ask_whether_it_may_ask() -> None:
    assert respond(get("/users/ann/reviews", "OPTIONS"))["statusCode"] == 204


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"ACCESS": "open"}, {"access": "open"}),
        (
            {"ACCESS": "cognito", "SIGN_IN_URL": "https://pool.example", "CLIENT_ID": "page"},
            {
                "access": "cognito",
                "client_id": "page",
                "username_claim": "username",
                "authorize": "https://pool.example/oauth2/authorize",
                "token": "https://pool.example/oauth2/token",
                "sign_out": "https://pool.example/logout",
            },
        ),
        (
            {"ACCESS": "oidc", "SIGN_IN_URL": "https://id.example/me", "CLIENT_ID": "p", "USERNAME_CLAIM": "sub"},
            {"access": "oidc", "client_id": "p", "username_claim": "sub", "issuer": "https://id.example/me"},
        ),
        ({"ACCESS": "oidc", "SIGN_IN_URL": "https://id.example"}, {"access": "oidc"}),
    ],
)
def test_the_page_learns_how_to_sign_in(monkeypatch: pytest.MonkeyPatch, settings: Event, said: Event) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    status, body = answer(get("/sign-in"))
    assert status == 200
    assert {name: value for name, value in body.items() if value is not None} == said


def test_the_page_may_fetch_tokens_where_users_sign_in_and_nothing_else_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def policy() -> list[str]:
        directives: str = respond(get("/"))["headers"]["content-security-policy"]
        return [one for one in directives.split("; ") if one.startswith(("default-src", "connect-src", "img-src"))]

    pictures = "img-src 'self' data:"
    assert policy() == ["default-src 'self'", pictures]
    monkeypatch.setenv("SIGN_IN_URL", "https://pool.example")
    monkeypatch.setenv("CLIENT_ID", "page")
    assert policy() == ["default-src 'self'", "connect-src 'self' https://pool.example", pictures]
    monkeypatch.setenv("IMAGE_ORIGIN", "https://images.example")
    assert policy()[2] == f"{pictures} https://images.example"
    assert answer(get("/sign-in"))[1]["image_origin"] == "https://images.example"
