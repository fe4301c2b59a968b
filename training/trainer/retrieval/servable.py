"""Retrieval as a SavedModel: a history in, beers out."""

from __future__ import annotations

import tensorflow as tf

from taproom.contract import CANDIDATES, RETRIEVAL
from trainer.data.reviews import Beers
from trainer.retrieval.search import Search
from trainer.saved_model import HISTORY_INPUTS, flatten_known, lookup_table


class RetrievalServable(tf.Module):
    """The `CANDIDATES` best beers for each history that `search` finds among all known ones.

    Whoever has no history that is known gets the most popular beers.
    """

    servable_name = RETRIEVAL

    def __init__(self, search: Search, beers: Beers, release: str) -> None:
        super().__init__()
        self._k = min(CANDIDATES, len(beers))
        self._release = release
        self._beer_of = lookup_table(beers.ids)
        self._ids = tf.Variable(beers.ids.astype(str), dtype=tf.string, trainable=False)
        self._search = search

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="username"), *HISTORY_INPUTS], autograph=False)
    def answer(
        self, username: tf.Tensor, history_beer_ids: tf.Tensor, history_scores: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """username [B], history [B, H] → beer_id [B, k], score [B, k], known [B], release [B]."""
        history, users = flatten_known(self._beer_of, history_beer_ids, history_scores), tf.size(username)
        found = self._search(history.user, history.beer, users, self._k)
        return {
            "beer_id": tf.gather(self._ids, found.beers),
            "score": found.scores,
            "known": tf.math.unsorted_segment_sum(tf.ones_like(history.user), history.user, users) > 0,
            "release": tf.fill(tf.shape(username), self._release),
        }
