"""Usernames in URLs, which may hold anything: spaces, slashes, percent signs, any script.

API Gateway decodes a path once before it looks for a route, and Powertools' routes match few
characters beyond letters. So a slash in a username has to be encoded twice (`a%252Fb`) to get through,
and what arrives is encoded again before it is routed.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

from recommend.failures import BadRequest

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# The longest partition key that DynamoDB takes.
_LONGEST_USERNAME = 2048


def routable(event: dict[str, Any]) -> dict[str, Any]:
    """The HTTP API `event` with a path that is made of its route and its encoded path parameters."""
    route = event.get("routeKey", "").partition(" ")[2]
    given = event.get("pathParameters") or {}
    placeholders = _PLACEHOLDER.findall(route)
    if not placeholders or not given.keys() >= set(placeholders):
        return event
    stage = event["requestContext"].get("stage", "$default")
    prefix = "" if stage == "$default" else f"/{stage}"
    path = _PLACEHOLDER.sub(lambda found: quote(given[found[1]], safe="", errors="replace"), route)
    return {**event, "rawPath": prefix + path}


def username_of(segment: str) -> str:
    """The username in a `segment` of a path from `routable`, encoded once or twice by whoever asked.

    Raises
    ------
    BadRequest
        For one that no user can have.
    """
    username = unquote(unquote(segment)).strip()
    if not 1 <= len(username.encode()) <= _LONGEST_USERNAME:
        raise BadRequest(
            f"username: got {username[:60]!r} ({len(username.encode())} bytes), "
            f"but it takes 1 to {_LONGEST_USERNAME} bytes."
        )
    return username
