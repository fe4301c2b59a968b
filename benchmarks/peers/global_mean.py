"""Every score is the mean of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.data.ratings import Numbers, Ratings
from benchmarks.peers.model import Settings
from trainer.data.attributes import ItemAttributes

SETTINGS: tuple[Settings, ...] = ({},)


@dataclass(frozen=True)
class GlobalMean:
    settings: Settings
    mean: float

    def predicted(self, rows: Ratings) -> Numbers:
        return np.full(len(rows), self.mean, np.float32)


def fit(
    training: Ratings,
    attributes: ItemAttributes,  # noqa: ARG001 (a peer's interface)
    settings: Settings,
    seed: int,  # noqa: ARG001
    validation: Ratings | None,  # noqa: ARG001
) -> GlobalMean:
    return GlobalMean(settings, float(training.score.mean(dtype=np.float64)))
