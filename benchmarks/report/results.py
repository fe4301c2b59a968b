"""What was measured, as one JSON document that reruns add to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

# A change of what the numbers mean makes older ones incomparable: raise this, and they are measured anew.
PROTOCOL = 2

Record = dict[str, Any]
# What the name of a data set ends with of which later rows are held out.
BY_TIME = ", by time"


class UnreadableResults(Exception):
    """The file of results is not one of ours; the message says what to do."""


@dataclass
class Results:
    """`document` is the file's content: `protocol`, `about`, and `data_sets` by name.

    A data set has its counts, `digest`, `by_time`, and `models` by name: `chosen`, `tried`, `seeds` (what was
    measured, by seed), `mean` and `spread` of every metric over the seeds, and `newcomers`, by seed.
    """

    file: Path
    document: Record

    @classmethod
    def read(cls, file: Path) -> Results:
        """What the file holds; of another protocol, or without a file, nothing.

        Raises
        ------
        UnreadableResults
            The file holds something else.
        """
        if not file.exists():
            return cls(file, {"protocol": PROTOCOL, "about": {}, "data_sets": {}})
        try:
            document = json.loads(file.read_text(encoding="utf-8"))
            current = document["protocol"] == PROTOCOL
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableResults(
                f"{file} is not a document of benchmark results ({error!r}); name another file, or remove it."
            ) from error
        return cls(file, document if current else {"protocol": PROTOCOL, "about": {}, "data_sets": {}})

    def begin(self, name: str, counts: Mapping[str, Any]) -> None:
        """Enter a data set, or take it up again: if its content changed, what was measured on it is dropped."""
        known = self.document["data_sets"].get(name, {})
        models = known.get("models", {}) if known.get("digest") == counts["digest"] else {}
        self.document["data_sets"][name] = {**counts, "models": models}

    def forget(self, data_set: str, model: str) -> None:
        """Drop all of a model, before it is measured anew: its code may have changed."""
        self._model(data_set, model).clear()

    def chose(self, data_set: str, model: str, answer: Mapping[str, Any]) -> None:
        """Note what tuning chose; measurements with other settings are dropped."""
        found = self._model(data_set, model)
        if found.get("chosen") != answer["chosen"]:
            found.clear()
        found |= {"chosen": answer["chosen"], "tried": answer["tried"]}
        self.save()

    def add(self, data_set: str, model: str, seed: int, answer: Mapping[str, Any], section: str = "seeds") -> None:
        """Note what was measured with a seed, and save."""
        found = self._model(data_set, model)
        found.setdefault(section, {})[str(seed)] = dict(answer)
        measured = [one["metrics"] for one in found.get("seeds", {}).values()]
        found["mean"] = {name: _of(measured, name, mean) for name in _names(measured)}
        found["spread"] = {name: _of(measured, name, _deviation) for name in _names(measured)}
        self.save()

    def has(self, data_set: str, model: str, seed: int, section: str = "seeds") -> bool:
        return str(seed) in self._model(data_set, model).get(section, {})

    def chosen(self, data_set: str, model: str) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self._model(data_set, model).get("chosen")
        return found

    def save(self) -> None:
        """Write the file, whole or not at all."""
        part = self.file.with_name(f"{self.file.name}.part")
        part.write_text(json.dumps(self.document, indent=1) + "\n", encoding="utf-8")
        part.replace(self.file)

    def _model(self, data_set: str, model: str) -> Record:
        found: Record = self.document["data_sets"][data_set]["models"].setdefault(model, {})
        return found


def _names(measured: list[Mapping[str, float | None]]) -> list[str]:
    return list(dict.fromkeys(name for metrics in measured for name in metrics))


def _of(measured: list[Mapping[str, float | None]], name: str, summary: Any) -> float | None:
    values = [value for metrics in measured if (value := metrics.get(name)) is not None]
    return summary(values) if values else None


def _deviation(values: list[float]) -> float | None:
    """Sample standard deviation; of one value, None."""
    return stdev(values) if len(values) > 1 else None
