"""What the page's files must keep to, whatever browser they meet."""

from __future__ import annotations

import base64
import json
import re
import struct
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.unit.recommend.calls import respond
from tests.unit.recommend.cloud import get

PAGE = Path(__file__).parents[4] / "functions/recommend/page"
FILES = sorted(path for path in PAGE.rglob("*") if path.is_file())
TEXTS = [path for path in FILES if path.suffix != ".png"]
MODULES = [path for path in FILES if path.suffix == ".mjs"]
INDEX = (PAGE / "index.html").read_text()
MANIFEST = json.loads((PAGE / "manifest.webmanifest").read_text())


def name(file: Path) -> str:
    return file.relative_to(PAGE).as_posix()


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_file_of_the_page_is_served_and_so_none_is_deployed_for_nothing(file: Path) -> None:
    response = respond(get(f"/page/{name(file)}"))
    body: str = response["body"]
    assert (base64.b64decode(body) if response["isBase64Encoded"] else body.encode()) == file.read_bytes()


def test_the_page_names_no_other_host() -> None:
    for file in TEXTS:
        text = re.sub(r"^\s*(\*|/\*\*|//).*$", "", file.read_text(), flags=re.MULTILINE)
        assert not re.search(r"(https?:)?//\w", text.replace("http://www.w3.org/2000/svg", "")), file.name


def test_the_page_asks_for_every_file_at_once_but_for_words_of_which_a_guest_needs_one_language() -> None:
    asked = re.findall(r'(?:src|href)="page/(.+?)"', INDEX)
    icons = {icon["src"] for icon in MANIFEST["icons"]}
    assert {*asked, *icons, "index.html"} == {name(file) for file in FILES if not name(file).startswith("words/")}


def test_the_page_can_be_installed_below_any_path_with_icons_of_the_sizes_that_it_names() -> None:
    folder = "https://example.com/token/page/"
    assert {urljoin(folder, MANIFEST[key]) for key in ("id", "start_url", "scope")} == {"https://example.com/token/"}
    for icon in MANIFEST["icons"]:
        if icon["type"] == "image/png":
            # Width and height of a PNG are behind its signature and the head of its first chunk.
            width, height = struct.unpack(">II", (PAGE / icon["src"]).read_bytes()[16:24])
            assert icon["sizes"] == f"{width}x{height}"
    assert [icon["src"] for icon in MANIFEST["icons"] if icon.get("purpose") == "maskable"] == ["icon-maskable.png"]


def test_a_guest_who_comes_for_the_first_time_is_sent_less_than_100_kb() -> None:
    asked = [file for file in TEXTS if not name(file).startswith("words/") or file.stem.startswith("en")]
    responses = [respond(get(f"/page/{name(file)}", accept_encoding="gzip")) for file in asked]
    sizes = [
        len(base64.b64decode(one["body"]) if one["isBase64Encoded"] else one["body"].encode()) for one in responses
    ]
    assert sum(sizes) < 100_000


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_never_makes_markup_of_text(module: Path) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", module.read_text()
    )


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_imports_files_that_are_there(module: Path) -> None:
    imported = re.findall(r'^(?:import|\}).* from "(.+?)"', module.read_text(), flags=re.MULTILINE)
    assert all((module.parent / path).is_file() for path in imported)


@pytest.mark.parametrize("file", [file for file in TEXTS if file.suffix != ".svg"], ids=name)
def test_lines_fit_a_screen(file: Path) -> None:
    assert [line for line in file.read_text().splitlines() if len(line) > 100] == []


def test_a_strict_content_security_policy_needs_nothing_inline() -> None:
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", INDEX)


@pytest.mark.parametrize("kind", ["beer", "film"])
def test_the_page_arrives_with_the_kind_of_thing_that_the_stack_recommends(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ITEM_KIND", kind)
    page = respond(get("/"))
    assert f'<html lang="en" data-kind="{kind}">' in page["body"]
    assert respond(get("/", if_none_match=page["headers"]["etag"]))["statusCode"] == 304
    monkeypatch.setenv("ITEM_KIND", "book")
    assert respond(get("/", if_none_match=page["headers"]["etag"]))["statusCode"] == 200
