"""The best beers of a score: over all beers, or over those that a coarse pass leaves."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import tensorflow as tf

from trainer.data.reviews import Floats, Ids
from trainer.retrieval.scorer import Scorer

# Puts the beers of a history behind all others; a score never gets there.
_LAST = -1e4


class Found(NamedTuple):
    """The best beers, best first, with their scores: both [users, k]."""

    scores: tf.Tensor
    beers: tf.Tensor


class Lists(NamedTuple):
    """The same of `users` [users], whose ids they are, as arrays."""

    users: Ids
    scores: Floats
    beers: Ids


class Search(Protocol):
    """Finds the `k` best beers of flat histories, `user` and `beer` [reviews]; those of the history come last."""

    def __call__(self, user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor, k: int) -> Found: ...


class BruteForce(tf.Module):
    """The score of every beer."""

    def __init__(self, scorer: Scorer) -> None:
        super().__init__()
        self._scorer = scorer

    def __str__(self) -> str:
        return f"the scores of all {self._scorer.beers:,} beers"

    def __call__(self, user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor, k: int) -> Found:
        tried = tf.stack([user, beer], axis=1)
        scores = tf.tensor_scatter_nd_min(self._scorer(user, beer, users), tried, tf.fill(tf.shape(beer), _LAST))
        return Found(*tf.math.top_k(scores, k))


class CoarsePass(NamedTuple):
    """What a coarse pass reads, and how many beers it keeps.

    `basis` [width, dimensions] takes a history's query to few dimensions; `table` [beers, dimensions + 1] has the beers
    there, and last what their score is to everybody. Those with the greatest dot products are kept, and those that
    `always` are; together they are no more than there are beers.
    """

    basis: Floats
    table: Floats
    always: Ids
    kept: int


class CoarseToFine(tf.Module):
    """The score of the beers that a coarse pass keeps.

    Scores are exact; what may be missing are beers that the coarse pass lost.
    """

    def __init__(self, scorer: Scorer, coarse: CoarsePass) -> None:
        super().__init__()
        self._scorer, self._kept = scorer, coarse.kept
        table = coarse.table.copy()
        # They are kept anyway, and are to take no place from others.
        table[coarse.always, -1] = 2 * _LAST
        self._basis, self._table, self._always = (
            tf.Variable(value, trainable=False) for value in (coarse.basis, table, coarse.always)
        )

    def __str__(self) -> str:
        beers, dimensions = self._table.shape
        return (
            f"{dimensions - 1} dimensions of {beers:,} beers, and the scores of {self._kept:,}, "
            f"beside {self._always.shape[0]:,} that always have theirs"
        )

    def __call__(self, user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor, k: int) -> Found:
        queries = tf.matmul(self._scorer.queries(user, beer, users), self._basis)
        coarse = tf.matmul(tf.concat([queries, tf.ones((users, 1))], axis=1), self._table, transpose_b=True)
        tried = tf.stack([user, beer], axis=1)
        coarse = tf.tensor_scatter_nd_add(coarse, tried, tf.fill(tf.shape(beer), _LAST))
        best, kept = tf.math.top_k(coarse, self._kept, sorted=False)

        def exact(place: tf.Tensor) -> tf.Tensor:
            own = tf.boolean_mask(beer, user == place)
            return self._scorer(tf.zeros_like(own), own, 1, kept[place])[0]

        # One user at a time: the vectors of what is kept for each would take more memory than all beers' do.
        of_kept = tf.map_fn(exact, tf.range(users), fn_output_signature=tf.float32)
        scores = tf.concat([self._scorer(user, beer, users, self._always), of_kept], axis=1)
        approximate = tf.concat([tf.gather(coarse, self._always, axis=1) - 2 * _LAST, best], axis=1)
        scores, places = tf.math.top_k(tf.where(approximate < _LAST / 2, _LAST, scores), k)
        asked = tf.concat([tf.tile(self._always[None, :], tf.stack([users, 1])), kept], axis=1)
        return Found(scores, tf.gather(asked, places, batch_dims=1))
