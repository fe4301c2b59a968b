"""Paths of the API: names in URLs may hold anything: spaces, slashes, percent signs, any script.

API Gateway decodes a path once before the function sees it, and Powertools' routes match few characters beyond letters.
So what stands between the fixed parts of a path is encoded again before it is routed; whoever asks may encode it once
or twice.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

from recommend.errors import BadRequest, Fault, MethodNotAllowed
from taproom import drops

# Every rule with the methods that it takes. Of rules that both match, the first counts.
METHODS: dict[str, tuple[str, ...]] = {
    "/users/<username>/recommendations": ("GET", "POST"),
    "/users/<username>/menu": ("POST",),
    "/users/<username>/trending": ("GET",),
    "/users/<username>/taste": ("GET",),
    "/users/<username>/reviews": ("GET", "POST"),
    "/users/<username>/reviews/<beer_id>": ("DELETE",),
    "/users/<username>": ("DELETE",),
    "/recommendations": ("POST",),
    "/menu": ("POST",),
    "/taste": ("POST",),
    "/events": ("POST",),
    "/trending": ("GET",),
    "/beers": ("GET",),
    "/beers/<beer_id>/similar": ("GET",),
    "/beers/<beer_id>": ("GET",),
    "/styles": ("GET",),
    "/breweries": ("GET",),
    "/users": ("GET",),
    "/release": ("GET",),
    "/releases": ("GET",),
    "/report": ("GET",),
    "/experiment": ("GET",),
    "/online-quality": ("GET",),
    "/drift": ("GET",),
    "/health": ("GET",),
    "/sign-in": ("GET",),
    "/": ("GET",),
    "/page/<file_name>": ("GET",),
    "/openapi.json": ("GET",),
    "/docs": ("GET",),
    "/docs/<file_name>": ("GET",),
}
_PATTERNS = {rule: re.compile(re.sub(r"<(\w+)>", r"(?P<\1>.+)", rule), re.DOTALL) for rule in METHODS}
_PARAMETER = re.compile(r"<(\w+)>")
# What a username has to be; to be filled with what is wrong with it.
USERNAME_RULE = f"1 to {drops.LONGEST_USERNAME} bytes of visible characters in UTF-8: it {{}}"


def routable(event: dict[str, Any]) -> dict[str, Any]:
    """The HTTP API's `event` with a path whose parameters are encoded; a HEAD becomes the GET that it is about.

    Raises
    ------
    MethodNotAllowed
        For an address that takes other methods.
    """
    prefix, path = split(event)
    http = event["requestContext"]["http"]
    method = "GET" if http["method"] == "HEAD" else http["method"]
    for rule, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(path):
            if method not in METHODS[rule]:
                raise MethodNotAllowed(method, METHODS[rule])
            path = _filled(rule, found.groupdict())
            break
    context = {**event["requestContext"], "http": {**http, "method": method}}
    return {**event, "rawPath": prefix + path, "requestContext": context}


def split(event: dict[str, Any]) -> tuple[str, str]:
    """The path of the HTTP API's `event`: the stage's part, and what stands below it."""
    stage = event["requestContext"].get("stage", "$default")
    prefix = "" if stage == "$default" else f"/{stage}"
    return prefix, event["rawPath"].removeprefix(prefix) or "/"


def _filled(rule: str, values: dict[str, str]) -> str:
    return _PARAMETER.sub(lambda name: quote(values[name[1]], safe="", errors="surrogatepass"), rule)


def decoded(segment: str) -> str:
    """What a `segment` of a path from `routable` stands for, encoded once or twice by whoever asked."""
    return unquote(unquote(segment))


def username_of(segment: str) -> str:
    """The username in a `segment` of a path from `routable`, as it is kept.

    Raises
    ------
    BadRequest
        For one that ingest refuses, such as bytes that are no UTF-8.
    """
    name = drops.normalized(decoded(segment))
    if fault := drops.username_fault(name):
        raise BadRequest(Fault("username", repr(name[:60]), USERNAME_RULE.format(fault)))
    return name
