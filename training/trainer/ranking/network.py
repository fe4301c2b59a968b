"""The network of the ranking model: a stacked deep & cross network."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf
import tensorflow_recommenders as tfrs

from trainer.hyperparameters import Hyperparameters


class EmbeddingIds(NamedTuple):
    """Rows of the embeddings, all [n]; 0 for unknown."""

    beer: tf.Tensor
    style: tf.Tensor
    brewery: tf.Tensor


class Network(tf.Module):
    """[features, embeddings] → cross layers → deep layers → a number.

    Stacked: cross layers feed the deep part (Wang et al., "DCN V2", 2020, figure 1a). `features` is their number,
    `sizes` those of the embeddings of beer, style and brewery; networks that differ in `number` differ in their start.
    """

    def __init__(self, features: int, sizes: tuple[int, int, int], config: Hyperparameters, number: int) -> None:
        super().__init__()
        self._dropout = config.ranking_dropout
        self._width = config.ranking_dimension
        self._embeddings = [
            # Nothing is learnt of what is unknown: its vector, the first, stays zero.
            tf.Variable(tf.pad(tf.random.stateless_normal((size, self._width), seed, stddev=0.05), [[1, 0], [0, 0]]))
            for place, size in enumerate(sizes)
            for seed in [(config.seed, 10 * number + place)]
        ]
        self._cross = [
            tfrs.layers.dcn.Cross(projection_dim=config.projection_dimension or None)
            for _ in range(config.cross_layers if config.use_cross_layer else 0)
        ]
        deep = [tf.keras.layers.Dense(size, activation="relu") for size in config.deep_layer_sizes]
        self._deep = [*deep, tf.keras.layers.Dense(1, kernel_initializer="zeros")]
        none = tf.zeros([1], tf.int32)
        self(tf.zeros((1, features)), EmbeddingIds(none, none, none), None)
        layers = [*self._cross, *self._deep]
        self.weights = [*self._embeddings, *(weight for layer in layers for weight in layer.trainable_variables)]

    @property
    def embedding_groups(self) -> tuple[str, ...]:
        """What each of the embeddings' columns is about; they follow the features."""
        return tuple(group for group in ("which beer", "style", "brewery") for _ in range(self._width))

    @property
    def cross_kernel(self) -> npt.NDArray[np.float32] | None:
        """The first cross kernel [width in, width out], or None without cross layers."""
        if not self._cross:
            return None
        kernels = [weight.numpy() for weight in self._cross[0].trainable_variables if weight.shape.rank == 2]
        return kernels[0] if len(kernels) == 1 else kernels[0] @ kernels[1]

    def __call__(self, features: tf.Tensor, ids: EmbeddingIds, seed: tf.Tensor | None) -> tf.Tensor:
        """[n]; with a `seed` as in training."""
        vectors = tf.concat(self._vectors(ids), axis=1)
        start = x = tf.concat([features, self._dropped(vectors, seed, 0)], axis=1)
        for layer in self._cross:
            x = layer(start, x)
        for place, layer in enumerate(self._deep, start=1):
            x = layer(self._dropped(x, seed, place))
        return tf.squeeze(x, axis=1)

    def penalty(self, ids: EmbeddingIds) -> tf.Tensor:
        """The squared embeddings of a batch, summed."""
        return tf.add_n([tf.reduce_sum(tf.square(vectors)) for vectors in self._vectors(ids)])

    def _vectors(self, ids: EmbeddingIds) -> list[tf.Tensor]:
        return [tf.gather(table, part) for table, part in zip(self._embeddings, ids, strict=True)]

    def _dropped(self, x: tf.Tensor, seed: tf.Tensor | None, place: int) -> tf.Tensor:
        if seed is None:
            return x
        own = tf.random.experimental.stateless_fold_in(seed, place)
        return tf.nn.experimental.stateless_dropout(x, self._dropout, own)
