"""A page that a service worker keeps, when there is a new version of it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from recommend.api.responses import page_policy
from recommend.api.static_files import StaticFiles
from tests.browser.bar import Bar
from tests.browser.conftest import PROJECT


class Versions:
    """The page alone, of which there may be a new version, below a path as with a stage."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.publish("Taproom")

    def publish(self, brand: str) -> None:
        """Serve a version with another name in its frame and in its style sheets."""
        shutil.copytree(PROJECT / "functions/recommend/page", self.folder, dirs_exist_ok=True)
        index = self.folder / "index.html"
        index.write_text(index.read_text().replace("        Taproom\n", f"        {brand}\n"))
        sheet = self.folder / "styles/base.css"
        sheet.write_text(sheet.read_text() + f'\nbody {{ --brand: "{brand}"; }}\n')
        self.files = StaticFiles(self.folder, policy=page_policy(None))


class Handler(BaseHTTPRequestHandler):
    def __init__(self, versions: Versions, *args: Any) -> None:
        self.versions = versions
        super().__init__(*args)

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].removeprefix("/stage/").removeprefix("page/") or "index.html"
        found = self.versions.files.find(name)
        content = b"{}" if found is None else found.content
        body = content.encode() if isinstance(content, str) else content
        self.send_response(503 if found is None else 200)
        for header, value in (found.headers if found else {}).items():
            self.send_header(header, value)
        self.send_header("content-type", found.content_type if found else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def versions(tmp_path: Path) -> Iterator[tuple[Versions, str]]:
    """A page that can be published anew, and its address."""
    versions = Versions(tmp_path / "page")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, versions)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield versions, f"http://127.0.0.1:{server.server_port}/stage/"
        server.shutdown()


def version(page: Page) -> tuple[str, str]:
    """What the frame and the style sheets say of the version on the page."""
    brand = page.locator(".brand").inner_text().strip()
    return brand, page.evaluate("getComputedStyle(document.body).getPropertyValue('--brand')").strip('"')


def test_a_new_version_replaces_the_whole_page_at_the_next_visit(
    open_bar: Callable[..., Bar], versions: tuple[Versions, str]
) -> None:
    published, address = versions
    bar = open_bar(keeps_page=True)
    page = bar.page
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    published.publish("Tapp")
    page.reload()
    assert version(page) == ("Taproom", "Taproom")
    page.evaluate("navigator.serviceWorker.ready.then(async (it) => { while (!it.waiting) await it.update(); })")
    page.reload()
    page.wait_for_function("document.querySelector('.brand')?.innerText.trim() === 'Tapp'")
    assert version(page) == ("Tapp", "Tapp")
    page.context.set_offline(True)
    page.goto(f"{address}?code=none#/beers")
    assert version(page) == ("Tapp", "Tapp")
    bar.said.clear()
