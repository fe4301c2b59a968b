"""Bodies as they come in: of a size that makes sense, and JSON objects."""

from __future__ import annotations

import base64
import binascii
import json
from json import JSONDecodeError
from typing import Any

from recommend.errors import BadRequest, BodyTooLarge, Fault

MAX_BYTES = 64 * 1024


def read(event: dict[str, Any]) -> dict[str, Any]:
    """The HTTP API's `event` with a body that is a JSON object, whatever its content type says.

    Raises
    ------
    BodyTooLarge, BadRequest
        For any other body of a request that has one.
    """
    method = event["requestContext"]["http"]["method"]
    if method in ("GET", "HEAD"):
        return event
    if method == "DELETE":
        # The address says it all; what else a client sends nobody reads.
        return {**event, "body": None, "isBase64Encoded": False}
    given = event.get("body") or ""
    raw = given.encode(errors="surrogatepass")
    try:
        if event.get("isBase64Encoded"):
            raw = base64.b64decode(given, validate=True)
        if len(raw) > MAX_BYTES:
            raise BodyTooLarge(len(raw), MAX_BYTES)
        parsed = json.loads(raw.decode())
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadRequest(Fault("body", _quoted(raw), f"a JSON object in UTF-8{_where(error)}")) from error
    if not isinstance(parsed, dict):
        raise BadRequest(Fault("body", _quoted(raw), "a JSON object"))
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    headers["content-type"] = "application/json"
    return {**event, "headers": headers, "body": raw.decode(), "isBase64Encoded": False}


def _quoted(raw: bytes) -> str:
    """The beginning of a body as it was sent: API Gateway hands those over in base64 that it takes for binary."""
    return repr(raw[:60].decode(errors="replace"))


def _where(error: Exception) -> str:
    """At which place of the body, where the parser tells it."""
    if isinstance(error, JSONDecodeError) and error.pos:
        return f" (line {error.lineno}, column {error.colno}: {error.msg})"
    return ""
