"""Retrieval: from the beers that somebody tried to those they will try."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf
import tensorflow_recommenders as tfrs

from taproom.metrics import LOSS, VALIDATION_RECALL_AT_10, VALIDATION_RECALL_AT_100, Metric
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.split import Split
from trainer.evaluation import metrics
from trainer.fitting.batches import shuffled_batches, sum_over_batches
from trainer.hyperparameters import Hyperparameters
from trainer.retrieval.ranks import ranks_among_new_beers
from trainer.retrieval.towers import BeerTower, HistoryTower

# A logit that no beer reaches.
_OUT_OF_REACH = -30.0
# A user with n masked beers counts n to this power: more than one with a single beer, less than n times.
_USER_WEIGHT = 0.7
# Beyond so many masked beers a user counts no more, lest a few with long histories decide.
_MOST_WEIGHTY = 30.0
_USERS_AT_ONCE = 2048
# Validation ratings that an epoch is measured by: enough for a standard error below .01.
_MOST_VALIDATED = 4096
# With more than this, times the learning rate, nothing was measured.
_MOST_DECAY = 12.0
# With fewer reviews a beer than this, more epochs find more; from there on they only overfit.
_DENSE = 6.0
_MOST_TIMES = 2.0

Vectors = npt.NDArray[np.float32]


class Member(NamedTuple):
    """One of the models whose logits are averaged: `masked_share` of each history is what it learns to find."""

    masked_share: float
    hidden_units: int


# They differ in form: together they find more than one alone.
MEMBERS = (
    Member(masked_share=0.6, hidden_units=0),
    Member(masked_share=0.55, hidden_units=256),
)


class Interactions(NamedTuple):
    """Who tried what, flat: both [n], a user of a batch and a beer."""

    user: tf.Tensor
    beer: tf.Tensor


class MaskedBeersLoss(tf.keras.layers.Layer, tfrs.tasks.Task):
    """Softmax over the candidates, where the beers a user is known to have tried are no candidates.

    The loss of a user with the masked beers M is the mean over M of -log softmax(logits), and the batch's is
    the mean of these, weighted by min(|M|, 30)^0.7; 0 where nothing is masked.
    """

    def call(self, logits: tf.Tensor, masked: Interactions, visible: Interactions) -> tf.Tensor:
        """The loss of `logits` [users, candidates]; `masked` and `visible` count beers among the candidates."""
        out = tf.fill(tf.shape(visible.beer), _OUT_OF_REACH)
        logits = tf.tensor_scatter_nd_add(logits, _places(visible), out)
        number = tf.math.unsorted_segment_sum(tf.ones_like(masked.user, tf.float32), masked.user, tf.shape(logits)[0])
        each = tf.gather(tf.math.reciprocal_no_nan(number), masked.user)
        labels = tf.scatter_nd(_places(masked), each, tf.shape(logits))
        losses = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
        weight = tf.pow(tf.minimum(number, _MOST_WEIGHTY), _USER_WEIGHT)
        # In a small batch of short histories it may be that nothing is masked.
        return tf.math.divide_no_nan(tf.reduce_sum(weight * losses), tf.reduce_sum(weight))


class RetrievalModel(tf.Module):
    """Finds masked beers of a history from the rest of it.

    In each step a random part of each history is masked; the logit of each beer is the dot product of the rest's
    vector and the beer's, and a bias of the beer, which starts at the logarithm of its popularity. The softmax runs
    over the whole catalogue, so nothing has to be corrected for how negatives are sampled. There is no vector of the
    user: whoever has a history is served alike, fitted or not.

    Histories that are partly masked are those of a denoising auto-encoder (Liang et al., "Variational autoencoders
    for collaborative filtering", 2018); that only the masked beers are learnt, and the visible ones are no candidates,
    is what serving asks for: only new beers count there.
    """

    epoch_metrics: tuple[Metric, ...] = (LOSS, VALIDATION_RECALL_AT_10, VALIDATION_RECALL_AT_100)

    def __init__(self, split: Split, attributes: ItemAttributes, config: Hyperparameters) -> None:
        super().__init__()
        self._config = config
        training, users, beers = split.training, len(split.usernames), len(split.beers)
        known = Histories.from_ratings(training, users)
        self._users = np.flatnonzero(np.diff(known.start)).astype(np.int32)
        self._ragged = tf.RaggedTensor.from_row_splits(known.beer, known.start)
        validation = split.validation.select(np.arange(min(len(split.validation), _MOST_VALIDATED)))
        validated_users = np.unique(validation.user)
        self._validation = Histories.from_ratings(validation, users).select(validated_users)
        self._known = known.select(validated_users)
        counts = np.bincount(training.beer, minlength=beers)
        popularity = np.log((counts + 0.5) / len(training)).astype(np.float32)
        size = config.retrieval_dimension
        seeds = [config.seed * 100 + 10 * place for place in range(len(MEMBERS))]
        self.history_beers, self.candidates = (
            [BeerTower(attributes, size, seed + own) for seed in seeds] for own in (0, 2)
        )
        self.histories = [
            HistoryTower(size, member.hidden_units, seed + 1) for seed, member in zip(seeds, MEMBERS, strict=True)
        ]
        self.biases = [tf.Variable(popularity) for _ in MEMBERS]
        members = zip(self.history_beers, self.histories, self.candidates, self.biases, strict=True)
        self._weights = [
            [*history_beers.weights, *history.weights, *candidates.weights, bias]
            for history_beers, history, candidates, bias in members
        ]
        self.weights = [weight for own in self._weights for weight in own]
        steps = max(1, len(self._users) // config.retrieval_batch)  # an epoch
        self.epochs = _epochs(len(training) / beers, steps, config)
        # As a prior would weigh: the more users there are, the less beside them.
        self.decay = min(config.retrieval_weight_decay / steps, _MOST_DECAY)
        # Keras's older Adam updates a variable in one operation, three times as fast as the newer one's many.
        self.optimizer = tf.keras.optimizers.legacy.Adam(_schedule(steps * self.epochs, config.retrieval_learning_rate))
        self._loss_of = MaskedBeersLoss()

    def fit_epoch(self, number: int) -> dict[Metric, float]:
        """One pass of `epochs`; the loss, and recall of the validation ratings over the whole catalogue."""
        config = self._config
        batches = self._users[shuffled_batches(len(self._users), config.retrieval_batch, config.seed, number)]
        loss = self._fit_batches(batches, tf.constant([config.seed, number])) / len(batches)
        queries, users = self.query_vectors(self._known), self._validation.user
        ranks = ranks_among_new_beers(queries, self.beer_vectors(), self._validation, self._known)
        return {
            LOSS: float(loss),
            VALIDATION_RECALL_AT_10: metrics.recall_at(10, ranks, users),
            VALIDATION_RECALL_AT_100: metrics.recall_at(100, ranks, users),
        }

    def query_vectors(self, histories: Histories) -> Vectors:
        """[users, width] of histories; their dot products with `beer_vectors()` are the mean logits."""
        vectors = []
        for start in range(0, len(histories), _USERS_AT_ONCE):
            some = histories.select(np.arange(start, min(start + _USERS_AT_ONCE, len(histories))))
            vectors.append(self._query_vectors(some.user, some.beer, len(some)).numpy())
        return np.concatenate(vectors)

    def beer_vectors(self) -> Vectors:
        """The candidates' [beers, width]."""
        parts = zip(self.candidates, self.biases, strict=True)
        return np.concatenate([np.column_stack([tower.vectors(), bias]) for tower, bias in parts], axis=1)

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.int32),
            tf.TensorSpec([None], tf.int32),
            tf.TensorSpec([], tf.int32),
        ],
        autograph=False,
    )
    def _query_vectors(self, user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor) -> tf.Tensor:
        tables = [tower.vectors() for tower in self.history_beers]
        return query_vectors(self.histories, tables, user, beer, users)

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([2], tf.int32)], autograph=False)
    def _fit_batches(self, batches: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Fit on `batches` [steps, batch] of users; the summed loss, a member's on average."""
        return sum_over_batches(self._fit_batch, batches, seed)

    def _fit_batch(self, users: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Fit on one batch [batch] of users; the loss, a member's on average."""
        histories = tf.gather(self._ragged, users)
        reviews = Interactions(tf.cast(histories.value_rowids(), tf.int32), histories.values)
        total, gradients = 0.0, list[tf.Tensor]()
        for place, weights in enumerate(self._weights):
            # One after the other: side by side they are no faster, and take the more memory.
            with tf.control_dependencies(gradients), tf.GradientTape() as tape:
                loss = self._loss(place, reviews, tf.size(users), seed)
                # Adam moves every row at every step anyway, and does so in one pass over dense gradients alone.
                gradients += map(tf.convert_to_tensor, tape.gradient(loss, weights))
            total += loss
        self.optimizer.apply_gradients(zip(gradients, self.weights, strict=True))
        kept = 1 - self.decay * self.optimizer.learning_rate(self.optimizer.iterations)
        for tower in (*self.history_beers, *self.candidates):
            # Not of what beers share: there each vector has many reviews to learn from.
            tower.own.assign(tf.maximum(kept, 0.0) * tower.own)
        return total / len(MEMBERS)

    def _loss(self, place: int, reviews: Interactions, users: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        masking, dropping = (tf.random.experimental.stateless_fold_in(seed, 2 * place + each) for each in range(2))
        is_masked = tf.random.stateless_uniform(tf.shape(reviews.beer), masking) < MEMBERS[place].masked_share
        masked, visible = _where(is_masked, reviews), _where(~is_masked, reviews)
        beers = self.history_beers[place].vectors_of(visible.beer)
        vectors = self.histories[place].vectors(beers, visible.user, users, self._config.retrieval_dropout, dropping)
        logits = tf.matmul(vectors, self.candidates[place].vectors(), transpose_b=True) + self.biases[place]
        return self._loss_of(logits, masked, visible)


def query_vectors(
    towers: list[HistoryTower], tables: list[tf.Tensor], user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor
) -> tf.Tensor:
    """[users, width] of flat histories, from each member's tower and its beers' vectors in `tables`."""
    # A one beside each member's vector meets the candidate's bias.
    one = tf.ones((users, 1))
    vectors = [
        tower.vectors(tf.gather(table, beer), user, users, 0.0, None)
        for tower, table in zip(towers, tables, strict=True)
    ]
    return tf.concat([part for each in vectors for part in (each, one)], axis=1) / len(towers)


def _places(interactions: Interactions) -> tf.Tensor:
    return tf.stack([interactions.user, interactions.beer], axis=1)


def _where(mask: tf.Tensor, interactions: Interactions) -> Interactions:
    return Interactions(*(tf.boolean_mask(column, mask) for column in interactions))


def _epochs(density: float, steps: int, config: Hyperparameters) -> int:
    """The chosen number, times sqrt(6 / density) but at most 2, where beers have less than 6 reviews each.

    `density` is the mean number of training reviews a known beer, `steps` are those of an epoch.
    """
    more = min(max((_DENSE / density) ** 0.5, 1.0), _MOST_TIMES)
    return min(round(config.retrieval_epochs * more), -(-config.retrieval_steps // steps))


def _schedule(steps: int, highest: float) -> tf.keras.optimizers.schedules.LearningRateSchedule:
    """Up over the first tenth of all steps, then down along a cosine."""
    return tf.keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=highest, warmup_steps=max(1, steps // 10)
    )
