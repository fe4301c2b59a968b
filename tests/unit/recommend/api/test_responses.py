"""What all answers have in common: headers, packing, files, and the API's description."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from recommend.api import responses
from recommend.api.routes import page
from recommend.api.static_files import StaticFiles
from taproom.catalogue_file import Beer
from tests.unit.recommend.calls import answer, good, respond, unpacked
from tests.unit.recommend.cloud import OLD, Cloud, get, post

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def page_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of three files, and one that is none of its."""
    folder = tmp_path / "site" / "page"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Täproom</title>", encoding="utf-8")
    (folder / "app.mjs").write_text("export const answer = 42;\n" * 200)
    (folder / "dot.png").write_bytes(b"\x89PNG\r\n")
    (folder / "notes.py").write_text("secret")
    (folder.parent / "secret.txt").write_text("secret")
    files = StaticFiles(folder, policy=responses.page_policy(None))
    monkeypatch.setattr(page, "page_files", lambda *_: files)


EVENTS = [
    get("/"),
    get("/page/app.mjs"),
    get("/page/nothing.css"),
    get("/users/ann/recommendations"),
    get("/users/ann/recommendations?limit=0"),
    get("/wines"),
    get("/beers", "DELETE"),
    post("/menu", "{"),
    get("/openapi.json"),
    get("/docs"),
]


@pytest.mark.parametrize("event", EVENTS)
def test_every_answer_carries_the_request_id_and_the_headers_that_protect(event: dict[str, Any]) -> None:
    headers = respond(event)["headers"]
    assert headers["x-request-id"] == "JKJaXmPLvHcESHA="
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert policy.startswith(("default-src 'none'", "default-src 'self'"))
    assert "unsafe" not in policy


def test_an_address_that_takes_other_methods_is_a_405_that_names_them() -> None:
    response = respond(get("/users/ann/reviews", "DELETE"))
    assert (response["statusCode"], response["headers"]["allow"]) == (405, "GET, POST")


def test_files_come_with_their_type_and_are_asked_for_again_by_their_tag() -> None:
    response = respond(get("/"))
    assert response["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert response["headers"]["cache-control"] == "no-cache"
    assert "<title>Täproom</title>" in response["body"]
    again = respond(get("/", if_none_match=response["headers"]["etag"]))
    assert (again["statusCode"], again["body"]) == (304, "")
    assert respond(get("/page/app.mjs"))["headers"]["Content-Type"] == "text/javascript; charset=utf-8"


def test_a_picture_comes_as_it_is() -> None:
    response = respond(get("/page/dot.png"))
    assert response["headers"]["Content-Type"] == "image/png"
    assert unpacked(response) == b"\x89PNG\r\n"


@pytest.mark.parametrize(
    "path",
    [
        "/page/../secret.txt",
        "/page/..%2Fsecret.txt",
        "/page/..%252Fsecret.txt",
        "/page/%2Fetc%2Fpasswd",
        "/page/notes.py",
        "/page/",
        "/page/index.html%00.png",
        "/docs/html.py",
        "/docs/..%2Fhandler.py",
    ],
)
def test_nothing_but_the_pages_own_files_can_be_had(path: str) -> None:
    response = respond(get(path))
    assert response["statusCode"] == 404
    assert "secret" not in response["body"]


def test_a_head_is_a_get_without_its_body() -> None:
    whole, head = respond(get("/page/app.mjs")), respond(get("/page/app.mjs", "HEAD"))
    assert (head["statusCode"], head["body"]) == (200, "")
    assert head["headers"] == whole["headers"]


def test_large_answers_are_packed_for_clients_that_take_it() -> None:
    response = respond(get("/page/app.mjs", accept_encoding="br, gzip"))
    assert response["headers"]["content-encoding"] == "gzip"
    assert len(response["body"]) < 1000
    assert unpacked(response) == b"export const answer = 42;\n" * 200
    assert "content-encoding" not in respond(get("/page/app.mjs", accept_encoding="br"))["headers"]
    assert "content-encoding" not in respond(get("/", accept_encoding="gzip"))["headers"]


@pytest.mark.parametrize(
    ("accepts", "is_packed"),
    [
        ("gzip", True),
        ("GZIP;q=0.5, br", True),
        ("*", True),
        ("*;q=0.1, identity", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *;q=1", False),
        ("identity", False),
        ("not-gzip-at-all", False),
        ("gzip;q=many", False),
        ("*;q=0", False),
        ("", False),
    ],
)
def test_an_answer_is_packed_for_who_accepts_gzip_and_says_on_what_that_depends(accepts: str, is_packed: bool) -> None:
    headers = respond(get("/page/app.mjs", accept_encoding=accepts))["headers"]
    assert ("content-encoding" in headers) == is_packed
    assert headers["vary"] == "accept-encoding"


def test_a_packed_answer_in_any_script_is_utf_8(cloud: Cloud, tmp_path: Path) -> None:
    beers = tuple(Beer(str(number), "ビール好き", "Grün", None, None, 1, 4.0, 4.0) for number in range(50))
    cloud.keep_catalogue(OLD, tmp_path, beers)
    response = respond(get("/users/zoe/recommendations?limit=50", accept_encoding="gzip"))
    assert response["isBase64Encoded"]
    assert "ビール好き" in unpacked(response).decode()


def test_the_description_has_every_call_with_its_answers() -> None:
    told = good(get("/openapi.json"))
    assert told["openapi"].startswith("3.1")
    assert {path: sorted(methods) for path, methods in told["paths"].items()} == {
        "/users/{username}/recommendations": ["get", "post"],
        "/users/{username}/menu": ["post"],
        "/users/{username}/trending": ["get"],
        "/users/{username}/taste": ["get"],
        "/users/{username}/reviews": ["get", "post"],
        "/users/{username}/reviews/{beer_id}": ["delete"],
        "/users/{username}": ["delete"],
        "/recommendations": ["post"],
        "/menu": ["post"],
        "/taste": ["post"],
        "/events": ["post"],
        "/trending": ["get"],
        "/beers": ["get"],
        "/beers/{beer_id}": ["get"],
        "/beers/{beer_id}/similar": ["get"],
        "/styles": ["get"],
        "/breweries": ["get"],
        "/users": ["get"],
        "/release": ["get"],
        "/releases": ["get"],
        "/report": ["get"],
        "/online-quality": ["get"],
        "/drift": ["get"],
        "/experiment": ["get"],
        "/health": ["get"],
        "/sign-in": ["get"],
    }
    for methods in told["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert {"429", "500", "503"} <= operation["responses"].keys()
            assert "422" not in operation["responses"]
    limit = next(
        one for one in told["paths"]["/users/{username}/recommendations"]["get"]["parameters"] if one["name"] == "limit"
    )
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "title": "Limit", "default": 10}
    summaries = {one["summary"] for methods in told["paths"].values() for one in methods.values()}
    assert "All styles, the most reviewed first." in summaries
    assert not [one for one in summaries if "/" in one]


def test_the_description_is_shown_by_files_of_our_own_alone() -> None:
    shown = unpacked(respond(get("/docs"))).decode()
    wanted = re.findall(r'(?:src|href)="([^"]+)"', shown)
    # Relative, since the API may be served below a path.
    assert "docs/swagger-ui-bundle.min.js" in wanted
    for path in wanted:
        assert respond(get(f"/{path}"))["statusCode"] == 200
    assert "<style" not in shown
    assert re.search(r"<script(?![^>]*\bsrc=)", shown) is None


def test_a_fault_shows_nothing_of_the_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BUCKET")
    status, body = answer(get("/health"))
    assert (status, body) == (
        500,
        {"code": "failed", "message": "Taproom failed: report this with the x-request-id of this answer."},
    )
