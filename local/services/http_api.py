"""An HTTP API's routes and its payload format 2.0: between a client's request and a function's event.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.http_server import Request, Response

TEXTUAL = re.compile(r"text/.*|application/(json|javascript|xml|.*\+json|.*\+xml)")


@dataclass(frozen=True)
class Route:
    """A route key such as `GET /users/{username}`, the function behind it, and what is asked of who calls."""

    key: str
    function_arn: str
    authorization: str = "NONE"
    authorizer_id: str | None = None
    scopes: tuple[str, ...] = ()

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The path parameters, decoded, if the route takes the request; None if it does not.

        `path` is as it came, so that an encoded slash belongs to its parameter.
        """
        if self.key == "$default":
            return {}
        wanted_method, _, wanted_path = self.key.partition(" ")
        found = re.fullmatch(_pattern(wanted_path), path) if wanted_method in (method, "ANY") else None
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None

    @property
    def specificity(self) -> tuple[int, int, int, int]:
        """The larger it is, the earlier the route is tried: exact ones, then parameters, `{proxy+}`, `$default`.

        Of two with the same path, one that names a method comes before ANY.
        """
        method, _, path = self.key.partition(" ")
        return (0 if self.key == "$default" else 1, -path.count("+}"), -path.count("{"), 0 if method == "ANY" else 1)


def match_route(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route that API Gateway would take, with its path parameters."""
    for route in sorted(routes, key=lambda route: route.specificity, reverse=True):
        parameters = route.match(method, path)
        if parameters is not None:
            return route, parameters
    return None


def to_event(
    request: Request, route: Route, parameters: Mapping[str, str], account: str, api_id: str
) -> dict[str, Any]:
    """The event that the function gets.

    Headers have lower-case names, repeated ones are joined by commas; so are repeated query
    parameters. `rawPath` is decoded: HTTP APIs differ from REST APIs in this.
    """
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in request.headers:
        if name.lower() == "cookie":
            cookies += [cookie.strip() for cookie in value.split(";")]
        else:
            earlier = headers.get(name.lower())
            headers[name.lower()] = f"{earlier},{value}" if earlier is not None else value
    query: dict[str, str] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    now = datetime.now(UTC)
    path = unquote(request.path)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": account,
            "apiId": api_id,
            "domainName": headers.get("host", ""),
            "domainPrefix": api_id,
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": uuid.uuid4().hex,
            "routeKey": route.key,
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if query:
        event["queryStringParameters"] = query
    if parameters:
        event["pathParameters"] = dict(parameters)
    if request.body:
        text = _utf8(request.body) if TEXTUAL.match(headers.get("content-type", "")) else None
        event["isBase64Encoded"] = text is None
        event["body"] = base64.b64encode(request.body).decode() if text is None else text
    return event


def to_response(answer: Any) -> Response:
    """What the client gets for a function's answer; an answer without `statusCode` is a JSON body."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = answer if isinstance(answer, str) else json.dumps(answer)
        return Response(200, (("Content-Type", "application/json"),), body.encode())
    headers = [(name, _text(value)) for name, value in (answer.get("headers") or {}).items()]
    if "content-type" not in {name.lower() for name, _ in headers}:
        headers.append(("Content-Type", "text/plain;charset=UTF-8"))
    headers += [("Set-Cookie", cookie) for cookie in answer.get("cookies") or []]
    body = answer.get("body") or ""
    return Response(
        int(answer["statusCode"]),
        tuple(headers),
        base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode(),
    )


def _pattern(path: str) -> str:
    """A regular expression for a route's path: `{name}` is one segment, `{name+}` is all the rest."""
    parts = re.split(r"\{(\w+)(\+?)\}", path)
    pattern = re.escape(parts[0])
    for name, greedy, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        pattern += f"(?P<{name}>{'.+' if greedy else '[^/]+'})" + re.escape(text)
    return pattern


def _utf8(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
