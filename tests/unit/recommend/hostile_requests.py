"""Requests that mean harm, or were made by a broken client: what each is, its event, and the status that is right."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.unit.recommend.cloud import encoded, get, post, request

RATE = "/users/ann/reviews"


@dataclass(frozen=True)
class Hostile:
    """`what` it is in words, the HTTP API's `event`, and the `status` that is the right answer."""

    what: str
    event: dict[str, Any]
    status: int


def binary(target: str, body: bytes) -> dict[str, Any]:
    """A body that API Gateway takes for binary, as it does with that of `curl -d`."""
    return post(target, base64.b64encode(body).decode()) | {"isBase64Encoded": True}


def all_requests() -> Iterator[Hostile]:
    """Every one of the corpus."""
    yield from bodies()
    yield from fields()
    yield from menus()
    yield from paths()
    yield from queries()
    yield from headers()


def bodies() -> Iterator[Hostile]:
    """Bodies that are no JSON object, or too much of one."""
    anyone = "/recommendations"
    yield Hostile("no body at all", post(anyone, ""), 400)
    yield Hostile("a trailing comma", binary(anyone, b'{"limit": 3,}'), 400)
    yield Hostile("a form", binary(anyone, b"limit=3&style=Stout"), 400)
    yield Hostile("base64 that is none", post(anyone, "*** not base64 ***") | {"isBase64Encoded": True}, 400)
    yield Hostile("bytes that are no UTF-8", binary(anyone, b'{"style": "K\xf6lsch"}'), 400)
    yield Hostile("UTF-16 with a byte order mark", binary(anyone, '{"limit": 3}'.encode("utf-16")), 400)
    yield Hostile("UTF-8 with a byte order mark", binary(anyone, b"\xef\xbb\xbf{}"), 400)
    yield Hostile("gzip", binary(anyone, b"\x1f\x8b\x08\x00\x00\x00\x00\x00"), 400)
    yield Hostile("NUL bytes", binary(anyone, b"\0" * 1000), 400)
    yield Hostile("a list 20,000 deep", post(anyone, "[" * 20_000), 400)
    yield Hostile("an object 10,000 deep", post(anyone, '{"a":' * 10_000), 400)
    yield Hostile("a whole number of 5,000 digits", post(anyone, '{"limit": ' + "9" * 5000 + "}"), 400)
    yield Hostile("a whole number of 4,000 digits", post(anyone, '{"min_abv": ' + "9" * 4000 + "}"), 400)
    yield Hostile("a number beyond all numbers", post(anyone, '{"min_abv": 1e999}'), 400)
    yield Hostile("NaN", post(anyone, '{"ratings": {"1": NaN}}'), 400)
    yield Hostile("infinity", post(anyone, '{"ratings": {"1": -Infinity}}'), 400)
    yield Hostile("a string for a body", post(anyone, '"limit"'), 400)
    yield Hostile("null for a body", post(anyone, "null"), 400)
    yield Hostile("more than 64 KB", post(anyone, {"style": "x" * 65_536}), 413)
    yield Hostile("9 MB of base64", binary(anyone, b" " * 9_000_000), 413)
    yield Hostile("4,000 unknown fields", post(anyone, {f"f{n}": n for n in range(4000)}), 400)
    yield Hostile("a field named by half a character", post(anyone, '{"\\ud800": 1}'), 400)
    yield Hostile("a field with a name of 60 KB", post(anyone, {"x" * 60_000: 1}), 400)


def fields() -> Iterator[Hostile]:
    """JSON objects whose fields are not what they should be."""
    anyone = "/recommendations"
    yield Hostile("NUL in a review's text", post(RATE, {"beer_id": "2", "score": 4, "text": "a\0b"}), 400)
    yield Hostile("half a character in a text", post(RATE, '{"beer_id": "2", "score": 4, "text": "\\udc00"}'), 400)
    yield Hostile("a text of 5,001 characters", post(RATE, {"beer_id": "2", "score": 4, "text": "x" * 5001}), 400)
    yield Hostile("a score as a list", post(RATE, {"beer_id": "2", "score": [4]}), 400)
    yield Hostile("a score just beyond 5", post(RATE, {"beer_id": "2", "score": 5.0000001}), 400)
    yield Hostile("a beer id that is SQL", post(RATE, {"beer_id": "' OR 1=1 --", "score": 4}), 404)
    yield Hostile("a beer id of half a character", post(RATE, '{"beer_id": "\\ud800", "score": 4}'), 400)
    yield Hostile("a beer id of 65 characters", post(RATE, {"beer_id": "1" * 65, "score": 4}), 400)
    yield Hostile("1,001 ratings", post(anyone, {"ratings": {str(n): 1 for n in range(1001)}}), 400)
    yield Hostile("1,000 wrong ratings", post(anyone, {"ratings": {str(n): "x" for n in range(1000)}}), 400)
    yield Hostile("ratings by NUL", post(anyone, {"ratings": {"\0": 1}}), 200)
    yield Hostile("a rated half a character", post(anyone, '{"ratings": {"\\ud800": 1}}'), 400)
    yield Hostile("candidates that are none", post(anyone, {"candidates": ["../../etc/passwd"] * 500}), 200)
    yield Hostile("a style of half a character", post(anyone, '{"style": "\\ud83c"}'), 400)
    yield Hostile("a style that expands eighteenfold", post(anyone, {"style": "\ufdfa" * 200}), 404)
    yield Hostile("a negative limit", post(anyone, {"limit": -1}), 400)
    yield Hostile("a limit that is true", post(anyone, {"limit": "true"}), 400)
    yield Hostile("bounds the wrong way round", post(anyone, {"min_abv": 9, "max_abv": 1}), 400)


def menus() -> Iterator[Hostile]:
    """Menus that would take long to read."""
    long_runs = ("9", "a", " ", ".", "$", "%", ":", "/", "\t", "é", "\u0300", "\ufdfa", "\U0001f37a", "9.", "9 ", "a ")
    for run in long_runs:
        # As many characters as fit the body.
        text = (run * 19_990)[: min(19_990, 60_000 // len(run[0].encode()))]
        menu = json.dumps({"menu": f"Stout\n{text}"}, ensure_ascii=False)
        yield Hostile(f"a long run of {run!r} on a menu", post("/menu", menu), 200)
    yield Hostile("NUL on a menu", post("/menu", {"menu": "Stout\0Pale Ale"}), 200)
    yield Hostile("half a character on a menu", post("/menu", '{"menu": "\\ud800"}'), 400)
    yield Hostile("201 lines", post("/menu", {"menu": "Stout\n" * 201}), 400)
    yield Hostile("20,001 characters", post("/menu", {"menu": "x" * 20_001}), 400)
    yield Hostile("blanks alone", post("/menu", {"menu": " \n" * 5000}), 200)


def paths() -> Iterator[Hostile]:
    """Addresses that are not meant to be."""
    yield Hostile("a name of NUL", request("%00"), 400)
    yield Hostile("a name that is no UTF-8", request("%ff"), 400)
    yield Hostile("a name of a zero-width space", request(encoded("ann\u200b")), 400)
    yield Hostile("a name that turns the writing round", request(encoded("\u202enna")), 400)
    yield Hostile("a name of two lines", request("a%0d%0aset-cookie:%20a=1"), 400)
    yield Hostile("a name of 6 KB", request("x" * 6000), 400)
    yield Hostile("a beer of 6 KB", get("/beers/" + "x" * 6000), 404)
    yield Hostile("a beer of signs", get("/beers/%22"), 404)
    yield Hostile("a beer that is a query", get("/beers/%22%20OR%20name:*"), 404)
    yield Hostile("a path that climbs", get("/page/..%2F..%2Fhandler.py"), 404)
    yield Hostile("a path that climbs, encoded twice", get("/page/%252e%252e%252fhandler.py"), 404)
    yield Hostile("an absolute file", get("/page//etc/passwd"), 404)
    yield Hostile("a beer's NUL", get("/beers/%00"), 404)
    yield Hostile("nothing but slashes", get("/" * 2000), 404)
    yield Hostile("half a pair", get("/beers/x") | {"rawPath": "/beers/\ud800"}, 404)
    yield Hostile("a method that is none", get("/beers", "BREW"), 405)
    yield Hostile("DELETE of a beer", get("/beers/1", "DELETE"), 405)
    yield Hostile("a report that climbs", get("/report?release=../../incoming/x"), 404)


def queries() -> Iterator[Hostile]:
    """Query strings that are not what they should be."""
    yield Hostile("a search of a quotation mark", get("/beers?search=%22"), 200)
    yield Hostile("a search of operators", get("/beers?search=NEAR(a,b)%20AND%20*%20-c:%5E"), 200)
    yield Hostile("a search of 200 letters", get("/beers?search=" + "a%20" * 100), 200)
    yield Hostile("a search of 201 letters", get("/beers?search=" + "a" * 201), 400)
    yield Hostile("a search of NUL", get("/beers?search=%00"), 200)
    yield Hostile("a search of combining marks", get("/beers?search=" + encoded("a" + "\u0315\u0300" * 99)), 200)
    yield Hostile("a limit twice", get("/beers?limit=5&limit=6"), 400)
    yield Hostile("a limit in other digits", get("/beers?limit=" + encoded("\u0665")), 400)
    yield Hostile("a limit of 5,000 digits", get("/beers?limit=" + "9" * 5000), 400)
    yield Hostile("an offset beyond", get("/beers?offset=10001"), 400)
    yield Hostile("a strength that is no number", get("/beers?min_abv=nan"), 400)
    yield Hostile("an infinite strength", get("/beers?max_abv=inf"), 400)
    yield Hostile("no prefix", get("/users?prefix="), 400)
    yield Hostile("a prefix of a tab", get("/users?prefix=%09"), 200)
    yield Hostile("a prefix of 257 letters", get("/users?prefix=" + "a" * 257), 400)
    yield Hostile("a prefix that expands eighteenfold", get("/users?prefix=" + encoded("\ufdfa" * 200)), 200)
    yield Hostile("a user of NUL", get("/trending?username=%00"), 400)
    yield Hostile("1,000 days", get("/trending?days=1000"), 400)
    yield Hostile("an unknown parameter", get("/styles?drop=table"), 200)


def headers() -> Iterator[Hostile]:
    """Headers that are not what they should be."""
    yield Hostile("20 KB of codings", get("/", accept_encoding="gzip;q=0," * 2000), 200)
    yield Hostile("a quality that is none", get("/", accept_encoding="gzip;q=pils"), 200)
    yield Hostile("a thousand tags", get("/", if_none_match='"x",' * 1000), 200)
    yield Hostile("another content type", post("/recommendations", {}, content_type="text/xml"), 200)
    yield Hostile("no headers", get("/styles") | {"headers": None}, 200)
    yield Hostile("a body with a GET", get("/styles", "GET", "{" * 1000), 200)
