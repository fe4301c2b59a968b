"""Bodies as they come in: of a size that makes sense, and JSON objects; a photo of a menu becomes one."""

from __future__ import annotations

import base64
import binascii
import json
from json import JSONDecodeError
from typing import Any

from recommend.api import paths
from recommend.errors import BadRequest, BodyTooLarge, Fault
from recommend.menu import photo

MAX_BYTES = 64 * 1024
# A photo in base64, and the same as for other bodies beside it.
MAX_MENU_BYTES = photo.MAX_BYTES * 4 // 3 + MAX_BYTES


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
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    is_menu = paths.split(event)[1].endswith("/menu")
    if is_menu and headers.get("content-type", "").lower().startswith("image/"):
        given = _with_photo(event, given)
        event = {**event, "isBase64Encoded": False}
    most = MAX_MENU_BYTES if is_menu else MAX_BYTES
    raw = given.encode(errors="surrogatepass")
    try:
        if event.get("isBase64Encoded"):
            raw = base64.b64decode(given, validate=True)
        if len(raw) > most:
            raise BodyTooLarge(len(raw), most)
        parsed = json.loads(raw.decode())
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadRequest(Fault("body", _quoted(raw), f"a JSON object in UTF-8{_where(error)}")) from error
    if not isinstance(parsed, dict):
        raise BadRequest(Fault("body", _quoted(raw), "a JSON object"))
    headers["content-type"] = "application/json"
    return {**event, "headers": headers, "body": raw.decode(), "isBase64Encoded": False}


def _with_photo(event: dict[str, Any], given: str) -> str:
    """The JSON body that asks the same as a photo with a query does."""
    if not event.get("isBase64Encoded"):
        given = base64.b64encode(given.encode(errors="surrogatepass")).decode()
    if len(given) * 3 // 4 > photo.MAX_BYTES + 2:
        raise BodyTooLarge(len(given) * 3 // 4, photo.MAX_BYTES, photo.CURE)
    query = event.get("queryStringParameters") or {}
    # The answer's log is asked for in the query of any menu; all else that a menu's body may have stands there, too.
    return json.dumps({name: value for name, value in query.items() if name != "log"} | {"photo": given})


def _quoted(raw: bytes) -> str:
    """The beginning of a body as it was sent: API Gateway hands those over in base64 that it takes for binary."""
    return repr(raw[:60].decode(errors="replace"))


def _where(error: Exception) -> str:
    """At which place of the body, where the parser tells it."""
    if isinstance(error, JSONDecodeError) and error.pos:
        return f" (line {error.lineno}, column {error.colno}: {error.msg})"
    return ""
