"""Both servables in one SavedModel, which also answers for both at once: what is retrieved, with predicted scores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from taproom.contract import FUSED, RANKING, RECOMMENDATION, RETRIEVAL
from trainer.data.reviews import Beers
from trainer.saved_model import HISTORY_INPUTS, lookup_table


class FusedServable(tf.Module):
    """The two servables in `folder`; what ranking is told of `beers`, those that both know, are constants of the graph.

    They are as the release's catalogue has them, from which ranking is asked where it is asked by itself.
    """

    def __init__(self, folder: Path, beers: Beers) -> None:
        super().__init__()
        self._retrieval, self._ranking = (
            tf.saved_model.load(str(folder / name / "1")) for name in (RETRIEVAL, RANKING)
        )
        self.retrieve, self.rank = (each.signatures["serving_default"] for each in (self._retrieval, self._ranking))
        self._beer_of = lookup_table(beers.ids)
        # The last one is that of beers that are not known.
        self._breweries, self._styles = (
            _constant([*texts, ""], tf.string) for texts in (beers.breweries, beers.styles)
        )
        self._abv = _constant([*np.where(beers.abv < 0, -1, beers.abv.astype(float).round(2)), -1], tf.float32)

    @tf.function(
        input_signature=[
            tf.TensorSpec([1], tf.string, name="username"),
            *(tf.TensorSpec([1, None], each.dtype, each.name) for each in HISTORY_INPUTS),
            tf.TensorSpec([None], tf.string, name="further_beer_ids"),
        ],
        autograph=False,
    )
    def recommend(
        self, username: tf.Tensor, history_beer_ids: tf.Tensor, history_scores: tf.Tensor, further_beer_ids: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """username [1], history [1, H], further beers [F] → what retrieval answers, and predicted scores, 0 to 5.

        predicted_score [1, k] has those of the beers that retrieval answers, further_predicted_score [F] the others'.
        """
        history = {"history_beer_ids": history_beer_ids, "history_scores": history_scores}
        retrieved = self.retrieve(username=username, **history)
        beer_ids = tf.concat([retrieved["beer_id"][0], further_beer_ids], axis=0)
        beer = self._beer_of.lookup(beer_ids)
        place = tf.where(beer < 0, tf.size(self._abv) - 1, beer)
        scores = self.rank(
            username=tf.repeat(username, tf.size(beer_ids)),
            beer_id=beer_ids,
            brewery_name=tf.gather(self._breweries, place),
            style=tf.gather(self._styles, place),
            abv=tf.gather(self._abv, place),
            **history,
        )["score"]
        found = tf.size(retrieved["beer_id"])
        return {**retrieved, "predicted_score": scores[tf.newaxis, :found], "further_predicted_score": scores[found:]}


def save(folder: Path, beers: Beers) -> None:
    """Write `<folder>/fused/1`, made of the two servables there, which were fitted on `beers`."""
    fused = FusedServable(folder, beers)
    signatures = {RETRIEVAL: fused.retrieve, RANKING: fused.rank, RECOMMENDATION: fused.recommend}
    tf.saved_model.save(fused, str(folder / FUSED / "1"), signatures=signatures)


def _constant(values: list[Any], dtype: tf.DType) -> tf.Variable:
    # A variable, since a constant of the graph has no more than 2 GB with all others.
    return tf.Variable(tf.constant(values, dtype), trainable=False)
