"""What the TFRS models have in common: a step is compiled as it is written, and moves all variables whole."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import tensorflow as tf
import tensorflow_recommenders as tfrs

from taproom.metrics import Metric
from trainer.fitting import hosts

Step = Callable[..., dict[str, tf.Tensor]]


class KerasModel(tfrs.Model, ABC):
    """A TFRS model: `compute_loss` is what it learns from.

    Its train step is compiled as it is written. Keras' own first passes through AutoGraph, which such a step has no
    need of, and which gives up where warnings are errors.

    Of several hosts each is given whole batches. `compute_loss` in training is the host's part of a sum over hosts:
    that of its hosts.Share, by what all of the batch is.

    `epoch_metrics` are what an epoch is measured by; the last of them decides which epoch is the best.
    """

    epoch_metrics: tuple[Metric, ...]
    train_function: Any
    test_function: Any

    @abstractmethod
    def measure(self, logs: Mapping[str, float]) -> dict[Metric, float]:
        """The `epoch_metrics`, once an epoch has ended; `logs` are Keras' own of that epoch."""

    def make_train_function(self, force: bool = False) -> Step:
        """One step of the batch that comes next."""
        if self.train_function is None or force:
            self.train_function = self._compiled(self.train_step)
        return self.train_function

    def make_test_function(self, force: bool = False) -> Step:
        """The same for a validation batch."""
        if self.test_function is None or force:
            self.test_function = self._compiled(self.test_step)
        return self.test_function

    def _compiled(self, step: Step) -> Step:
        def of_next_batch(iterator: Iterator[Any]) -> dict[str, tf.Tensor]:
            return self.distribute_strategy.run(step, args=(next(iterator),))

        return tf.function(of_next_batch, autograph=False, reduce_retracing=True)


def dense_adam(learning_rate: Any) -> tf.keras.optimizers.Optimizer:
    """Adam, of dense gradients.

    It moves every row of an embedding at every step anyway, and Keras' older one does so in one operation a variable,
    three times as fast as the newer one's many.
    """
    return tf.keras.optimizers.legacy.Adam(learning_rate, gradient_aggregator=_summed)


def _summed(gradients: list[tuple[Any, tf.Variable]]) -> list[tuple[tf.Tensor, tf.Variable]]:
    known = [(tf.convert_to_tensor(gradient), variable) for gradient, variable in gradients if gradient is not None]
    own, variables = zip(*known, strict=True)
    return list(zip(hosts.summed(list(own)), variables, strict=True))
