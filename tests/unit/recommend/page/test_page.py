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
WORKER = PAGE / "service-worker.mjs"
INDEX = (PAGE / "index.html").read_text()
MANIFEST = json.loads((PAGE / "manifest.webmanifest").read_text())


def name(file: Path) -> str:
    return file.relative_to(PAGE).as_posix()


@pytest.mark.parametrize("file", [file for file in FILES if file != WORKER], ids=name)
def test_every_file_of_the_page_is_served_and_so_none_is_deployed_for_nothing(file: Path) -> None:
    response = respond(get(f"/page/{name(file)}"))
    body: str = response["body"]
    if response["isBase64Encoded"]:
        assert base64.b64decode(body) == file.read_bytes()
    else:
        assert body == (without_comments(file.read_text()) if file in MODULES else file.read_text())


def without_comments(module: str) -> str:
    """The module with lines of JSDoc left empty."""
    lines, is_comment = [], False
    for line in module.splitlines():
        is_whole = line.strip().startswith("/**") and ("*/" not in line or line.endswith("*/"))
        is_comment = is_comment or is_whole
        lines.append("" if is_comment else line)
        is_comment = is_comment and not line.endswith("*/")
    return "\n".join(lines) + "\n"


def test_the_page_names_no_other_host() -> None:
    for file in TEXTS:
        text = re.sub(r"^\s*(\*|/\*\*|//).*$", "", file.read_text(), flags=re.MULTILINE)
        assert not re.search(r"(https?:)?//\w", text.replace("http://www.w3.org/2000/svg", "")), file.name


def needed_at_first() -> set[str]:
    """Modules of the first view, as one imports the other: other views are loaded when they are shown."""
    found, files = set[Path](), {PAGE / "app.mjs", PAGE / "views/beers.mjs"}
    while files - found:
        found |= files
        files = {(file.parent / path).resolve() for file in found for path in imports(file)}
    return {name(file) for file in found}


def imports(module: Path) -> list[str]:
    return re.findall(r'^(?:import|\}).* from "(.+?)"', module.read_text(), flags=re.MULTILINE)


def test_the_page_asks_at_once_for_what_a_first_visit_needs_but_for_words_of_which_a_guest_needs_one_language() -> None:
    asked = re.findall(r'(?:src|href)="page/(.+?)"', INDEX)
    assert len(asked) == len({*asked}) + 1, "the icon is the tab's, too, and nothing else is asked for twice"
    rest = {name(file) for file in FILES if file.suffix not in (".mjs", ".png", ".html")}
    assert {*asked} == {*needed_at_first(), *rest, "icon-192.png"}


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
    # All views together, and the service worker.
    asked = [file for file in TEXTS if not name(file).startswith("words/") or file.stem.startswith("en")]
    responses = [respond(get(f"/page/{name(file)}", accept_encoding="gzip")) for file in asked]
    sizes = [
        len(base64.b64decode(one["body"]) if one["isBase64Encoded"] else one["body"].encode()) for one in responses
    ]
    assert sum(sizes) < 100_000


def shell() -> dict[str, str]:
    """The ETags by file that the service worker is served with."""
    found = re.search(r"^const SHELL = (.+);$", respond(get(f"/page/{WORKER.name}"))["body"], re.MULTILINE)
    assert found is not None
    etags: dict[str, str] = json.loads(found[1])
    return etags


def test_the_service_worker_knows_every_file_by_its_etag_and_is_for_the_folder_above() -> None:
    etags = shell()
    assert etags.keys() == {name(file) for file in FILES if file != WORKER}
    for file in (PAGE / "index.html", PAGE / "app.mjs", PAGE / "icon-192.png"):
        assert respond(get(f"/page/{name(file)}"))["headers"]["etag"] == f'"{etags[name(file)]}"'
    assert respond(get(f"/page/{WORKER.name}"))["headers"]["service-worker-allowed"] == "../"
    assert "service-worker-allowed" not in respond(get("/page/app.mjs"))["headers"]


def test_another_policy_makes_another_version_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    before = shell()
    monkeypatch.setenv("IMAGE_ORIGIN", "https://images.example.com")
    after = shell()
    assert all(after[file] != etag for file, etag in before.items())


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_never_makes_markup_of_text(module: Path) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", module.read_text()
    )


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_imports_files_that_are_there(module: Path) -> None:
    later = re.findall(r'import\("(.+?)"\)', module.read_text())
    assert all((module.parent / path).is_file() for path in [*imports(module), *later])


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
