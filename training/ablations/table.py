"""A table of ablations: its rows, its columns and how they are measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ablations.data_sets import Data


@dataclass(frozen=True)
class Variant:
    """A row: `settings` are what its table's `measure` is told, `files` (of training/trainer) the code of what is in
    or out."""

    title: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A section of the page: `measure` gives a number for each of `columns`, whose values are their headings; where
    there is nothing to measure it gives none."""

    title: str
    explanation: str
    data_sets: tuple[str, ...]
    columns: Mapping[str, str]
    variants: tuple[Variant, ...]
    measure: Callable[[Data, Mapping[str, Any]], dict[str, float]]
