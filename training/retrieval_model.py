"""Retrieval: a user tower and a beer tower, fitted so that a user's own beers score highest."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_recommenders as tfrs
from batches import shuffled
from hyperparameters import Hyperparameters
from metric_names import RETRIEVAL_LOSS, RETRIEVAL_VALIDATION_RECALL_AT_10, RETRIEVAL_VALIDATION_RECALL_AT_100
from ranks import of_own_beer
from split import Split


class InBatchSoftmax(tf.keras.losses.Loss):
    """Softmax cross-entropy whose true class is the diagonal: what `tfrs.tasks.Retrieval` labels.

    Equals CategoricalCrossentropy(from_logits=True, reduction=SUM) on an identity matrix, without
    multiplying by one: a third less time an epoch.
    """

    def __init__(self) -> None:
        super().__init__(reduction=tf.keras.losses.Reduction.SUM)

    def call(self, _labels: tf.Tensor, scores: tf.Tensor) -> tf.Tensor:
        """[batch] losses of `scores` [batch, batch]."""
        return tf.reduce_logsumexp(scores, axis=1) - tf.linalg.diag_part(scores)


class RetrievalModel(tf.Module):
    """Factorisation with unit-length towers; score = cosine / temperature.

    The logits of in-batch negatives are corrected by how often each beer occurs (logQ: Yi et al.,
    "Sampling-Bias-Corrected Neural Modeling for Large Corpus Item Recommendations", 2019); without it
    popular beers are punished for being popular. The towers are normalised since lengths would let
    the popular beers win everywhere.
    """

    measured = (RETRIEVAL_LOSS, RETRIEVAL_VALIDATION_RECALL_AT_10, RETRIEVAL_VALIDATION_RECALL_AT_100)

    def __init__(self, split: Split, chosen: Hyperparameters) -> None:
        super().__init__()
        self._split, self._chosen = split, chosen
        self.users = self._embedding(len(split.usernames), 0)
        self.beers = self._embedding(len(split.beers), 1)
        self.weights = [self.users, self.beers]
        self.optimizer = tf.keras.optimizers.Adam(chosen.retrieval_learning_rate)
        self.optimizer.build(self.weights)
        self._task = tfrs.tasks.Retrieval(loss=InBatchSoftmax(), temperature=chosen.retrieval_temperature)
        training = split.training
        self._user, self._beer = tf.constant(training.user), tf.constant(training.beer)
        counts = np.bincount(training.beer, minlength=len(split.beers))
        self._probability = tf.constant(counts / len(training), tf.float32)

    def epoch(self, number: int) -> dict[str, float]:
        """One pass; loss per row, and recall of the validation rows over the whole catalogue."""
        rows = shuffled(len(self._split.training), self._chosen.retrieval_batch, self._chosen.seed, number)
        loss = self._pass(rows) / rows.size
        users, beers = self.towers()
        ranks = of_own_beer(users, beers, self._split.validation, self._split.training)
        return {
            RETRIEVAL_LOSS: float(loss),
            RETRIEVAL_VALIDATION_RECALL_AT_10: float(np.mean(ranks < 10)),
            RETRIEVAL_VALIDATION_RECALL_AT_100: float(np.mean(ranks < 100)),
        }

    def better(self, new: float, old: float) -> bool:
        return new > old

    def towers(self) -> tuple[Any, Any]:
        """Unit-length vectors of the users `[users, dimension]` and the beers `[beers, dimension]`."""
        return tf.nn.l2_normalize(self.users, axis=1).numpy(), tf.nn.l2_normalize(self.beers, axis=1).numpy()

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32)])
    def _pass(self, batches: tf.Tensor) -> tf.Tensor:
        """Fit on `batches` [steps, batch] of row numbers; the summed loss."""
        total = 0.0
        for rows in batches:
            total += self._step(rows)
        return total

    def _step(self, rows: tf.Tensor) -> tf.Tensor:
        """Fit on one batch [batch] of row numbers; the summed loss."""
        user, beer = tf.gather(self._user, rows), tf.gather(self._beer, rows)
        with tf.GradientTape() as tape:
            loss = self._task(
                tf.nn.l2_normalize(tf.gather(self.users, user), axis=1),
                tf.nn.l2_normalize(tf.gather(self.beers, beer), axis=1),
                candidate_sampling_probability=tf.gather(self._probability, beer),
                compute_metrics=False,
            )
            mean = loss / tf.cast(tf.size(rows), tf.float32)
        self._move(tape.gradient(mean, self.weights))
        return loss

    @tf.autograph.experimental.do_not_convert  # nothing in here needs it, and converting Keras takes seconds
    def _move(self, gradients: list[tf.IndexedSlices]) -> None:
        self.optimizer.apply_gradients(zip(gradients, self.weights, strict=True))

    def _embedding(self, size: int, number: int) -> tf.Variable:
        shape = (size, self._chosen.retrieval_dimension)
        return tf.Variable(tf.random.stateless_normal(shape, (self._chosen.seed, number), stddev=0.05))
