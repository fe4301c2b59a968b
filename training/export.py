"""Both models as SavedModels that stock TensorFlow Serving loads: strings in, no Keras inside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf
from features import TEXTS, UNKNOWN, Vocabulary
from ranking_model import RankingModel
from retrieval_model import RetrievalModel
from reviews import Texts
from split import Split

from taproom.contract import CANDIDATES, RANKING, RETRIEVAL


class RetrievalServable(tf.Module):
    """The `CANDIDATES` best beers of each user, over all known beers, exactly.

    A user who was not fitted gets the most reviewed beers. A beer without a training row has no
    vector to speak of: it comes after all others.
    """

    def __init__(self, model: RetrievalModel, split: Split, temperature: float, release: str) -> None:
        super().__init__()
        users, beers = model.towers()
        counts = np.bincount(split.training.beer, minlength=len(split.beers))
        self._k = min(CANDIDATES, len(split.beers))
        self._release = release
        self._code_of = _table(split.usernames, first=0, default=-1)
        self._users = tf.Variable(users / temperature, trainable=False)
        self._beers = tf.Variable(beers, trainable=False)
        # Cosines differ by 2 at most, so this is below every fitted beer.
        self._offsets = tf.Variable(np.where(counts > 0, 0, -3 / temperature).astype(np.float32), trainable=False)
        self._popularity = tf.Variable(np.log((counts + 0.1) / len(split.training)).astype(np.float32), trainable=False)
        self._ids = tf.Variable(split.beers.ids.astype(str), dtype=tf.string, trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="username")])
    def answer(self, username: tf.Tensor) -> dict[str, tf.Tensor]:
        """username [B] → beer_id [B, k], score [B, k], known [B], release [B]."""
        user = self._code_of.lookup(username)
        known = user >= 0
        vectors = tf.gather(self._users, tf.maximum(user, 0))
        own = tf.matmul(vectors, self._beers, transpose_b=True) + self._offsets
        scores, beers = tf.math.top_k(tf.where(known[:, None], own, self._popularity), self._k)
        return {
            "beer_id": tf.gather(self._ids, beers),
            "score": scores,
            "known": known,
            "release": tf.fill(tf.shape(username), self._release),
        }


class RankingServable(tf.Module):
    """The score that each user would give each beer."""

    def __init__(self, model: RankingModel, known: Vocabulary, release: str) -> None:
        super().__init__()
        self._release = release
        self._tables = {feature: _table(known.texts[feature], first=1, default=UNKNOWN) for feature in TEXTS}
        # Only the weights are kept, not the Keras layers, so that the file needs no Keras.
        self._weights = model.weights
        self._network = model.score

    @tf.function(
        input_signature=[tf.TensorSpec([None], tf.string, name=feature) for feature in TEXTS]
        + [tf.TensorSpec([None], tf.float32, name="abv")]
    )
    def answer(
        self, username: tf.Tensor, beer_id: tf.Tensor, brewery_name: tf.Tensor, style: tf.Tensor, abv: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """All inputs [N] → score [N], 0 to 5, release [N]."""
        given = dict(zip(TEXTS, (username, beer_id, brewery_name, style), strict=True))
        codes = {feature: self._tables[feature].lookup(texts) for feature, texts in given.items()}
        return {
            "score": self._network(codes | {"abv": abv}),
            "release": tf.fill(tf.shape(username), self._release),
        }


def save(retrieval: RetrievalServable, ranking: RankingServable, folder: Path) -> None:
    """Write `<folder>/retrieval/1` and `<folder>/ranking/1`."""
    for name, servable in ((RETRIEVAL, retrieval), (RANKING, ranking)):
        tf.saved_model.save(servable, str(folder / name / "1"), signatures={"serving_default": servable.answer})


def _table(texts: Texts, first: int, default: int) -> tf.lookup.StaticHashTable:
    """Texts to their place, counted from `first`; any other text to `default`."""
    codes = tf.range(first, first + len(texts), dtype=tf.int32)
    keys = tf.constant(texts.astype(str), tf.string) if len(texts) else tf.zeros([0], tf.string)
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, codes), default)
