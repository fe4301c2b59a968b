"""An experiment: one SavedModel that retrieves, ranks and orders, made of the two that a release has."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import tensorflow as tf

_SPECS = [
    tf.TensorSpec([None], tf.string, name="username"),
    tf.TensorSpec([None, None], tf.string, name="history_beer_ids"),
    tf.TensorSpec([None, None], tf.float32, name="history_scores"),
]
# Beers in an answer, as many as the API gives by default.
ANSWERED = 10


class Fused(tf.Module):
    """For one user: the first ANSWERED beers in the order that recommend would give them.

    Beers' features are constants of the graph, so the second hop and its 500 rows of text fall away; so do filters,
    the user's own beers beyond the history that is sent, and everything else that recommend knows between the two.
    """

    def __init__(self, folder: Path, catalogue: Path) -> None:
        super().__init__()
        self._retrieval, self._ranking = (
            tf.saved_model.load(str(folder / name / "1")) for name in ("retrieval", "ranking")
        )
        with closing(sqlite3.connect(catalogue)) as database:
            rows = database.execute(
                "SELECT beer_id, brewery, coalesce(style, ''), coalesce(abv, -1) FROM beers"
            ).fetchall()
            query = "SELECT value FROM about WHERE key = 'ranking_weight'"
            self._weight = float(database.execute(query).fetchone()[0])
        ids, breweries, styles, abv = zip(*rows, strict=True)
        places = tf.lookup.KeyValueTensorInitializer(tf.constant(ids), tf.range(len(ids)))
        self._place_of = tf.lookup.StaticHashTable(places, 0)
        self._breweries, self._styles = tf.Variable(breweries, trainable=False), tf.Variable(styles, trainable=False)
        self._abv = tf.Variable(abv, dtype=tf.float32, trainable=False)

    @tf.function(input_signature=_SPECS)
    def answer(
        self, username: tf.Tensor, history_beer_ids: tf.Tensor, history_scores: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """username [1], history [1, H] → beer_id [ANSWERED], score [ANSWERED]."""
        history = {"history_beer_ids": history_beer_ids, "history_scores": history_scores}
        found = self._retrieval.signatures["serving_default"](username=username, **history)
        beers = found["beer_id"][0]
        places = self._place_of.lookup(beers)
        scores = self._ranking.signatures["serving_default"](
            username=tf.repeat(username, tf.size(beers)),
            beer_id=beers,
            brewery_name=tf.gather(self._breweries, places),
            style=tf.gather(self._styles, places),
            abv=tf.gather(self._abv, places),
            **history,
        )["score"]
        # The user's own beers are not to be tried again.
        own = tf.reduce_any(beers[:, tf.newaxis] == history_beer_ids[0][tf.newaxis, :], axis=1)
        order = found["score"][0] + self._weight * scores - tf.where(own, 1e9, 0.0)
        first = tf.math.top_k(order, ANSWERED).indices
        return {"beer_id": tf.gather(beers, first), "score": tf.gather(scores, first)}


def save(folder: Path, catalogue: Path, to: Path) -> None:
    """Write `<to>/1` of the pair in `folder`."""
    fused = Fused(folder, catalogue)
    tf.saved_model.save(fused, str(to / "1"), signatures={"serving_default": fused.answer})
