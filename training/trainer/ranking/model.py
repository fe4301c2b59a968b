"""Ranking: a deep & cross network that predicts the score a user would give a beer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from taproom.contract import HIGHEST_SCORE, LOWEST_SCORE
from taproom.metrics import TRAIN_RMSE, VALIDATION_RMSE, Metric
from trainer.data.attributes import ItemAttributes
from trainer.data.reviews import Ratings
from trainer.data.split import Split
from trainer.evaluation import metrics
from trainer.fitting.batches import shuffled_batches, sum_over_batches
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.cross_fit import CrossFittedFeatures
from trainer.ranking.features.base import FeatureMatrix
from trainer.ranking.network import EmbeddingIds, Network

# Of the linear part: a pseudo-count of ratings that says each weight is 0.
_RIDGE = 10.0
_MEMBERS = 2
_RATINGS_AT_ONCE = 16_384


class RankingModel(tf.Module):
    """Score = linear(features) + the members' mean of network(features, embeddings).

    The features are those of ranking_features.py, cross-fitted for training ratings. The linear part is their ridge
    regression, found exactly; what is left is the networks', which start at zero. Two that differ in their start are
    averaged.
    """

    epoch_metrics: tuple[Metric, ...] = (TRAIN_RMSE, VALIDATION_RMSE)

    def __init__(
        self, split: Split, attributes: ItemAttributes, known: CrossFittedFeatures, config: Hyperparameters
    ) -> None:
        super().__init__()
        self._config = config
        self._training, self._validation = split.training, split.validation
        self._attributes = attributes
        self._scale, self._features, self._validation_features = known.scale, known.training, known.validation
        self._linear = [
            tf.Variable(part, trainable=False) for part in _ridge(known.training.values, split.training.score)
        ]
        self._ids = EmbeddingIds(*(tf.constant(part) for part in self._embedding_ids(split.training)))
        self._scores = tf.constant(split.training.score)
        tf.keras.utils.set_random_seed(config.seed)
        sizes = (len(split.beers), len(attributes.styles), len(attributes.breweries))
        self._networks = [Network(len(known.training.names), sizes, config, number) for number in range(_MEMBERS)]
        self.weights = [weight for network in self._networks for weight in network.weights]
        steps = max(1, len(split.training) // config.ranking_batch)  # an epoch
        self.epochs = min(config.ranking_epochs, -(-config.ranking_steps // steps))
        schedule = tf.keras.optimizers.schedules.CosineDecay(config.ranking_learning_rate, steps * self.epochs)
        self.optimizer = tf.keras.optimizers.legacy.Adam(schedule)  # for its speed, as the retrieval model's

    @property
    def kept(self) -> list[tf.Variable]:
        """Every variable that a score depends on, but for the features' own."""
        return [*self.weights, *self._linear]

    @property
    def input_groups(self) -> tuple[str, ...]:
        """What each column of the cross layers' input is about [width]."""
        return (*self._features.groups, *self._networks[0].embedding_groups)

    @property
    def cross_kernel(self) -> npt.NDArray[np.float32] | None:
        """The first member's first cross kernel [width in, width out], or None without cross layers."""
        return self._networks[0].cross_kernel

    def fit_epoch(self, number: int) -> dict[Metric, float]:
        """One pass; RMSE over the pass (with dropout), then of the validation ratings."""
        rows = shuffled_batches(len(self._training), self._config.ranking_batch, self._config.seed + 1, number)
        squares = float(self._fit_batches(rows, tf.constant([self._config.seed, number])))
        return {
            TRAIN_RMSE: float(np.sqrt(squares / rows.size)),
            VALIDATION_RMSE: metrics.rmse(self._predict_validation(), self._validation.score),
        }

    def predict(self, features: FeatureMatrix, ids: EmbeddingIds) -> tf.Tensor:
        """Scores [n], 0 to 5, from features [n, columns] and ids [n]."""
        return self._predict(self._scale.standardise(features), ids)

    def _predict(self, standardised: tf.Tensor, ids: EmbeddingIds) -> tf.Tensor:
        deep = tf.add_n([network(standardised, ids, None) for network in self._networks]) / _MEMBERS
        return tf.clip_by_value(self._predict_linear(standardised) + deep, LOWEST_SCORE, HIGHEST_SCORE)

    def _predict_validation(self) -> npt.NDArray[np.float32]:
        ids = self._embedding_ids(self._validation)
        return np.concatenate(
            [
                self._predict_batch(
                    self._validation_features.values[start : start + _RATINGS_AT_ONCE],
                    EmbeddingIds(*(tf.constant(part[start : start + _RATINGS_AT_ONCE]) for part in ids)),
                )
                for start in range(0, len(self._validation), _RATINGS_AT_ONCE)
            ]
        )

    @tf.function(reduce_retracing=True, autograph=False)
    def _predict_batch(self, standardised: tf.Tensor, ids: EmbeddingIds) -> tf.Tensor:
        return self._predict(tf.cast(standardised, tf.float32), ids)

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([2], tf.int32)], autograph=False)
    def _fit_batches(self, batches: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Fit on `batches` [steps, batch] of row numbers; the summed squared error, a member's on average."""
        return sum_over_batches(self._fit_batch, batches, seed)

    def _fit_batch(self, rows: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Fit on one batch [batch] of row numbers; the summed squared error, a member's on average."""
        features = tf.cast(tf.gather(self._features.values, rows), tf.float32)
        ids = EmbeddingIds(*(tf.gather(part, rows) for part in self._ids))
        residual = tf.gather(self._scores, rows) - self._predict_linear(features)
        with tf.GradientTape() as tape:
            squares, penalty = 0.0, 0.0
            for place, network in enumerate(self._networks):
                own = tf.random.experimental.stateless_fold_in(seed, place)
                squares += tf.reduce_sum(tf.square(network(features, ids, own) - residual))
                penalty += network.penalty(ids)
            loss = squares / tf.cast(tf.size(rows), tf.float32) + self._config.ranking_penalty * penalty
        gradients = map(tf.convert_to_tensor, tape.gradient(loss, self.weights))
        self.optimizer.apply_gradients(zip(gradients, self.weights, strict=True))
        return squares / _MEMBERS

    def _predict_linear(self, standardised: tf.Tensor) -> tf.Tensor:
        weights, bias = self._linear
        return tf.linalg.matvec(standardised, weights) + bias

    def _embedding_ids(self, ratings: Ratings) -> tuple[npt.NDArray[np.int32], ...]:
        beer = ratings.beer
        return beer + 1, self._attributes.style[beer] + 1, self._attributes.brewery[beer] + 1


def _ridge(features: tf.Tensor, scores: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], np.float32]:
    """Weights [columns] and bias of the linear part; `features` [ratings, columns] are standardised."""
    size = features.shape[1] + 1
    squares, products = np.zeros((size, size)), np.zeros(size)
    for start in range(0, len(features), _RATINGS_AT_ONCE):
        some = features[start : start + _RATINGS_AT_ONCE].numpy().astype(np.float64)
        rows = np.column_stack([some, np.ones(len(some))])
        squares += rows.T @ rows
        products += rows.T @ scores[start : start + _RATINGS_AT_ONCE]
    solution = np.linalg.solve(squares + np.diag([_RIDGE] * features.shape[1] + [0.0]), products)
    return solution[:-1].astype(np.float32), np.float32(solution[-1])
