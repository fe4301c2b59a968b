"""Retrieval's score of every beer for a history: a weighted sum of parts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Floats, Ids
from trainer.retrieval.linear import Neighbours
from trainer.retrieval.two_tower import TwoTower, queries

NETWORK, NEIGHBOURS, BREWERY, STYLE, UNREVIEWED = "network", "neighbours", "brewery", "style", "unreviewed"


class Scorer(tf.Module):
    """score(u, j) = sum over the parts of weight * part(u, j).

    Notes
    -----
    The parts, with n_j for the reviews of beer j that were fitted:

    - network: the logit of the two towers;
    - neighbours: the weights of j as a neighbour of the beers of u;
    - brewery: log(1 + beers of u from the brewery of j) / (1 + n_j), and style likewise: the less is known of a beer
      itself, the more counts what it shares with others;
    - unreviewed: 1 where n_j is 0, of which the network knows nothing.

    Beside them stands a `bias` [beers], the same for every user.
    """

    def __init__(
        self, network: TwoTower, neighbours: Neighbours, attributes: ItemAttributes, reviews: Histories
    ) -> None:
        super().__init__()
        counts = np.bincount(reviews.beer, minlength=len(attributes.brewery))
        self.weights: Mapping[str, float] = {NETWORK: 1.0}
        self._table, self._beers = _constant(network.tried_beer_vectors()), _constant(network.beer_vectors())
        self.use_neighbours(neighbours)
        self._rarity = _constant((1 / (1 + counts)).astype(np.float32))
        self._unreviewed = _constant((counts == 0).astype(np.float32))
        self._shared = {
            BREWERY: (_constant(attributes.brewery), len(attributes.breweries)),
            STYLE: (_constant(attributes.style), len(attributes.styles)),
        }
        self._bias = _constant(np.zeros(len(counts), np.float32))

    @property
    def beers(self) -> int:
        """How many it scores."""
        return int(self._rarity.shape[0])

    def use_neighbours(self, neighbours: Neighbours) -> None:
        """Take these in the place of those before."""
        self._neighbours = Neighbours(_constant(neighbours.row), _constant(neighbours.weights))

    def blend(self, weights: Mapping[str, float], bias: Floats) -> None:
        """Take these weights of the parts, and this bias [beers]."""
        self.weights = dict(weights)
        self._bias.assign(bias)

    def __call__(self, user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor) -> tf.Tensor:
        """[users, beers] of flat histories: `user`, from 0 to `users` - 1, and `beer` are [reviews]."""
        weights = {name: weight for name, weight in self.weights.items() if weight}
        parts = self.parts(user, beer, users, tuple(weights))
        # Not tf.add_n, which would not broadcast.
        return sum((weight * parts[name] for name, weight in weights.items()), start=self._bias[None, :])

    def parts(self, user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor, names: tuple[str, ...]) -> dict[str, tf.Tensor]:
        """The parts of these names, each [users, beers]; that of the unreviewed is [1, beers]."""
        found: dict[str, tf.Tensor] = {}
        if NETWORK in names:
            found[NETWORK] = tf.matmul(queries(self._table, user, beer, users), self._beers, transpose_b=True)
        if NEIGHBOURS in names:
            found[NEIGHBOURS] = self._neighbours.scores(user, beer, users)
        for name in self._shared.keys() & set(names):
            of_beer, size = self._shared[name]
            places = tf.stack([user, tf.gather(of_beer, beer)], axis=1)
            counts = tf.scatter_nd(places, tf.ones_like(user, tf.float32), tf.stack([users, size]))
            found[name] = tf.gather(tf.math.log1p(counts), of_beer, axis=1) * self._rarity
        if UNREVIEWED in names:
            found[UNREVIEWED] = self._unreviewed[None, :]
        return found


def _constant(value: Floats | Ids) -> tf.Variable:
    return tf.Variable(value, trainable=False)
