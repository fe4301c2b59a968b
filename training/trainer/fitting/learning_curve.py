"""What each epoch measured, and which was the best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from taproom.metrics import Metric


@dataclass(frozen=True)
class LearningCurve:
    """What each epoch measured: `values[metric]` is [epochs]; `best` is the epoch kept, from 0."""

    values: Mapping[Metric, npt.NDArray[np.float32]]
    best: int

    @property
    def best_values(self) -> dict[Metric, float]:
        """What the epoch kept measured."""
        return {metric: float(values[self.best]) for metric, values in self.values.items()}
