"""Both models as SavedModels that stock TensorFlow Serving loads: strings in, no Keras inside."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import kinds as beer_kinds
import neighbours
import retrieval_model
import tensorflow as tf
from kinds import Kinds
from neighbours import Neighbours
from ranking_model import Codes, RankingModel
from retrieval_model import RetrievalModel
from reviews import Beers, Texts
from tendencies import Asked, Tendencies, Tried

from taproom.contract import CANDIDATES, RANKING, RETRIEVAL

# Puts the beers of a history behind all others; a logit never gets there.
_LAST = -1e4

_HISTORY = {
    "history_beer_ids": tf.TensorSpec([None, None], tf.string, name="history_beer_ids"),
    "history_scores": tf.TensorSpec([None, None], tf.float32, name="history_scores"),
}


class _History(NamedTuple):
    """The known beers of histories, flat: all [reviews], in the order of the users."""

    user: tf.Tensor
    beer: tf.Tensor
    score: tf.Tensor


class RetrievalServable(tf.Module):
    """The `CANDIDATES` best beers for each history, over all known beers, exactly; those of the history come last.

    Whoever has no history that is known gets the most popular beers.
    """

    servable_name = RETRIEVAL

    def __init__(self, model: RetrievalModel, near: Neighbours, beers: Beers, release: str) -> None:
        super().__init__()
        self._k = min(CANDIDATES, len(beers))
        self._release = release
        self._code_of = _table(beers.ids)
        self._ids = tf.Variable(beers.ids.astype(str), dtype=tf.string, trainable=False)
        self._towers = model.histories
        self._tables = [tf.Variable(tower.vectors(), trainable=False) for tower in model.tried]
        self._beers = tf.Variable(model.beers(), trainable=False)
        self._near = Neighbours(*(tf.Variable(column, trainable=False) for column in near))

    @tf.function(
        input_signature=[tf.TensorSpec([None], tf.string, name="username"), *_HISTORY.values()], autograph=False
    )
    def answer(
        self, username: tf.Tensor, history_beer_ids: tf.Tensor, history_scores: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """username [B], history [B, H] → beer_id [B, k], score [B, k], known [B], release [B]."""
        history, users = _flat(self._code_of, history_beer_ids, history_scores), tf.size(username)
        query = retrieval_model.queries(self._towers, self._tables, history.user, history.beer, users)
        logits = tf.matmul(query, self._beers, transpose_b=True)
        logits = neighbours.added(logits, self._near, history.user, history.beer)
        tried = tf.stack([history.user, history.beer], axis=1)
        logits = tf.tensor_scatter_nd_min(logits, tried, tf.fill(tf.shape(history.beer), _LAST))
        scores, beers = tf.math.top_k(logits, self._k)
        return {
            "beer_id": tf.gather(self._ids, beers),
            "score": scores,
            "known": tf.math.unsorted_segment_sum(tf.ones_like(history.user), history.user, users) > 0,
            "release": tf.fill(tf.shape(username), self._release),
        }


class RankingServable(tf.Module):
    """The score that each user would give each beer."""

    servable_name = RANKING

    def __init__(self, model: RankingModel, tendencies: Tendencies, beers: Beers, kinds: Kinds, release: str) -> None:
        super().__init__()
        self._release = release
        self._beer_of, self._style_of, self._brewery_of = map(_table, (beers.ids, kinds.styles, kinds.breweries))
        # Only the weights are kept, not the Keras layers, so that the file needs no Keras.
        self._weights = model.kept
        self._tendencies = tendencies
        self._score = model.score

    @tf.function(
        input_signature=[
            *(tf.TensorSpec([None], tf.string, name=name) for name in ("username", "beer_id", "brewery_name", "style")),
            tf.TensorSpec([None], tf.float32, name="abv"),
            *_HISTORY.values(),
        ],
        autograph=False,
    )
    def answer(
        self,
        username: tf.Tensor,
        beer_id: tf.Tensor,
        brewery_name: tf.Tensor,
        style: tf.Tensor,
        abv: tf.Tensor,
        history_beer_ids: tf.Tensor,
        history_scores: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        """Pairs [N], and for each distinct username, in the order of first appearance, a history [U, H].

        Returns score [N], 0 to 5, release [N].
        """
        history = _flat(self._beer_of, history_beer_ids, history_scores)
        tried = Tried(*history, tf.shape(history_beer_ids)[0])
        asked = Asked(
            tf.unique(username).idx,
            self._beer_of.lookup(beer_id),
            self._style_of.lookup(style),
            self._brewery_of.lookup(brewery_name),
            abv,
        )
        numbers = self._tendencies.of(tried, asked)
        codes = Codes(*(code - beer_kinds.UNKNOWN for code in (asked.beer, asked.style, asked.brewery)))
        return {
            "score": self._score(numbers, codes),
            "release": tf.fill(tf.shape(username), self._release),
        }


def save(servable: RetrievalServable | RankingServable, folder: Path) -> None:
    """Write `<folder>/<name of the servable>/1`."""
    path = folder / servable.servable_name / "1"
    tf.saved_model.save(servable, str(path), signatures={"serving_default": servable.answer})


def _flat(code_of: tf.lookup.StaticHashTable, beer_ids: tf.Tensor, scores: tf.Tensor) -> _History:
    """The known ones of histories [users, H]; padding and unknown beers are left out."""
    codes = code_of.lookup(beer_ids)
    known = tf.where(codes != beer_kinds.UNKNOWN)
    return _History(tf.cast(known[:, 0], tf.int32), tf.gather_nd(codes, known), tf.gather_nd(scores, known))


def _table(texts: Texts) -> tf.lookup.StaticHashTable:
    """Texts to their place; any other text to UNKNOWN."""
    keys, places = tf.constant(texts.astype(str), tf.string), tf.range(len(texts), dtype=tf.int32)
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, places), beer_kinds.UNKNOWN)
