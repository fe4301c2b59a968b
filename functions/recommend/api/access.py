"""Who may call what: one table, a rule for every route, and whose name a request may hold.

API Gateway says who calls, where the template puts an authorizer before a route; nothing that a client sends counts
here by itself. So what no authorizer has vouched for is anonymous. A route without a rule is for operators alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from recommend.api import paths
from recommend.errors import Forbidden, Unauthorized
from taproom import drops
from taproom.names import OPERATE, Access


class Rule(Enum):
    """Who may call a route. Under every rule, a username in path, query or body has to be the caller's own."""

    ANYBODY = "anybody"
    USER = "whoever has signed in"
    OPERATOR = "operators alone"


RULES: dict[str, Rule] = {
    "GET /users/<username>/recommendations": Rule.USER,
    "POST /users/<username>/recommendations": Rule.USER,
    "POST /users/<username>/menu": Rule.USER,
    "GET /users/<username>/trending": Rule.USER,
    "GET /users/<username>/taste": Rule.USER,
    "GET /users/<username>/reviews": Rule.USER,
    "POST /users/<username>/reviews": Rule.USER,
    "DELETE /users/<username>/reviews/<beer_id>": Rule.USER,
    "DELETE /users/<username>": Rule.USER,
    "GET /users": Rule.OPERATOR,
    "POST /recommendations": Rule.ANYBODY,
    "POST /menu": Rule.ANYBODY,
    "POST /taste": Rule.ANYBODY,
    # Nobody guesses the id of an answer: who has it was answered.
    "POST /events": Rule.ANYBODY,
    "GET /trending": Rule.ANYBODY,
    "GET /beers": Rule.ANYBODY,
    "GET /beers/<beer_id>/similar": Rule.ANYBODY,
    "GET /beers/<beer_id>": Rule.ANYBODY,
    "GET /styles": Rule.ANYBODY,
    "GET /breweries": Rule.ANYBODY,
    "GET /release": Rule.ANYBODY,
    "GET /releases": Rule.ANYBODY,
    "GET /report": Rule.ANYBODY,
    "GET /experiment": Rule.ANYBODY,
    "GET /online-quality": Rule.ANYBODY,
    "GET /drift": Rule.ANYBODY,
    "GET /health": Rule.ANYBODY,
    "GET /sign-in": Rule.ANYBODY,
    "GET /": Rule.ANYBODY,
    "GET /page/<file_name>": Rule.ANYBODY,
    "GET /openapi.json": Rule.ANYBODY,
    "GET /docs": Rule.ANYBODY,
    "GET /docs/<file_name>": Rule.ANYBODY,
}
_PATTERNS = {
    f"{method} {rule}": re.compile(f"{method} " + re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", rule))
    for rule, methods in paths.METHODS.items()
    for method in methods
}


@dataclass(frozen=True)
class Caller:
    """Who calls: `username` is None for who has not signed in, and for a service."""

    username: str | None = None
    is_operator: bool = False

    @property
    def is_anonymous(self) -> bool:
        return self.username is None and not self.is_operator


def caller(event: dict[str, Any], kind: Access, username_claim: str) -> Caller:
    """Who has sent the HTTP API's `event`, as its authorizer says."""
    if kind is Access.OPEN:
        return Caller(is_operator=True)
    authorizer = event["requestContext"].get("authorizer") or {}
    if kind is Access.IAM:
        # Which services may call, policies of IAM say.
        return Caller(is_operator="iam" in authorizer)
    claims = authorizer.get("jwt", {}).get("claims", {})
    granted = {word for name in ("scope", "scp", "cognito:groups", "groups") for word in _words(claims.get(name, ""))}
    return Caller(claims.get(username_claim), OPERATE in granted)


def check(event: dict[str, Any], who: Caller) -> None:
    """Let a routable `event` pass.

    Raises
    ------
    Unauthorized
        Where somebody has to sign in first.
    Forbidden
        Where somebody else may call, but not `who`.
    """
    request = f"{event['requestContext']['http']['method']} {paths.split(event)[1]}"
    matches = ((route, pattern.fullmatch(request)) for route, pattern in _PATTERNS.items())
    route, values = next(((route, found.groupdict()) for route, found in matches if found), ("", {}))
    # What is no route is a 404 for everybody.
    if not route or who.is_operator:
        return
    rule = RULES.get(route, Rule.OPERATOR)
    named = [*_named(event), *(paths.decoded(value) for name, value in values.items() if name == "username")]
    if who.is_anonymous and (named or rule is not Rule.ANYBODY):
        raise Unauthorized
    if rule is Rule.OPERATOR:
        raise Forbidden(f"Only operators ({OPERATE}) may ask this.")
    for name in named:
        if not _is(name, who.username):
            raise Forbidden(f"You are {who.username!r}, and {name[:60]!r} is somebody else: ask as yourself.")


def _named(event: dict[str, Any]) -> Iterator[str]:
    """The usernames in query and body; a query's that is given twice comes joined by a comma."""
    in_query = (event.get("queryStringParameters") or {}).get("username")
    if in_query:
        yield from in_query.split(",")
    # What stands in the body of a GET nobody reads; any other was found to be an object.
    if event["requestContext"]["http"]["method"] != "GET" and event.get("body"):
        in_body = json.loads(event["body"]).get("username")
        if isinstance(in_body, str):
            yield in_body


def _is(name: str, username: str | None) -> bool:
    """Whether `name` is how this user is written."""
    return drops.normalized(name) == username


def _words(claim: str) -> list[str]:
    """API Gateway passes a list as `[a b]`, and scopes are words in one text."""
    return claim.strip("[]").split()
