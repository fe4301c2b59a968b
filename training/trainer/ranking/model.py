"""The ranking model: a deep & cross network that predicts the score a user would give a beer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf
import tensorflow_recommenders as tfrs

from taproom.contract import HIGHEST_SCORE, LOWEST_SCORE
from taproom.metrics import TRAIN_RMSE, VALIDATION_RMSE, Metric
from trainer.data.attributes import UNKNOWN
from trainer.fitting import hosts
from trainer.fitting.keras_model import KerasModel, dense_adam
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.ridge import Ridge


class Inputs(NamedTuple):
    """Standardised features [n, columns], and rows of the embeddings [n], 0 for unknown."""

    features: tf.Tensor
    beer: tf.Tensor
    style: tf.Tensor
    brewery: tf.Tensor


class DeepCross(KerasModel):
    """score = linear(features) + deep(cross([features, embeddings of beer, style and brewery])), cut to the scale.

    Stacked: cross layers feed the deep ones (Wang et al., "DCN V2", 2020, figure 1a). `linear` is found beforehand, so
    the network, which starts at 0, learns what is left.

    Parameters
    ----------
    sizes
        How many beers, styles and breweries there are.
    steps
        Of all epochs: the learning rate falls along a cosine to 0 by then.
    """

    epoch_metrics = (TRAIN_RMSE, VALIDATION_RMSE)

    def __init__(self, linear: Ridge, sizes: tuple[int, int, int], config: Hyperparameters, steps: int) -> None:
        super().__init__()
        tf.keras.utils.set_random_seed(config.seed)
        self._linear = [tf.Variable(part, trainable=False) for part in linear]
        self._dropout, self._seed = config.ranking_dropout, config.seed
        number_of_hosts = self.distribute_strategy.num_replicas_in_sync
        self._embeddings = [
            # Of what nobody reviewed nothing is learnt: its vector stays 0, as does the first, of the unknown.
            tf.keras.layers.Embedding(
                size + 1,
                config.ranking_dimension,
                embeddings_initializer="zeros",
                # Keras divides it by the size of the batch, which each host looks up whole.
                activity_regularizer=tf.keras.regularizers.L2(config.ranking_penalty / number_of_hosts),
            )
            for size in sizes
        ]
        self._cross = [
            tfrs.layers.dcn.Cross(projection_dim=config.projection_dimension or None)
            for _ in range(config.cross_layers if config.use_cross_layer else 0)
        ]
        deep = [tf.keras.layers.Dense(size, activation="relu") for size in config.deep_layer_sizes]
        self._deep = [*deep, tf.keras.layers.Dense(1, kernel_initializer="zeros")]
        self.task = tfrs.tasks.Ranking(
            # The mean of a vector leaves nothing to reduce.
            loss=tf.keras.losses.MeanSquaredError(reduction=tf.keras.losses.Reduction.NONE),
            metrics=[tf.keras.metrics.RootMeanSquaredError(name="rmse")],
        )
        schedule = tf.keras.optimizers.schedules.CosineDecay(config.ranking_learning_rate, steps)
        self.compile(optimizer=dense_adam(schedule))
        self(Inputs(tf.zeros((1, len(linear.weights))), *[tf.zeros(1, tf.int32)] * 3))  # so that its variables exist

    @property
    def kept(self) -> list[tf.Variable]:
        """Every variable that a score depends on, but for the features' own."""
        return [*self.trainable_variables, *self._linear]

    @property
    def cross_kernel(self) -> npt.NDArray[np.float32] | None:
        """The first cross kernel [width in, width out], or None without cross layers."""
        if not self._cross:
            return None
        kernels = [weight.numpy() for weight in self._cross[0].trainable_variables if weight.shape.rank == 2]
        return kernels[0] if len(kernels) == 1 else kernels[0] @ kernels[1]

    def compute_loss(self, inputs: tuple[Inputs, tf.Tensor], training: bool = False) -> tf.Tensor:
        """The mean squared error of ratings [n] and their scores [n]; Keras adds the embeddings' penalty."""
        asked, scores = inputs
        predicted = self(asked, training=training)
        if not training:
            return self.task(scores, predicted)
        own = hosts.Share.of(tf.size(scores))
        return own.part * self.task(own.take(scores), predicted, training=True)

    def measure(self, logs: Mapping[str, float]) -> dict[Metric, float]:
        """RMSE over the pass (with dropout), and of the validation ratings."""
        return {TRAIN_RMSE: logs["rmse"], VALIDATION_RMSE: logs["val_rmse"]}

    def call(self, inputs: Inputs, training: bool = False) -> tf.Tensor:
        """Scores [n], 0 to 5; in training those of this host's share alone, not cut to the scale."""
        weights, bias = self._linear
        # Examples are kept in half precision.
        features = tf.cast(inputs.features, tf.float32)
        vectors = tf.concat([embed(rows) for embed, rows in zip(self._embeddings, inputs[1:], strict=True)], axis=1)
        own = hosts.Share.of(tf.size(inputs.beer)) if training else None
        if own is not None:
            features, vectors = own.take(features), own.take(vectors)
        start = x = tf.concat([features, self._dropped(vectors, own, 0)], axis=1)
        for layer in self._cross:
            x = layer(start, x)
        for place, layer in enumerate(self._deep, start=1):
            x = layer(self._dropped(x, own, place))
        scores = tf.linalg.matvec(features, weights) + bias + tf.squeeze(x, axis=1)
        return scores if training else tf.clip_by_value(scores, LOWEST_SCORE, HIGHEST_SCORE)

    def _dropped(self, x: tf.Tensor, own: hosts.Share | None, place: int) -> tf.Tensor:
        if own is None:
            return x
        # Chance follows from the step, which is part of a checkpoint, so that a resumed fit drops the same.
        seed = tf.stack([self._seed + place, tf.cast(self.optimizer.iterations, tf.int32)])
        return own.dropout(x, self._dropout, seed)


def inputs_of(features: tf.Tensor, beer: tf.Tensor, style: tf.Tensor, brewery: tf.Tensor) -> Inputs:
    """From standardised features [n, columns] and ids [n], UNKNOWN (-1) where not known."""
    return Inputs(features, *(ids - UNKNOWN for ids in (beer, style, brewery)))
