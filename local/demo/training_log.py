"""The training job's lines made readable: a stage in one line, with its seconds, its epochs and what it measured."""

from __future__ import annotations

import re

_EPOCH = re.compile(r"epoch (\d+)")
_BEST = "best epoch"
_METRIC = re.compile(r"metric (\w+)=(\S+)")
_STARTED = re.compile(r"stage (.+)")
_ENDED = re.compile(r"stage (.+) took (\S+) s")


class TrainingLog:
    """Feed it the job's lines; it gives back those for a person."""

    def __init__(self) -> None:
        self.stage = ""
        self._epochs = 0
        # The epoch whose metrics come now; None while the metrics are the stage's own.
        self._epoch: str | None = None
        self._is_best = False
        self._metrics: list[str] = []

    def feed(self, line: str) -> list[str]:
        """What there is to show after `line`."""
        if found := _METRIC.fullmatch(line):
            self._metrics.append(f"{found[1].replace('_', ' ')} {float(found[2]):.4f}")
        elif line == _BEST:
            # The job prints the epoch that it kept once more, at the end.
            self._is_best = True
        elif found := _EPOCH.fullmatch(line):
            self._epoch, self._metrics = found[1], []
            self._epochs += not self._is_best
        elif found := _ENDED.fullmatch(line):
            return [f"{found[1]}: {found[2]} s{self._told()}"]
        elif found := _STARTED.fullmatch(line):
            self._told()
            self.stage = found[1]
        elif line:
            return [line]
        return []

    def flush(self) -> list[str]:
        """What was begun and not shown yet."""
        told = self._told()
        return [f"{self.stage}{told}"] if told else []

    def _told(self) -> str:
        """The epochs of the stage, which of them is kept, and what that or the stage itself measured."""
        told = f", {self._epochs} epochs" if self._epochs > 1 else ", 1 epoch" if self._epochs else ""
        if self._is_best:
            told += f", of which number {self._epoch} is kept"
        if self._metrics:
            told += f": {', '.join(self._metrics)}"
        self._epochs, self._epoch, self._is_best, self._metrics = 0, None, False, []
        return told
