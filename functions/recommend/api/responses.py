"""Responses as they go out: with the headers that all have, compressed where the client takes it."""

from __future__ import annotations

import base64
import gzip
import re
from typing import Any

_JSON_POLICY = "default-src 'none'; frame-ancestors 'none'"
# A report is one file with its styles and drawings in it; it runs nothing.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
_DEFAULTS = {"content-security-policy": _JSON_POLICY, "cache-control": "no-store"}
# Of a coding in Accept-Encoding: nothing, or q=0 to q=1.
_QUALITY = re.compile(r"(?:q ?= ?(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?")
# Below about a packet, compressing gains nothing.
_MIN_COMPRESSED = 1400


def page_policy(token_origin: str | None, image_origin: str | None = None) -> str:
    """What pages may load: their own files, tokens from `token_origin` if they sign in there, pictures of beers."""
    connect = f"connect-src 'self' {token_origin}; " if token_origin else ""
    images = f" {image_origin}" if image_origin else ""
    # `data:` is for the pictures within a style sheet.
    return (
        f"default-src 'self'; {connect}img-src 'self' data:{images}; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def finalize(event: dict[str, Any], response: dict[str, Any], request_id: str) -> dict[str, Any]:
    """`response` to `event`, both in payload format 2.0, with its headers and compressed where that helps."""
    headers = {name: value for name, value in _DEFAULTS.items() if name not in response["headers"]}
    headers |= response["headers"] | _ALWAYS | {"x-request-id": request_id}
    response = {**response, "headers": headers}
    is_compressible = not response.get("isBase64Encoded") and len(response.get("body") or "") >= _MIN_COMPRESSED
    if is_compressible:
        headers["vary"] = "accept-encoding"
    if event["requestContext"]["http"]["method"] == "HEAD":
        return response | {"body": "", "isBase64Encoded": False}
    if is_compressible and accepts_gzip((event.get("headers") or {}).get("accept-encoding", "")):
        return _compressed(response)
    return response


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a client that sends this header takes gzip: named, or as any coding (`*`), at a quality above 0."""
    quality: dict[str, float] = {}
    for offered in accept_encoding.lower().split(","):
        coding, _, parameter = offered.partition(";")
        found = _QUALITY.fullmatch(parameter.strip())
        quality[coding.strip()] = float(found[1] or 1) if found else 0.0
    return quality.get("gzip", quality.get("x-gzip", quality.get("*", 0.0))) > 0


def _compressed(response: dict[str, Any]) -> dict[str, Any]:
    compressed = gzip.compress(response["body"].encode(), compresslevel=6, mtime=0)
    headers = response["headers"] | {"content-encoding": "gzip"}
    return response | {"headers": headers, "body": base64.b64encode(compressed).decode(), "isBase64Encoded": True}
