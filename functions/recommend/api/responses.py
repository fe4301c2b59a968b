"""Answers as they go out: with the headers that all have, packed where the client takes it."""

from __future__ import annotations

import base64
import gzip
from typing import Any

_NOTHING = "default-src 'none'; frame-ancestors 'none'"
# What API pages may load: their own files. `data:` is for the pictures within a style sheet.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# A report is one file with its styles and drawings in it; it runs nothing.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
_DEFAULTS = {"content-security-policy": _NOTHING, "cache-control": "no-store"}
# Below about a packet, packing gains nothing.
_WORTH_PACKING = 1400


def finished(event: dict[str, Any], answer: dict[str, Any], request_id: str) -> dict[str, Any]:
    """`answer`, payload format 2.0, made ready to go."""
    headers = {name: value for name, value in _DEFAULTS.items() if name not in answer["headers"]}
    headers |= answer["headers"] | _ALWAYS | {"x-request-id": request_id}
    answer = {**answer, "headers": headers}
    if event["requestContext"]["http"]["method"] == "HEAD":
        return answer | {"body": "", "isBase64Encoded": False}
    if "gzip" in (event.get("headers") or {}).get("accept-encoding", ""):
        return _packed(answer)
    return answer


def _packed(answer: dict[str, Any]) -> dict[str, Any]:
    body = answer.get("body") or ""
    if answer.get("isBase64Encoded") or len(body) < _WORTH_PACKING:
        return answer
    packed = gzip.compress(body.encode(), compresslevel=4, mtime=0)
    headers = answer["headers"] | {"content-encoding": "gzip", "vary": "accept-encoding"}
    return answer | {"headers": headers, "body": base64.b64encode(packed).decode(), "isBase64Encoded": True}
