"""The one door to the training code: which hyper-parameters it takes, and under which names it prints metrics."""

from __future__ import annotations

import metric_names
from failure import CannotTrain
from hyperparameters import Hyperparameters, parsed

__all__ = ["CannotTrain", "Hyperparameters", "metric_names", "parsed"]
