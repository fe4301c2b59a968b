"""What a worker is asked to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np

from benchmarks.data.holdout import Holdout, hold_out, hold_out_later
from benchmarks.data.ratings import DataSet, load

Verb = Literal["prepare", "tune", "measure", "newcomers"]


@dataclass(frozen=True)
class Task:
    """`settings` are those to measure with; `tries` how many to choose from, when tuning; `file` what to prepare.

    `by_time` holds out a tenth of the time line, the `seed`th from its end, instead of random rows.
    """

    verb: Verb
    folder: str
    model: str = ""
    seed: int = 0
    tries: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    by_time: bool = False

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))

    def data(self) -> tuple[DataSet, Holdout]:
        """The prepared file, and which of its rows are held out.

        Where these are random ones, all rows are of one day: which beers rise says nothing of the rest of the past.
        """
        found = load(Path(self.folder))
        ratings = found.ratings
        if self.by_time:
            return found, hold_out_later(ratings, self.seed)
        undated = replace(ratings, day=np.zeros(len(ratings), np.int32))
        return found._replace(ratings=undated), hold_out(len(ratings), self.seed)
