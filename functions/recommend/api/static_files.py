"""The page's files, and those of the API's description: part of the package, read once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from taproom.names import ItemKind

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_BINARY = frozenset({".ico", ".png", ".woff2"})
_KIND = 'data-kind="{}"'
# Whole lines of a module: a fifth of what the page weighs.
_COMMENT = re.compile(r"^ */\*\*(?:(?!\*/).)*\*/$", re.MULTILINE | re.DOTALL)
SERVICE_WORKER = "service-worker.mjs"
# In the service worker, which is told what the page's files are.
_SHELL = "const SHELL = {};"


@dataclass(frozen=True)
class StaticFile:
    """A file with what HTTP says of it; where it names the kind of the catalogue's items, that is `item_kind`.

    Of a module the comments stay here.
    `policy` is its Content-Security-Policy, and `shell` what it is to know of other files: their ETags by path.
    """

    path: Path
    item_kind: ItemKind
    policy: str
    shell: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def content(self) -> str | bytes:
        """The file: bytes if it is binary."""
        raw = self.path.read_bytes()
        if self.path.suffix in _BINARY:
            return raw
        text = raw.decode()
        if self.path.suffix == ".mjs":
            # A browser's console names the lines of the source.
            text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
        shell = _SHELL.replace("{}", json.dumps(self.shell, separators=(",", ":")))
        return text.replace(_KIND.format(ItemKind.BEER), _KIND.format(self.item_kind)).replace(_SHELL, shell)

    @cached_property
    def etag(self) -> str:
        content = self.content if isinstance(self.content, bytes) else self.content.encode()
        # A page that is kept is kept with its policy.
        return f'"{hashlib.sha256(content + self.policy.encode()).hexdigest()[:16]}"'

    @property
    def headers(self) -> dict[str, str]:
        headers = {
            "etag": self.etag,
            # Looked at again at every visit: a deployment is there at once, and costs a 304 otherwise.
            "cache-control": "no-cache",
            "content-security-policy": self.policy,
        }
        # It is for the page, which is a folder above it, below whatever path.
        return headers | {"service-worker-allowed": "../"} if self.path.name == SERVICE_WORKER else headers

    @property
    def content_type(self) -> str:
        return _TYPES[self.path.suffix]


class StaticFiles:
    """The files in and below `folders`, by their path there: nothing else can be had, whatever is asked for.

    A service worker among them knows the ETags of all others.
    """

    def __init__(self, *folders: Path, policy: str, item_kind: ItemKind = ItemKind.BEER) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): StaticFile(path, item_kind, policy)
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.suffix in _TYPES and path.is_file()
        }
        if worker := self._files.pop(SERVICE_WORKER, None):
            shell = {name: file.etag.strip('"') for name, file in self._files.items()}
            self._files[SERVICE_WORKER] = replace(worker, shell=shell)

    def find(self, name: str) -> StaticFile | None:
        """The file `name`, None where there is none."""
        return self._files.get(name)
