"""Ranking: a deep & cross network that predicts the score a user would give a beer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow as tf
import tensorflow_recommenders as tfrs
from batches import shuffled
from features import TEXTS, UNKNOWN, BeerFeatures, Vocabulary, of_beers
from hyperparameters import Hyperparameters
from metric_names import RANKING_TRAIN_RMSE, RANKING_VALIDATION_RMSE
from reviews import Rows
from split import Split

from taproom.contract import HIGHEST_SCORE, LOWEST_SCORE

# Of each text feature in training rows, the share that is replaced by the unknown one, so that the
# model learns what to make of a user, beer, brewery or style that it has never met.
_UNKNOWN_SHARE = 0.05
_ROWS_AT_ONCE = 16_384

Inputs = Mapping[str, tf.Tensor]


class RankingModel(tf.Module):
    """Score = mean + biases + deep(cross(x)), x being the features' embeddings side by side.

    The network is stacked: the cross layer feeds the deep part (Wang et al., "DCN V2", 2020, figure 1a).
    Each feature value also has a bias of its own; biases and embeddings are penalised by
    penalty * square / count, which shrinks what occurs rarely, as the bias baseline does.
    """

    measured = (RANKING_TRAIN_RMSE, RANKING_VALIDATION_RMSE)

    def __init__(self, split: Split, known: Vocabulary, chosen: Hyperparameters) -> None:
        super().__init__()
        self._chosen, self._known = chosen, known
        self._beers = of_beers(split.beers, known)
        self._users = known.codes("username", split.usernames)
        self._training, self._validation = split.training, split.validation
        self._mean = float(split.training.score.mean())
        tf.keras.utils.set_random_seed(chosen.seed)
        self._embeddings = {
            feature: tf.Variable(
                tf.random.stateless_normal(
                    (len(known.texts[feature]) + 1, chosen.ranking_dimension), (chosen.seed, number), stddev=0.05
                )
            )
            for number, feature in enumerate(TEXTS)
        }
        self._biases = {feature: tf.Variable(tf.zeros(len(known.texts[feature]) + 1)) for feature in TEXTS}
        self._layers = _layers(chosen)
        width = len(TEXTS) * chosen.ranking_dimension + 2
        self._network(tf.zeros((1, width)), None)
        self.weights = [
            *self._embeddings.values(),
            *self._biases.values(),
            *(weight for layer in self._layers for weight in layer.trainable_variables),
        ]
        self.optimizer = tf.keras.optimizers.Adam(chosen.ranking_learning_rate)
        self.optimizer.build(self.weights)
        self._rows = self._inputs(self._training)
        self._scores = tf.constant(self._training.score)
        self._counts = {feature: self._occurrences(feature) for feature in TEXTS}

    @property
    def blocks(self) -> dict[str, int]:
        """Width of each feature in the cross layer's input, in order; abv is a number and a flag."""
        return dict.fromkeys(TEXTS, self._chosen.ranking_dimension) | {"abv": 2}

    @property
    def cross_kernel(self) -> np.ndarray | None:
        """The cross layer's kernel [width in, width out], or None without a cross layer."""
        if not self._chosen.use_cross_layer:
            return None
        kernels = [weight.numpy() for weight in self._layers[0].trainable_variables if weight.shape.rank == 2]
        return kernels[0] if len(kernels) == 1 else kernels[0] @ kernels[1]

    def epoch(self, number: int) -> dict[str, float]:
        """One pass; RMSE over the pass (with dropout), then of the validation rows."""
        rows = shuffled(len(self._training), self._chosen.ranking_batch, self._chosen.seed + 1, number)
        squares = float(self._pass(rows, tf.constant([self._chosen.seed, number])))
        errors = self.predicted(self._validation) - self._validation.score
        return {
            RANKING_TRAIN_RMSE: float(np.sqrt(squares / rows.size)),
            RANKING_VALIDATION_RMSE: float(np.sqrt(np.mean(errors**2))),
        }

    def better(self, new: float, old: float) -> bool:
        return new < old

    def predicted(self, rows: Rows) -> np.ndarray:
        """Scores [rows]."""
        places = np.arange(len(rows))
        return np.concatenate(
            [
                self._answer(self._inputs(rows.where(places[start : start + _ROWS_AT_ONCE])))
                for start in range(0, len(rows), _ROWS_AT_ONCE)
            ]
        )

    def score(self, inputs: Inputs) -> tf.Tensor:
        """Scores [n], 0 to 5, of codes [n] (0 for unknown) and `abv` [n] (percent by volume, below 0 for unknown)."""
        return tf.clip_by_value(self._raw(inputs, None), LOWEST_SCORE, HIGHEST_SCORE)

    @tf.function(reduce_retracing=True, autograph=False)
    def _answer(self, inputs: Inputs) -> tf.Tensor:
        return self.score(inputs)

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([2], tf.int32)])
    def _pass(self, batches: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Fit on `batches` [steps, batch] of row numbers; the summed squared error."""
        total = 0.0
        for step in tf.range(tf.shape(batches)[0]):
            total += self._step(batches[step], tf.random.experimental.stateless_fold_in(seed, step))
        return total

    @tf.autograph.experimental.do_not_convert  # nothing in here needs it, and converting Keras takes seconds
    def _step(self, rows: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Fit on one batch [batch] of row numbers; the summed squared error."""
        inputs = {feature: tf.gather(values, rows) for feature, values in self._rows.items()}
        inputs |= _partly_unknown({feature: inputs[feature] for feature in TEXTS}, seed)
        with tf.GradientTape() as tape:
            squares = tf.square(self._raw(inputs, seed) - tf.gather(self._scores, rows))
            loss = tf.reduce_mean(squares) + self._chosen.ranking_penalty * self._penalty(inputs)
        gradients = tape.gradient(loss, self.weights)
        self.optimizer.apply_gradients(zip(gradients, self.weights, strict=True))
        return tf.reduce_sum(squares)

    def _raw(self, inputs: Inputs, seed: tf.Tensor | None) -> tf.Tensor:
        """Scores [n] before clipping; with a seed, as in training."""
        abv = inputs["abv"]
        known = abv >= 0
        strength = tf.where(known, (abv - self._known.abv_mean) / self._known.abv_deviation, 0.0)
        vectors = [tf.gather(self._embeddings[feature], inputs[feature]) for feature in TEXTS]
        numbers = tf.stack([strength, tf.cast(~known, tf.float32)], axis=1)
        biases = [tf.gather(self._biases[feature], inputs[feature]) for feature in TEXTS]
        return self._mean + tf.add_n(biases) + self._network(tf.concat([*vectors, numbers], axis=1), seed)

    def _network(self, x: tf.Tensor, seed: tf.Tensor | None) -> tf.Tensor:
        """[n, width] → [n]."""
        for number, layer in enumerate(self._layers):
            if seed is not None and number:
                x = tf.nn.experimental.stateless_dropout(
                    x, self._chosen.ranking_dropout, tf.random.experimental.stateless_fold_in(seed, number)
                )
            x = layer(x)
        return tf.squeeze(x, axis=1)

    def _penalty(self, inputs: Inputs) -> tf.Tensor:
        return tf.add_n(
            [
                tf.reduce_mean(
                    (
                        tf.reduce_sum(tf.square(tf.gather(self._embeddings[feature], inputs[feature])), axis=1)
                        + tf.square(tf.gather(self._biases[feature], inputs[feature]))
                    )
                    / tf.gather(self._counts[feature], inputs[feature])
                )
                for feature in TEXTS
            ]
        )

    def _occurrences(self, feature: str) -> tf.Tensor:
        """How many training rows have each of the feature's values; at least 1, so that it can divide."""
        counts = np.bincount(self._rows[feature], minlength=len(self._known.texts[feature]) + 1)
        return tf.constant(np.maximum(counts, 1), tf.float32)

    def _inputs(self, rows: Rows) -> dict[str, tf.Tensor]:
        beers: BeerFeatures = self._beers
        return {
            "username": tf.constant(self._users[rows.user]),
            "beer_id": tf.constant(beers.beer_id[rows.beer]),
            "brewery_name": tf.constant(beers.brewery_name[rows.beer]),
            "style": tf.constant(beers.style[rows.beer]),
            "abv": tf.constant(beers.abv[rows.beer]),
        }


def _layers(chosen: Hyperparameters) -> list[tf.keras.layers.Layer]:
    cross = [tfrs.layers.dcn.Cross(projection_dim=chosen.projection_dimension or None)]
    deep = [tf.keras.layers.Dense(size, activation="relu") for size in chosen.deep_layer_sizes]
    return [*(cross if chosen.use_cross_layer else []), *deep, tf.keras.layers.Dense(1)]


def _partly_unknown(inputs: dict[str, tf.Tensor], seed: tf.Tensor) -> dict[str, tf.Tensor]:
    """`inputs` with a share of each feature's codes replaced by the unknown one."""
    return {
        feature: tf.where(
            tf.random.stateless_uniform(tf.shape(codes), tf.random.experimental.stateless_fold_in(seed, 100 + number))
            < _UNKNOWN_SHARE,
            UNKNOWN,
            codes,
        )
        for number, (feature, codes) in enumerate(inputs.items())
    }
