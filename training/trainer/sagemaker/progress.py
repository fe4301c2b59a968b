"""What the job says while it runs: lines on stdout, scalars for TensorBoard, seconds of each stage."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from taproom.metrics import Metric


class Progress:
    """Reports stages, epochs and metrics; `seconds` holds the stages that ended, in order."""

    def __init__(self, tensorboard: Path) -> None:
        self.seconds: dict[str, float] = {}
        self._tensorboard = tensorboard
        self._board: Any = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time the body under `name`."""
        say(f"stage {name}")
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 3)
        say(f"stage {name} took {self.seconds[name]:.1f} s")

    def epoch(self, number: int, measured: Mapping[Metric, float]) -> None:
        """Report what an epoch measured; `number` counts from 0."""
        say(f"epoch {number + 1}")
        self.metrics(measured, number + 1)

    def best_epoch(self, number: int, measured: Mapping[Metric, float]) -> None:
        """Report the epoch that was kept once more: for SageMaker, tuning included, a metric is its last value."""
        say("best epoch")
        self.epoch(number, measured)

    def metrics(self, measured: Mapping[Metric, float], step: int = 0) -> None:
        """Print a line a metric, from which SageMaker reads it, and write it for TensorBoard."""
        import tensorflow as tf  # here, so that a job that can't start says so at once

        # What tf.summary.scalar writes; that one needs the package tensorboard, which images may lack.
        scalar = tf.compat.v1.SummaryMetadata(
            plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars"), data_class="DATA_CLASS_SCALAR"
        )
        self._board = self._board or tf.summary.create_file_writer(str(self._tensorboard))
        with self._board.as_default(step=step):
            for metric, value in measured.items():
                say(metric.line(value))
                tf.summary.write(metric.printed_name, tf.constant(value, tf.float32), metadata=scalar)
        self._board.flush()


def say(line: str) -> None:
    """Print `line` at once: SageMaker's log lags behind a buffer."""
    print(line, flush=True)
