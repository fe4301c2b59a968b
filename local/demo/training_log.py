"""The training job's lines made readable: an epoch and its metrics in one line, stages by their seconds."""

from __future__ import annotations

import re

_EPOCH = re.compile(r"epoch (\d+)")
_METRIC = re.compile(r"metric (\w+)=(\S+)")
_STARTED = re.compile(r"stage (.+)")
_ENDED = re.compile(r"stage (.+) took (\S+) s")


class TrainingLog:
    """Feed it the job's lines; it gives back those for a person."""

    def __init__(self) -> None:
        self.stage = ""
        self._title = ""
        self._metrics: list[str] = []

    def feed(self, line: str) -> list[str]:
        """What there is to show after `line`."""
        if found := _METRIC.fullmatch(line):
            self._metrics.append(f"{found[1].replace('_', ' ')} {float(found[2]):.4f}")
            return []
        shown = self.flush()
        if found := _EPOCH.fullmatch(line):
            self._title = f"epoch {found[1]}"
        elif found := _ENDED.fullmatch(line):
            self._title = ""
            shown.append(f"{found[1]}: {found[2]} s")
        elif found := _STARTED.fullmatch(line):
            self.stage, self._title = found[1], ""
        elif line:
            shown.append(line)
        return shown

    def flush(self) -> list[str]:
        """What was begun and not shown yet."""
        metrics, self._metrics = self._metrics, []
        return [f"{self._title or self.stage}: {', '.join(metrics)}"] if metrics else []
