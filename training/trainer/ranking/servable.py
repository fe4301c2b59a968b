"""Ranking as a SavedModel: a history and beers in, scores out."""

from __future__ import annotations

import tensorflow as tf

from taproom.contract import RANKING
from trainer.data.attributes import ItemAttributes
from trainer.data.reviews import Beers
from trainer.ranking.cross_fit import Scale
from trainer.ranking.features.base import FlatHistories, Queries
from trainer.ranking.model import DeepCross, inputs_of
from trainer.ranking.ranking_features import RankingFeatures
from trainer.saved_model import HISTORY_INPUTS, flatten_known, lookup_table


class RankingServable(tf.Module):
    """The score that each user would give each beer."""

    servable_name = RANKING

    def __init__(
        self,
        model: DeepCross,
        features: RankingFeatures,
        scale: Scale,
        beers: Beers,
        attributes: ItemAttributes,
        release: str,
    ) -> None:
        super().__init__()
        self._release = release
        self._beer_of, self._style_of, self._brewery_of = (
            lookup_table(texts) for texts in (beers.ids, attributes.styles, attributes.breweries)
        )
        # Only the weights are kept, not the Keras layers, so that the file needs no Keras.
        self._weights = model.kept
        self._predict = model.__call__
        self._features, self._standardise = features, scale.standardise

    @tf.function(
        input_signature=[
            *(tf.TensorSpec([None], tf.string, name=name) for name in ("username", "beer_id", "brewery_name", "style")),
            tf.TensorSpec([None], tf.float32, name="abv"),
            *HISTORY_INPUTS,
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
        """Users and beers [N], and for each distinct username, in the order of first appearance, a history [U, H].

        Returns score [N], 0 to 5, release [N].
        """
        reviews = flatten_known(self._beer_of, history_beer_ids, history_scores)
        histories = FlatHistories(*reviews, tf.shape(history_beer_ids)[0])
        queries = Queries(
            tf.unique(username).idx,
            self._beer_of.lookup(beer_id),
            self._style_of.lookup(style),
            self._brewery_of.lookup(brewery_name),
            abv,
        )
        features = self._standardise(self._features(histories, queries))
        return {
            "score": self._predict(inputs_of(features, queries.beer, queries.style, queries.brewery)),
            "release": tf.fill(tf.shape(username), self._release),
        }
