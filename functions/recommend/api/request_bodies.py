"""Bodies as they come in: of a size that makes sense, and JSON objects."""

from __future__ import annotations

import base64
import binascii
import json
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
    try:
        raw = base64.b64decode(given, validate=True) if event.get("isBase64Encoded") else given.encode()
        if len(raw) > MAX_BYTES:
            raise BodyTooLarge(len(raw), MAX_BYTES)
        parsed = json.loads(raw.decode())
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadRequest(Fault("body", repr(given[:60]), "a JSON object in UTF-8")) from error
    if not isinstance(parsed, dict):
        raise BadRequest(Fault("body", repr(given[:60]), "a JSON object"))
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    headers["content-type"] = "application/json"
    return {**event, "headers": headers, "body": raw.decode(), "isBase64Encoded": False}
