"""The hosts of a job, which fit each model together: a share of every batch is each one's, the gradients are summed."""

from __future__ import annotations

import functools
import os
import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.sagemaker.failure import CannotTrain


@functools.cache
def strategy() -> tf.distribute.Strategy:
    """How this process fits: with the other hosts that TF_CONFIG names, else alone.

    With others, the first call waits for all of them, and has to come before TensorFlow computes anything.
    """
    if "TF_CONFIG" not in os.environ:
        return tf.distribute.get_strategy()
    # Several in one host would be given different batches.
    tf.config.set_visible_devices(tf.config.list_physical_devices("GPU")[:1], "GPU")
    joined = tf.distribute.MultiWorkerMirroredStrategy()
    # TensorFlow takes it for a warning of what is to come, and goes on.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return joined


def is_first() -> bool:
    """Whether this host chooses, measures and keeps: of several the first, one on its own always."""
    cluster = strategy().cluster_resolver
    return cluster is None or cluster.task_id == 0


@contextmanager
def together(names: Sequence[str]) -> Iterator[None]:
    """Join the other hosts, run the body, and end when all have; `names` are the hosts in TF_CONFIG's order.

    Raises
    ------
    CannotTrain
        Where another host is gone.
    """
    try:
        strategy()
        yield
        from_first(np.zeros(1))
    except (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError) as error:
        gone = sorted({int(task) for task in re.findall(r"/job:worker/replica:0/task:(\d+)\n", error.message)})
        who = " and ".join(names[task] for task in gone if task < len(names)) or "another host of the job"
        raise CannotTrain(
            f"The fit has lost {who}, which failed, ended or can't be reached: see that host's log. "
            "Start the job again: with checkpoints it goes on after the last epoch that all had ended."
        ) from error


class Share(NamedTuple):
    """The rows `first` to `end` of a batch of `rows`: those that this host computes, all of them if it is alone."""

    rows: tf.Tensor
    first: tf.Tensor
    end: tf.Tensor

    @classmethod
    def of(cls, rows: tf.Tensor) -> Share:
        """This host's, of a batch of `rows`; the hosts' shares are one another's neighbours, in their order."""
        context = tf.distribute.get_replica_context()
        host, hosts = context.replica_id_in_sync_group, context.num_replicas_in_sync
        return cls(rows, rows * host // hosts, rows * (host + 1) // hosts)

    @property
    def part(self) -> tf.Tensor:
        """Its size as a part of the batch's."""
        return tf.cast(self.end - self.first, tf.float32) / tf.cast(self.rows, tf.float32)

    def has(self, rows: tf.Tensor) -> tf.Tensor:
        """Which of `rows` [n] are in it [n]."""
        return (self.first <= rows) & (rows < self.end)

    def take(self, values: tf.Tensor) -> tf.Tensor:
        """Its rows of a batch's `values` [rows, …]."""
        return values[self.first : self.end]

    def dropout(self, values: tf.Tensor, rate: float, seed: tf.Tensor) -> tf.Tensor:
        """Its rows' `values` [own rows, columns] without what one host would drop of them."""
        whole = tf.pad(values, [[self.first, self.rows - self.end], [0, 0]])
        return self.take(tf.nn.experimental.stateless_dropout(whole, rate, seed))


def summed(values: Any) -> Any:
    """The sum over all hosts of tensors in any structure, inside of a step."""
    context = tf.distribute.get_replica_context()
    return values if context.num_replicas_in_sync == 1 else context.all_reduce(tf.distribute.ReduceOp.SUM, values)


def from_first(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The first host's `values` on every host, outside of a step; each has to ask, with values of the same shape."""
    if strategy().num_replicas_in_sync == 1:
        return values
    own = values if is_first() else np.zeros_like(values)
    return np.asarray(_summed_by_a_step(tf.constant(own)))


@tf.function(autograph=False)
def _summed_by_a_step(values: tf.Tensor) -> tf.Tensor:
    # The sum is where its values are, and what comes from outside is nowhere yet.
    return strategy().run(lambda each: summed(tf.identity(each)), args=(values,))
