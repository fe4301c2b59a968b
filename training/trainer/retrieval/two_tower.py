"""Retrieval's network: from the beers that somebody tried to those they will try."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf
import tensorflow_recommenders as tfrs

from taproom.metrics import LOSS, VALIDATION_RECALL_AT_10, VALIDATION_RECALL_AT_100, Metric
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Ids
from trainer.evaluation import metrics
from trainer.fitting import hosts
from trainer.fitting.keras_model import KerasModel, dense_adam
from trainer.fitting.lazy_adam import LazyAdam
from trainer.hyperparameters import Hyperparameters
from trainer.retrieval.ranks import Asked, ranks_among_new_beers
from trainer.retrieval.sampled_candidates import Chance, SampledCandidates, places_among
from trainer.retrieval.towers import BeerTower, history_vectors

# A logit that no beer reaches.
_OUT_OF_REACH = -30.0
# A user with n masked beers counts n to this power: more than one with a single beer, less than n times.
_USER_WEIGHT = 0.7
# Beyond so many masked beers a user counts no more, lest a few with long histories decide.
_MOST_WEIGHTY = 30.0
# The part of each history that is to be found from the rest.
_MASKED_SHARE = 0.6
_USERS_AT_ONCE = 2048
# Where candidates are sampled, so many beers have vectors of their own. In both towers, with moments and the best
# epoch's copy, 256 dimensions are 2.1 GB; a beer of fewer reviews has little to fill a vector with.
_MOST_OWN_VECTORS = 262_144

Vectors = npt.NDArray[np.float32]


class Interactions(NamedTuple):
    """Who tried what, flat: both [n], a user of a batch and a beer."""

    user: tf.Tensor
    beer: tf.Tensor

    @property
    def places(self) -> tf.Tensor:
        """[n, 2], as in a matrix [users, beers]."""
        return tf.stack([self.user, self.beer], axis=1)

    def where(self, mask: tf.Tensor) -> Interactions:
        """Those of a mask [n]."""
        return Interactions(*(tf.boolean_mask(column, mask) for column in self))

    def of(self, share: hosts.Share) -> Interactions:
        """Those of a share of the batch's users, who count from its first."""
        own = self.where(share.has(self.user))
        return own._replace(user=own.user - share.first)


class MaskedBeersLoss(tf.keras.layers.Layer, tfrs.tasks.Task):
    """Softmax over the candidates, where the beers a user is known to have tried are no candidates.

    The loss of a user with the masked beers M is the mean over M of -log softmax(logits), and the batch's is
    the mean of these, weighted by min(|M|, 30)^0.7; 0 where nothing is masked. Of several hosts each has its users'
    part of the batch's.
    """

    def call(self, logits: tf.Tensor, masked: Interactions, visible: Interactions) -> tf.Tensor:
        """The loss of `logits` [users, candidates]; `masked` and `visible` count beers among the candidates."""
        logits = tf.tensor_scatter_nd_add(logits, visible.places, tf.fill(tf.shape(visible.beer), _OUT_OF_REACH))
        number = tf.math.unsorted_segment_sum(tf.ones_like(masked.user, tf.float32), masked.user, tf.shape(logits)[0])
        each = tf.gather(tf.math.reciprocal_no_nan(number), masked.user)
        labels = tf.scatter_nd(masked.places, each, tf.shape(logits))
        losses = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
        weight = tf.pow(tf.minimum(number, _MOST_WEIGHTY), _USER_WEIGHT)
        # In a small batch of short histories it may be that nothing is masked.
        return tf.math.divide_no_nan(tf.reduce_sum(weight * losses), hosts.summed(tf.reduce_sum(weight)))


class TwoTower(KerasModel):
    """Finds masked beers of a history from the rest of it.

    In each step a random part of each history is masked; the logit of each beer is the dot product of the rest's
    vector and the beer's, and a bias of the beer, which starts at the logarithm of its popularity. The softmax runs
    over all beers with a review, so nothing has to be corrected for how negatives are sampled; where these are more
    than `retrieval_most_candidates` it runs over SampledCandidates, the optimizer is LazyAdam, and the 262,144 most
    reviewed beers alone have vectors of their own: a step costs the rows it sees. A beer without any is
    no candidate while fitting, lest it be learnt that nobody wants it: its vector is what its brewery, style and
    strength give it. There is no vector of the user: whoever has a history is served alike, fitted or not.

    Histories that are partly masked are those of a denoising auto-encoder (Liang et al., "Variational autoencoders
    for collaborative filtering", 2018); that only the masked beers are learnt, and the visible ones are no candidates,
    is what serving asks for: only new beers count there.

    Parameters
    ----------
    known
        The histories of all users.
    users
        Those of them who are learnt from, ascending; batches [batch] are places among them.
    asked
        Validation ratings that each epoch is measured by.
    steps, decay
        Of all epochs: the learning rate rises and falls along a cosine over so many. A step takes the part `decay`,
        times the learning rate, of each beer's own vectors away.
    """

    epoch_metrics: tuple[Metric, ...] = (LOSS, VALIDATION_RECALL_AT_10, VALIDATION_RECALL_AT_100)

    def __init__(
        self,
        known: Histories,
        users: Ids,
        asked: Asked,
        attributes: ItemAttributes,
        config: Hyperparameters,
        steps: int,
        decay: float,
    ) -> None:
        super().__init__()
        self._asked = asked
        learnt = known.select(users)
        self._ragged = tf.RaggedTensor.from_row_splits(learnt.beer, learnt.start)
        self._dropout, self._decay, self._seed = config.retrieval_dropout, decay, config.seed
        counts = np.bincount(known.beer, minlength=len(attributes.brewery))
        size, seed = config.retrieval_dimension, config.seed * 100
        self._sampled: SampledCandidates | None = None
        own_rows, has_own = None, counts > 0
        if np.count_nonzero(counts) > config.retrieval_most_candidates:
            own_rows, has_own = _rows_of_most_reviewed(counts)
        self._tried_beers, self._candidates = (
            BeerTower(attributes, has_own, size, seed + place, own_rows) for place in range(2)
        )
        self._bias = tf.Variable(np.log((counts + 0.5) / len(known.beer)).astype(np.float32))
        self._unseen = tf.constant(np.where(counts > 0, 0, _OUT_OF_REACH).astype(np.float32))
        self.task = MaskedBeersLoss()
        self._mean_loss = tf.keras.metrics.Mean()  # of an epoch; Keras resets it
        schedule = _schedule(steps, config.retrieval_learning_rate)
        if own_rows is None:
            self.compile(optimizer=dense_adam(schedule))
            return
        chance = Chance.of(counts, int((np.diff(known.start) > 0).sum()), config.retrieval_batch, _MASKED_SHARE)
        self._sampled = SampledCandidates(counts, chance, 2 * config.seed)
        owners = np.flatnonzero(has_own)
        self.compile(
            optimizer=LazyAdam(
                schedule,
                {
                    tower.own.ref(): tf.constant(_by_row(own_rows[owners], decay / each[owners]))
                    for tower, each in ((self._tried_beers, chance.visible), (self._candidates, chance.candidates))
                },
            )
        )

    def compute_loss(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """The loss of a batch [batch] of places among the users who are learnt from."""
        histories = tf.gather(self._ragged, inputs)
        reviews = Interactions(tf.cast(histories.value_rowids(), tf.int32), histories.values)
        # Chance follows from the step, which is part of a checkpoint, so that a resumed fit masks the same.
        step = self.optimizer.iterations
        masking, dropping = (tf.stack([2 * self._seed + place, step]) for place in range(2))
        is_masked = tf.random.stateless_uniform(tf.shape(reviews.beer), masking) < _MASKED_SHARE
        masked, visible = reviews.where(is_masked), reviews.where(~is_masked)
        own, candidates = hosts.Share.of(tf.size(inputs)), None
        if self._sampled is not None:  # by all that is masked in the batch: the same on every host
            candidates = self._sampled.draw(masked.beer, tf.cast(step, tf.int32))
        masked, visible = masked.of(own), visible.of(own)
        if candidates is None:
            tried = tf.gather(self._tried_beers.vectors(), visible.beer)
        else:
            tried = self._tried_beers.vectors_of(visible.beer)
        queries = history_vectors(tried, visible.user, own.end - own.first)
        if training:
            queries = own.dropout(queries, self._dropout, dropping)
        if self._sampled is not None:
            masked = Interactions(masked.user, places_among(candidates, masked.beer)[0])
            place, is_among = places_among(candidates, visible.beer)
            visible = Interactions(visible.user, place).where(is_among)
            logits = tf.matmul(queries, self._candidates.vectors_of(candidates), transpose_b=True)
            logits = self._sampled.corrected(logits + tf.gather(self._bias, candidates), candidates, masked)
            return self.task(logits, masked, visible)
        logits = tf.matmul(queries, self._candidates.vectors(), transpose_b=True) + self._bias + self._unseen
        return self.task(logits, masked, visible)

    def train_step(self, inputs: tf.Tensor) -> dict[str, tf.Tensor]:
        """A step of the optimizer, then the decay.

        As a prior would weigh it is, and not of what beers share: there each vector has many reviews to learn from.
        """
        found = super().train_step(inputs)
        # It is a host's part of a sum, and the mean is one over hosts as well.
        self._mean_loss.update_state(found["loss"] * self.distribute_strategy.num_replicas_in_sync)
        if self._sampled is not None:  # LazyAdam decays the rows that it moves
            return {"loss": self._mean_loss.result()}
        kept = tf.maximum(1 - self._decay * self.optimizer.learning_rate(self.optimizer.iterations), 0.0)
        for tower in (self._tried_beers, self._candidates):
            tower.own.assign(kept * tower.own)
        return {"loss": self._mean_loss.result()}

    def measure(self, logs: Mapping[str, float]) -> dict[Metric, float]:
        """The mean loss of the batches, and recall of the validation ratings over the whole catalogue."""
        ranks = ranks_among_new_beers(self.query_vectors(self._asked.known), self.beer_vectors(), self._asked)
        users = self._asked.wanted.user
        return {
            LOSS: logs["loss"],
            VALIDATION_RECALL_AT_10: metrics.recall_at(10, ranks, users),
            VALIDATION_RECALL_AT_100: metrics.recall_at(100, ranks, users),
        }

    def query_vectors(self, histories: Histories) -> Vectors:
        """[users, width] of histories; their dot products with `beer_vectors()` are the logits."""
        table = self.tried_beer_vectors()
        vectors = [np.zeros((0, table.shape[1] + 1), np.float32)]
        for start in range(0, len(histories), _USERS_AT_ONCE):
            some = histories.select(np.arange(start, min(start + _USERS_AT_ONCE, len(histories))))
            vectors.append(queries(table, some.user, some.beer, len(some)).numpy())
        return np.concatenate(vectors)

    def tried_beer_vectors(self) -> Vectors:
        """[beers, dimension], as beers of a history."""
        return self._tried_beers.all_vectors()

    def beer_vectors(self) -> Vectors:
        """[beers, width], as candidates."""
        return np.column_stack([self._candidates.all_vectors(), self._bias])


def queries(table: tf.Tensor, user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor) -> tf.Tensor:
    """[users, width] of flat histories [reviews], from the `table` of the beers as beers of a history."""
    # A one beside the vector meets the candidate's bias.
    tried = tf.cast(tf.gather(table, beer), tf.float32)
    return tf.concat([history_vectors(tried, user, users), tf.ones((users, 1))], axis=1)


def _rows_of_most_reviewed(counts: npt.NDArray[np.integer]) -> tuple[Ids, npt.NDArray[np.bool_]]:
    """The row of each of them [beers], the last one of any other, and which beers they are [beers]."""
    most = min(_MOST_OWN_VECTORS, int(np.count_nonzero(counts)))
    owners = np.sort(np.argsort(-counts, kind="stable")[:most])
    rows, has_own = np.full(len(counts), most, np.int32), np.zeros(len(counts), np.bool_)
    rows[owners], has_own[owners] = np.arange(most, dtype=np.int32), True
    return rows, has_own


def _by_row(rows: Ids, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """`values` [n] at their `rows` [n], and 0 in the row after the last of them."""
    found = np.zeros(int(rows.max()) + 2, np.float32)
    found[rows] = values
    return found


def _schedule(steps: int, highest: float) -> tf.keras.optimizers.schedules.LearningRateSchedule:
    """Up over the first tenth of all steps, then down along a cosine."""
    up = max(1, steps // 10)
    # Keras counts the steps down from the end of those up.
    return tf.keras.optimizers.schedules.CosineDecay(0.0, max(1, steps - up), warmup_target=highest, warmup_steps=up)
