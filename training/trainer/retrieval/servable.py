"""Retrieval as a SavedModel: a history in, beers out."""

from __future__ import annotations

import tensorflow as tf

from taproom.contract import CANDIDATES, RETRIEVAL
from trainer.data.reviews import Beers
from trainer.retrieval.scorer import Scorer
from trainer.saved_model import HISTORY_INPUTS, flatten_known, lookup_table

# Puts the beers of a history behind all others; a score never gets there.
_LAST = -1e4


class RetrievalServable(tf.Module):
    """The `CANDIDATES` best beers for each history, over all known beers, exactly; those of the history come last.

    Whoever has no history that is known gets the most popular beers.
    """

    servable_name = RETRIEVAL

    def __init__(self, scorer: Scorer, beers: Beers, release: str) -> None:
        super().__init__()
        self._k = min(CANDIDATES, len(beers))
        self._release = release
        self._beer_of = lookup_table(beers.ids)
        self._ids = tf.Variable(beers.ids.astype(str), dtype=tf.string, trainable=False)
        self._scorer = scorer

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="username"), *HISTORY_INPUTS], autograph=False)
    def answer(
        self, username: tf.Tensor, history_beer_ids: tf.Tensor, history_scores: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """username [B], history [B, H] → beer_id [B, k], score [B, k], known [B], release [B]."""
        history, users = flatten_known(self._beer_of, history_beer_ids, history_scores), tf.size(username)
        scores = self._scorer(history.user, history.beer, users)
        tried = tf.stack([history.user, history.beer], axis=1)
        scores = tf.tensor_scatter_nd_min(scores, tried, tf.fill(tf.shape(history.beer), _LAST))
        best, beers = tf.math.top_k(scores, self._k)
        return {
            "beer_id": tf.gather(self._ids, beers),
            "score": best,
            "known": tf.math.unsorted_segment_sum(tf.ones_like(history.user), history.user, users) > 0,
            "release": tf.fill(tf.shape(username), self._release),
        }
