"""Ranking: a deep & cross network that predicts the score a user would give a beer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf
import tensorflow_recommenders as tfrs
from batches import shuffled, summed
from hyperparameters import Hyperparameters
from kinds import Kinds
from metric_names import RANKING_TRAIN_RMSE, RANKING_VALIDATION_RMSE
from out_of_fold import Known
from reviews import Rows
from split import Split
from tendencies import COLUMNS

from taproom.contract import HIGHEST_SCORE, LOWEST_SCORE

# Reviews' worth of doubt about each weight of the linear part.
_RIDGE = 10.0
_MEMBERS = 2
_ROWS_AT_ONCE = 16_384


class Codes(NamedTuple):
    """Places in the embeddings, all [n]; 0 for unknown."""

    beer: tf.Tensor
    style: tf.Tensor
    brewery: tf.Tensor


class RankingModel(tf.Module):
    """Score = linear(numbers) + the members' mean of deep(cross(numbers, embeddings)).

    The numbers are the tendencies of user and beer (tendencies.py), those of training rows out of fold. The linear
    part is their ridge regression, found exactly; what is left is the network's, which starts at zero. The network is
    stacked: cross layers feed the deep part (Wang et al., "DCN V2", 2020, figure 1a). Two members that differ in
    their start are averaged.
    """

    measured = (RANKING_TRAIN_RMSE, RANKING_VALIDATION_RMSE)

    def __init__(self, split: Split, kinds: Kinds, known: Known, chosen: Hyperparameters) -> None:
        super().__init__()
        self._chosen = chosen
        self._training, self._validation = split.training, split.validation
        self._kinds = kinds
        self._scale, self._numbers, self._validation_numbers = known.scale, known.training, known.validation
        self._linear = [tf.Variable(part, trainable=False) for part in _ridge(known.training, split.training.score)]
        self._codes = Codes(*(tf.constant(part) for part in self._codes_of(split.training)))
        self._scores = tf.constant(split.training.score)
        tf.keras.utils.set_random_seed(chosen.seed)
        sizes = (len(split.beers), len(kinds.styles), len(kinds.breweries))
        self._networks = [Network(sizes, chosen, place) for place in range(_MEMBERS)]
        self.weights = [weight for network in self._networks for weight in network.weights]
        steps = max(1, len(split.training) // chosen.ranking_batch)  # an epoch
        self.epochs = min(chosen.ranking_epochs, -(-chosen.ranking_steps // steps))
        schedule = tf.keras.optimizers.schedules.CosineDecay(chosen.ranking_learning_rate, steps * self.epochs)
        self.optimizer = tf.keras.optimizers.legacy.Adam(schedule)  # as in retrieval_model.py

    @property
    def kept(self) -> list[tf.Variable]:
        """Every variable that a score depends on."""
        return [*self.weights, *self._linear]

    @property
    def blocks(self) -> dict[str, int]:
        """Width of each group of features in the cross layers' input, in order."""
        return self._networks[0].blocks

    @property
    def cross_kernel(self) -> npt.NDArray[np.float32] | None:
        """The first member's first cross kernel [width in, width out], or None without cross layers."""
        return self._networks[0].cross_kernel

    def epoch(self, number: int) -> dict[str, float]:
        """One pass; RMSE over the pass (with dropout), then of the validation rows."""
        rows = shuffled(len(self._training), self._chosen.ranking_batch, self._chosen.seed + 1, number)
        squares = float(self._pass(rows, tf.constant([self._chosen.seed, number])))
        errors = self._predicted_validation() - self._validation.score
        return {
            RANKING_TRAIN_RMSE: float(np.sqrt(squares / rows.size)),
            RANKING_VALIDATION_RMSE: float(np.sqrt(np.mean(errors**2))),
        }

    def better(self, new: float, old: float) -> bool:
        return new < old

    def score(self, numbers: tf.Tensor, codes: Codes) -> tf.Tensor:
        """Scores [n], 0 to 5, from tendencies [n, columns] and codes [n]."""
        return self._score(self._scale.of(numbers), codes)

    def _score(self, scaled: tf.Tensor, codes: Codes) -> tf.Tensor:
        deep = tf.add_n([network(scaled, codes, None) for network in self._networks]) / _MEMBERS
        return tf.clip_by_value(self._linearly(scaled) + deep, LOWEST_SCORE, HIGHEST_SCORE)

    def _predicted_validation(self) -> npt.NDArray[np.float32]:
        codes = self._codes_of(self._validation)
        return np.concatenate(
            [
                self._answer(
                    self._validation_numbers[start : start + _ROWS_AT_ONCE],
                    Codes(*(tf.constant(part[start : start + _ROWS_AT_ONCE]) for part in codes)),
                )
                for start in range(0, len(self._validation), _ROWS_AT_ONCE)
            ]
        )

    @tf.function(reduce_retracing=True, autograph=False)
    def _answer(self, numbers: tf.Tensor, codes: Codes) -> tf.Tensor:
        return self._score(tf.cast(numbers, tf.float32), codes)

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([2], tf.int32)], autograph=False)
    def _pass(self, batches: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Fit on `batches` [steps, batch] of row numbers; the summed squared error, a member's on average."""
        return summed(self._step, batches, seed)

    def _step(self, rows: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Fit on one batch [batch] of row numbers; the summed squared error, a member's on average."""
        numbers = tf.cast(tf.gather(self._numbers, rows), tf.float32)
        codes = Codes(*(tf.gather(part, rows) for part in self._codes))
        left = tf.gather(self._scores, rows) - self._linearly(numbers)
        with tf.GradientTape() as tape:
            squares, penalty = 0.0, 0.0
            for place, network in enumerate(self._networks):
                own = tf.random.experimental.stateless_fold_in(seed, place)
                squares += tf.reduce_sum(tf.square(network(numbers, codes, own) - left))
                penalty += network.penalty(codes)
            loss = squares / tf.cast(tf.size(rows), tf.float32) + self._chosen.ranking_penalty * penalty
        gradients = map(tf.convert_to_tensor, tape.gradient(loss, self.weights))
        self.optimizer.apply_gradients(zip(gradients, self.weights, strict=True))
        return squares / _MEMBERS

    def _linearly(self, scaled: tf.Tensor) -> tf.Tensor:
        weights, bias = self._linear
        return tf.linalg.matvec(scaled, weights) + bias

    def _codes_of(self, rows: Rows) -> tuple[npt.NDArray[np.int32], ...]:
        return rows.beer + 1, self._kinds.style[rows.beer] + 1, self._kinds.brewery[rows.beer] + 1


class Network(tf.Module):
    """One member: [numbers, embeddings] → cross layers → deep layers → a number."""

    def __init__(self, sizes: tuple[int, int, int], chosen: Hyperparameters, place: int) -> None:
        super().__init__()
        self._dropout = chosen.ranking_dropout
        self._width = chosen.ranking_dimension
        self._embeddings = [
            # Nothing is learnt of what is unknown: its vector, the first, stays zero.
            tf.Variable(tf.pad(tf.random.stateless_normal((size, self._width), seed, stddev=0.05), [[1, 0], [0, 0]]))
            for number, size in enumerate(sizes)
            for seed in [(chosen.seed, 10 * place + number)]
        ]
        self._cross = [
            tfrs.layers.dcn.Cross(projection_dim=chosen.projection_dimension or None)
            for _ in range(chosen.cross_layers if chosen.use_cross_layer else 0)
        ]
        deep = [tf.keras.layers.Dense(size, activation="relu") for size in chosen.deep_layer_sizes]
        self._deep = [*deep, tf.keras.layers.Dense(1, kernel_initializer="zeros")]
        none = tf.zeros([1], tf.int32)
        self(tf.zeros((1, len(COLUMNS))), Codes(none, none, none), None)
        layers = [*self._cross, *self._deep]
        self.weights = [*self._embeddings, *(weight for layer in layers for weight in layer.trainable_variables)]

    @property
    def blocks(self) -> dict[str, int]:
        widths: dict[str, int] = {}
        for group in COLUMNS.values():
            widths[group] = widths.get(group, 0) + 1
        return widths | dict.fromkeys(("which beer", "style", "brewery"), self._width)

    @property
    def cross_kernel(self) -> npt.NDArray[np.float32] | None:
        if not self._cross:
            return None
        kernels = [weight.numpy() for weight in self._cross[0].trainable_variables if weight.shape.rank == 2]
        return kernels[0] if len(kernels) == 1 else kernels[0] @ kernels[1]

    def __call__(self, numbers: tf.Tensor, codes: Codes, seed: tf.Tensor | None) -> tf.Tensor:
        """[n]; with a `seed` as in training."""
        vectors = tf.concat(self._vectors(codes), axis=1)
        start = x = tf.concat([numbers, self._dropped(vectors, seed, 0)], axis=1)
        for layer in self._cross:
            x = layer(start, x)
        for place, layer in enumerate(self._deep, start=1):
            x = layer(self._dropped(x, seed, place))
        return tf.squeeze(x, axis=1)

    def penalty(self, codes: Codes) -> tf.Tensor:
        """The squared embeddings of a batch, summed."""
        return tf.add_n([tf.reduce_sum(tf.square(vectors)) for vectors in self._vectors(codes)])

    def _vectors(self, codes: Codes) -> list[tf.Tensor]:
        return [tf.gather(table, part) for table, part in zip(self._embeddings, codes, strict=True)]

    def _dropped(self, x: tf.Tensor, seed: tf.Tensor | None, place: int) -> tf.Tensor:
        if seed is None:
            return x
        own = tf.random.experimental.stateless_fold_in(seed, place)
        return tf.nn.experimental.stateless_dropout(x, self._dropout, own)


def _ridge(numbers: tf.Tensor, scores: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], np.float32]:
    """Weights [columns] and bias of the linear part; `numbers` [rows, columns] are standardised."""
    size = numbers.shape[1] + 1
    squares, products = np.zeros((size, size)), np.zeros(size)
    for start in range(0, len(numbers), _ROWS_AT_ONCE):
        some = numbers[start : start + _ROWS_AT_ONCE].numpy().astype(np.float64)
        rows = np.column_stack([some, np.ones(len(some))])
        squares += rows.T @ rows
        products += rows.T @ scores[start : start + _ROWS_AT_ONCE]
    solution = np.linalg.solve(squares + np.diag([_RIDGE] * numbers.shape[1] + [0.0]), products)
    return solution[:-1].astype(np.float32), np.float32(solution[-1])
