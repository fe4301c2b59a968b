"""Names by any spelling of case and accents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from recommend.catalogue.nearest_names import nearest_names
from recommend.errors import NotFound
from taproom.contract import folded


def spellings_by_folded(names: Iterable[str]) -> dict[str, frozenset[str]]:
    """The spellings of each name, by the name without case and accents."""
    found: dict[str, frozenset[str]] = {}
    for name in names:
        found[folded(name)] = found.get(folded(name), frozenset()) | {name}
    return found


def spellings(kind: str, name: str, by_folded: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The names that are `name` but for case and accents; NotFound without any, naming the nearest."""
    found = by_folded.get(folded(name))
    if found is None:
        nearest = [next(iter(by_folded[near])) for near in nearest_names(folded(name), list(by_folded))]
        raise NotFound(kind, name, nearest)
    return found
