"""Retrieval as a SavedModel: a history in, beers out."""

from __future__ import annotations

import tensorflow as tf

from taproom.contract import CANDIDATES, RETRIEVAL
from trainer.data.reviews import Beers
from trainer.retrieval.linear import Neighbours, add_neighbours
from trainer.retrieval.model import RetrievalModel, query_vectors
from trainer.saved_model import HISTORY_INPUTS, flatten_known, lookup_table

# Puts the beers of a history behind all others; a logit never gets there.
_LAST = -1e4


class RetrievalServable(tf.Module):
    """The `CANDIDATES` best beers for each history, over all known beers, exactly; those of the history come last.

    Whoever has no history that is known gets the most popular beers.
    """

    servable_name = RETRIEVAL

    def __init__(self, model: RetrievalModel, neighbours: Neighbours, beers: Beers, release: str) -> None:
        super().__init__()
        self._k = min(CANDIDATES, len(beers))
        self._release = release
        self._beer_of = lookup_table(beers.ids)
        self._ids = tf.Variable(beers.ids.astype(str), dtype=tf.string, trainable=False)
        self._towers = model.histories
        self._tables = [tf.Variable(tower.vectors(), trainable=False) for tower in model.history_beers]
        self._beers = tf.Variable(model.beer_vectors(), trainable=False)
        self._neighbours = Neighbours(*(tf.Variable(column, trainable=False) for column in neighbours))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="username"), *HISTORY_INPUTS], autograph=False)
    def answer(
        self, username: tf.Tensor, history_beer_ids: tf.Tensor, history_scores: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """username [B], history [B, H] → beer_id [B, k], score [B, k], known [B], release [B]."""
        history, users = flatten_known(self._beer_of, history_beer_ids, history_scores), tf.size(username)
        query = query_vectors(self._towers, self._tables, history.user, history.beer, users)
        logits = tf.matmul(query, self._beers, transpose_b=True)
        logits = add_neighbours(logits, self._neighbours, history.user, history.beer)
        tried = tf.stack([history.user, history.beer], axis=1)
        logits = tf.tensor_scatter_nd_min(logits, tried, tf.fill(tf.shape(history.beer), _LAST))
        scores, beers = tf.math.top_k(logits, self._k)
        return {
            "beer_id": tf.gather(self._ids, beers),
            "score": scores,
            "known": tf.math.unsorted_segment_sum(tf.ones_like(history.user), history.user, users) > 0,
            "release": tf.fill(tf.shape(username), self._release),
        }
