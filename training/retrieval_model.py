"""Retrieval: from the beers that somebody tried to those they will try."""

from __future__ import annotations

from typing import NamedTuple

import histories
import numpy as np
import numpy.typing as npt
import tensorflow as tf
import tensorflow_recommenders as tfrs
from batches import shuffled, summed
from histories import Histories
from hyperparameters import Hyperparameters
from kinds import Kinds
from metric_names import RETRIEVAL_LOSS, RETRIEVAL_VALIDATION_RECALL_AT_10, RETRIEVAL_VALIDATION_RECALL_AT_100
from ranks import of_own_beers
from split import Split
from towers import BeerTower, HistoryTower

# A logit that no beer reaches.
_OUT_OF_REACH = -30.0
# A user with n hidden beers counts n to this power: more than one with a single beer, less than n times.
_USER_WEIGHT = 0.7
# Beyond so many hidden beers a user counts no more, lest a few with long histories decide.
_MOST_WEIGHTY = 30.0
_USERS_AT_ONCE = 2048
# Validation rows that an epoch is measured by: enough for a standard error below .01.
_MOST_ASKED = 4096
# With more than this, times the learning rate, nothing was measured.
_MOST_DECAY = 12.0
# With fewer reviews a beer than this, more epochs find more; from there on they only overfit.
_DENSE = 6.0
_MOST_TIMES = 2.0

Vectors = npt.NDArray[np.float32]


class Member(NamedTuple):
    """One of the models whose logits are averaged: `hidden_share` of each history is what it learns to find."""

    hidden_share: float
    hidden_units: int


# They differ in form: together they find more than one alone.
MEMBERS = (
    Member(hidden_share=0.6, hidden_units=0),
    Member(hidden_share=0.55, hidden_units=256),
)


class Pairs(NamedTuple):
    """Flat pairs [n] of a user of a batch and a beer."""

    user: tf.Tensor
    beer: tf.Tensor


class HiddenBeers(tf.keras.layers.Layer, tfrs.tasks.Task):
    """Softmax over the candidates, where the beers a user is known to have tried are no candidates.

    The loss of a user with the hidden beers H is the mean over H of -log softmax(logits), and the batch's is
    the mean of these, weighted by min(|H|, 30)^0.7; 0 where nothing is hidden.
    """

    def call(self, logits: tf.Tensor, hidden: Pairs, shown: Pairs) -> tf.Tensor:
        """The loss of `logits` [users, candidates]; `hidden` and `shown` count beers among the candidates."""
        out = tf.fill(tf.shape(shown.beer), _OUT_OF_REACH)
        logits = tf.tensor_scatter_nd_add(logits, _places(shown), out)
        number = tf.math.unsorted_segment_sum(tf.ones_like(hidden.user, tf.float32), hidden.user, tf.shape(logits)[0])
        each = tf.gather(tf.math.reciprocal_no_nan(number), hidden.user)
        wanted = tf.scatter_nd(_places(hidden), each, tf.shape(logits))
        losses = tf.nn.softmax_cross_entropy_with_logits(wanted, logits)
        weight = tf.pow(tf.minimum(number, _MOST_WEIGHTY), _USER_WEIGHT)
        # In a small batch of short histories it may be that nothing is hidden.
        return tf.math.divide_no_nan(tf.reduce_sum(weight * losses), tf.reduce_sum(weight))


class RetrievalModel(tf.Module):
    """Finds hidden beers of a history from the rest of it.

    In each step a random part of each history is hidden; the logit of each beer is the dot product of the rest's
    vector and the beer's, and a bias of the beer, which starts at the logarithm of its popularity. The softmax runs
    over the whole catalogue, so nothing has to be corrected for how negatives are sampled. There is no vector of the
    user: whoever has a history is served alike, fitted or not.

    Histories that are partly hidden are those of a denoising auto-encoder (Liang et al., "Variational autoencoders
    for collaborative filtering", 2018); that only the hidden beers are learnt, and the shown ones are no candidates,
    is what serving asks for: only new beers count there.
    """

    measured = (RETRIEVAL_LOSS, RETRIEVAL_VALIDATION_RECALL_AT_10, RETRIEVAL_VALIDATION_RECALL_AT_100)

    def __init__(self, split: Split, kinds: Kinds, numbers: Vectors, chosen: Hyperparameters) -> None:
        super().__init__()
        self._chosen = chosen
        training, known = split.training, histories.of_rows(split.training, len(split.usernames))
        self._users = np.flatnonzero(np.diff(known.start)).astype(np.int32)
        self._ragged = tf.RaggedTensor.from_row_splits(known.beer, known.start)
        asked = split.validation.where(np.arange(min(len(split.validation), _MOST_ASKED)))
        asked_users = np.unique(asked.user)
        self._asked = histories.of_rows(asked, len(split.usernames)).of(asked_users)
        self._known = known.of(asked_users)
        counts = np.bincount(training.beer, minlength=len(split.beers))
        popularity = np.log((counts + 0.5) / len(training)).astype(np.float32)
        size = chosen.retrieval_dimension
        seeds = [chosen.seed * 100 + 10 * place for place in range(len(MEMBERS))]
        self.tried, self.candidates = (
            [BeerTower(kinds, numbers, size, seed + own) for seed in seeds] for own in (0, 2)
        )
        self.histories = [
            HistoryTower(size, member.hidden_units, seed + 1) for seed, member in zip(seeds, MEMBERS, strict=True)
        ]
        self.biases = [tf.Variable(popularity) for _ in MEMBERS]
        members = zip(self.tried, self.histories, self.candidates, self.biases, strict=True)
        self._weights = [
            [*tried.weights, *history.weights, *candidates.weights, bias]
            for tried, history, candidates, bias in members
        ]
        self.weights = [weight for own in self._weights for weight in own]
        steps = max(1, len(self._users) // chosen.retrieval_batch)  # an epoch
        self.epochs = _epochs(len(training) / len(split.beers), steps, chosen)
        # As a prior would weigh: the more users there are, the less beside them.
        self.decay = min(chosen.retrieval_weight_decay / steps, _MOST_DECAY)
        # Keras's older Adam updates a variable in one operation, three times as fast as the newer one's many.
        self.optimizer = tf.keras.optimizers.legacy.Adam(_schedule(steps * self.epochs, chosen.retrieval_learning_rate))
        self._task = HiddenBeers()

    def epoch(self, number: int) -> dict[str, float]:
        """One pass of `epochs`; the loss, and recall of the validation rows over the whole catalogue."""
        batches = self._users[shuffled(len(self._users), self._chosen.retrieval_batch, self._chosen.seed, number)]
        loss = self._pass(batches, tf.constant([self._chosen.seed, number])) / len(batches)
        ranks = of_own_beers(self.queries(self._known), self.beers(), self._asked, self._known)
        return {
            RETRIEVAL_LOSS: float(loss),
            RETRIEVAL_VALIDATION_RECALL_AT_10: float(np.mean(ranks < 10)),
            RETRIEVAL_VALIDATION_RECALL_AT_100: float(np.mean(ranks < 100)),
        }

    def better(self, new: float, old: float) -> bool:
        return new > old

    def queries(self, of: Histories) -> Vectors:
        """The vectors [users, width] of histories; their dot products with `beers()` are the mean logits."""
        vectors = []
        for start in range(0, len(of), _USERS_AT_ONCE):
            some = of.of(np.arange(start, min(start + _USERS_AT_ONCE, len(of))))
            vectors.append(self._queries(some.user, some.beer, len(some)).numpy())
        return np.concatenate(vectors)

    def beers(self) -> Vectors:
        """The candidates' vectors [beers, width]."""
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
    def _queries(self, user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor) -> tf.Tensor:
        tables = [tower.vectors() for tower in self.tried]
        return queries(self.histories, tables, user, beer, users)

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([2], tf.int32)], autograph=False)
    def _pass(self, batches: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Fit on `batches` [steps, batch] of users; the summed loss, a member's on average."""
        return summed(self._step, batches, seed)

    def _step(self, users: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Fit on one batch [batch] of users; the loss, a member's on average."""
        tried = tf.gather(self._ragged, users)
        reviews = Pairs(tf.cast(tried.value_rowids(), tf.int32), tried.values)
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
        for tower in (*self.tried, *self.candidates):
            # Not of what beers share: there each vector has many reviews to learn from.
            tower.own.assign(tf.maximum(kept, 0.0) * tower.own)
        return total / len(MEMBERS)

    def _loss(self, place: int, reviews: Pairs, users: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        hiding, dropping = (tf.random.experimental.stateless_fold_in(seed, 2 * place + each) for each in range(2))
        is_hidden = tf.random.stateless_uniform(tf.shape(reviews.beer), hiding) < MEMBERS[place].hidden_share
        hidden, shown = _where(is_hidden, reviews), _where(~is_hidden, reviews)
        tried = self.tried[place].vectors_of(shown.beer)
        vectors = self.histories[place].vectors(tried, shown.user, users, self._chosen.retrieval_dropout, dropping)
        logits = tf.matmul(vectors, self.candidates[place].vectors(), transpose_b=True) + self.biases[place]
        return self._task(logits, hidden, shown)


def queries(
    towers: list[HistoryTower], tables: list[tf.Tensor], user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor
) -> tf.Tensor:
    """Vectors [users, width] of flat histories, from each member's tower and its beers' vectors in `tables`."""
    # A one beside each member's vector meets the candidate's bias.
    one = tf.ones((users, 1))
    vectors = [
        tower.vectors(tf.gather(table, beer), user, users, 0.0, None)
        for tower, table in zip(towers, tables, strict=True)
    ]
    return tf.concat([part for each in vectors for part in (each, one)], axis=1) / len(towers)


def _places(pairs: Pairs) -> tf.Tensor:
    return tf.stack([pairs.user, pairs.beer], axis=1)


def _where(mask: tf.Tensor, pairs: Pairs) -> Pairs:
    return Pairs(*(tf.boolean_mask(column, mask) for column in pairs))


def _epochs(density: float, steps: int, chosen: Hyperparameters) -> int:
    """The chosen number, times sqrt(6 / density) but at most 2, where beers have less than 6 reviews each.

    `density` is the mean number of training reviews a known beer, `steps` are those of an epoch.
    """
    more = min(max((_DENSE / density) ** 0.5, 1.0), _MOST_TIMES)
    return min(round(chosen.retrieval_epochs * more), -(-chosen.retrieval_steps // steps))


def _schedule(steps: int, highest: float) -> tf.keras.optimizers.schedules.LearningRateSchedule:
    """Up over the first tenth of all steps, then down along a cosine."""
    return tf.keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=highest, warmup_steps=max(1, steps // 10)
    )
