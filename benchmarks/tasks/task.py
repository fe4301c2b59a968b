"""What a worker is asked to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

Verb = Literal["prepare", "tune", "measure", "newcomers"]


@dataclass(frozen=True)
class Task:
    """`settings` are those to measure with; `tries` how many to choose from, when tuning; `file` what to prepare."""

    verb: Verb
    folder: str
    model: str = ""
    seed: int = 0
    tries: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))
