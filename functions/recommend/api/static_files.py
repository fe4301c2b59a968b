"""The page's files, and those of the API's description: part of the package, read once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
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


@dataclass(frozen=True)
class StaticFile:
    """A file with what HTTP says of it; where it names the kind of the catalogue's items, that is `item_kind`."""

    path: Path
    item_kind: ItemKind

    @cached_property
    def content(self) -> str | bytes:
        """The file: bytes if it is binary."""
        raw = self.path.read_bytes()
        if self.path.suffix in _BINARY:
            return raw
        return raw.decode().replace(_KIND.format(ItemKind.BEER), _KIND.format(self.item_kind))

    @cached_property
    def etag(self) -> str:
        content = self.content if isinstance(self.content, bytes) else self.content.encode()
        return f'"{hashlib.sha256(content).hexdigest()[:16]}"'

    @property
    def content_type(self) -> str:
        return _TYPES[self.path.suffix]


class StaticFiles:
    """The files in and below `folders`, by their path there: nothing else can be had, whatever is asked for."""

    def __init__(self, *folders: Path, item_kind: ItemKind = ItemKind.BEER) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): StaticFile(path, item_kind)
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.suffix in _TYPES and path.is_file()
        }

    def find(self, name: str) -> StaticFile | None:
        """The file `name`, None where there is none."""
        return self._files.get(name)
