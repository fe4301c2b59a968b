"""Mult-VAE: a variational autoencoder over the history with a multinomial likelihood (Liang et al., 2018,
"Variational Autoencoders for Collaborative Filtering")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

from benchmarks.data.ratings import Places, Ratings
from benchmarks.peers.model import Settings
from benchmarks.tasks.top_lists import Scores
from benchmarks.tasks.validation import ndcg_at_100
from trainer.data.attributes import ItemAttributes

# `beta` is the weight of the divergence, once the first tenth of all steps has raised it.
SETTINGS: tuple[Settings, ...] = (
    {"hidden": 128, "latent": 64, "beta": 0.2, "dropout": 0.5, "batch": 128},
    {"hidden": 128, "latent": 32, "beta": 0.5, "dropout": 0.5, "batch": 64},
    {"hidden": 256, "latent": 128, "beta": 0.2, "dropout": 0.7, "batch": 128},
    {"hidden": 128, "latent": 64, "beta": 0.1, "dropout": 0.3, "batch": 64},
    {"hidden": 64, "latent": 32, "beta": 1.0, "dropout": 0.5, "batch": 128},
    {"hidden": 256, "latent": 64, "beta": 0.1, "dropout": 0.5, "batch": 256},
)
# A third of the paper's layers or less, and fewer steps than its 200 epochs: it is to end in minutes on two cores.
MOST_STEPS = 3000
_STEPS_AT_ONCE = 250
# Measurements in a row that are no better, after which fitting stops.
_PATIENCE = 2
_LEARNING_RATE = 1e-3


class Network(tf.Module):
    """tanh layers `hidden` → the latent mean and deviation → `hidden` → a logit for every beer."""

    def __init__(self, beers: int, settings: Settings) -> None:
        super().__init__()
        self._dropout = settings["dropout"]
        self.encoder = tf_keras.Sequential(
            [
                tf_keras.layers.Dense(settings["hidden"], "tanh", input_shape=(beers,)),
                tf_keras.layers.Dense(2 * settings["latent"]),
            ]
        )
        self.decoder = tf_keras.Sequential(
            [
                tf_keras.layers.Dense(settings["hidden"], "tanh", input_shape=(settings["latent"],)),
                tf_keras.layers.Dense(beers),
            ]
        )

    def logits(self, histories: tf.Tensor) -> tf.Tensor:
        """[users, beers] from the latent means of `histories` [users, beers], of ones and zeros."""
        mean, _ = tf.split(self.encoder(tf.nn.l2_normalize(histories, axis=1)), 2, axis=1)
        return self.decoder(mean)

    def loss(self, histories: tf.Tensor, beta: tf.Tensor) -> tf.Tensor:
        """Mean over users of -sum(x log softmax(logits)) + beta * KL(q(z|x) | N(0, 1))."""
        dropped = tf.nn.dropout(tf.nn.l2_normalize(histories, axis=1), self._dropout)
        mean, log_variance = tf.split(self.encoder(dropped), 2, axis=1)
        latent = mean + tf.exp(log_variance / 2) * tf.random.normal(tf.shape(mean))
        likelihood = tf.reduce_sum(histories * tf.nn.log_softmax(self.decoder(latent)), axis=1)
        divergence = tf.reduce_sum(tf.exp(log_variance) + mean**2 - 1 - log_variance, axis=1) / 2
        return tf.reduce_mean(beta * divergence - likelihood)


@dataclass(frozen=True)
class MultVae:
    settings: Settings
    network: Network

    def scores(self, users: Places, histories: Any) -> Scores:  # noqa: ARG002 (a peer's interface)
        return np.array(self.network.logits(tf.constant(histories.toarray())))


def fit(
    training: Ratings,
    attributes: ItemAttributes,  # noqa: ARG001 (a peer's interface)
    settings: Settings,
    seed: int,
    validation: Ratings | None,
) -> MultVae:
    """With `validation`, the best of 250, 500, … steps, until more are no better twice."""
    tf_keras.utils.set_random_seed(seed)
    network = Network(training.beers, settings)
    optimizer = tf_keras.optimizers.legacy.Adam(_LEARNING_RATE)

    @tf.function(input_signature=[tf.TensorSpec([None, training.beers]), tf.TensorSpec([])])
    def step(histories: tf.Tensor, beta: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = network.loss(histories, beta)
        variables = network.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

    matrix = training.matrix()
    batches = _batches(np.flatnonzero(np.diff(matrix.indptr)), settings["batch"], seed)
    best, found, worse = MultVae({**settings, "steps": 0}, network), -1.0, 0
    kept = [variable.numpy() for variable in network.variables]
    for done in range(1, settings.get("steps", MOST_STEPS) + 1):
        beta = settings["beta"] * min(1.0, 10 * done / MOST_STEPS)
        step(tf.constant(matrix[next(batches)].toarray()), tf.constant(beta, tf.float32))
        if validation is None or done % _STEPS_AT_ONCE:
            continue
        now = MultVae({**settings, "steps": done}, network)
        measured = ndcg_at_100(now, training, validation)
        if measured > found:
            best, found, worse = now, measured, 0
            kept = [variable.numpy() for variable in network.variables]
            continue
        worse += 1
        if worse == _PATIENCE:
            break
    if validation is None:
        return MultVae(settings, network)
    for variable, value in zip(network.variables, kept, strict=True):
        variable.assign(value)
    return best


def _batches(users: Places, size: int, seed: int) -> Any:
    """Places of users, epoch after epoch, each in an order of its own."""
    random = np.random.default_rng(seed)
    while True:
        order = random.permutation(users)
        for start in range(0, len(order), size):
            yield order[start : start + size]
