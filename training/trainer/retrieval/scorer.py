"""Retrieval's score of every beer for a history: a weighted sum of parts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from trainer.data.histories import Histories
from trainer.data.reviews import Floats, Ids
from trainer.retrieval.linear import Neighbours
from trainer.retrieval.two_tower import TwoTower, queries

NETWORK, NEIGHBOURS, UNREVIEWED = "network", "neighbours", "unreviewed"


class Scorer(tf.Module):
    """score(u, j) = sum over the parts of weight * part(u, j).

    Notes
    -----
    The parts:

    - network: the logit of the two towers;
    - neighbours: the weights of j as a neighbour of the beers of u;
    - unreviewed: 1 where no fitted review is of j, whose popularity the network does not know.

    Beside them stands a `bias` [beers], the same for every user.
    """

    def __init__(self, network: TwoTower, neighbours: Neighbours, reviews: Histories) -> None:
        super().__init__()
        beers = network.beer_vectors()
        counts = np.bincount(reviews.beer, minlength=len(beers))
        self.weights: Mapping[str, float] = {NETWORK: 1.0}
        self._table, self._beers = _constant(network.tried_beer_vectors()), _constant(beers)
        self.use_neighbours(neighbours)
        self._unreviewed = _constant((counts == 0).astype(np.float32))
        self._bias = _constant(np.zeros(len(counts), np.float32))

    def use_neighbours(self, neighbours: Neighbours) -> None:
        """Take these in the place of those before."""
        self._neighbours = Neighbours(_constant(neighbours.row), _constant(neighbours.weights))

    def blend(self, weights: Mapping[str, float], bias: Floats) -> None:
        """Take these weights of the parts, and this bias [beers]."""
        self.weights = dict(weights)
        self._bias.assign(bias)

    def halve(self) -> None:
        """Keep the network's tables as float16: half the memory, and reading them costs a conversion."""
        self._table, self._beers = (_constant(tf.cast(table, tf.float16)) for table in (self._table, self._beers))

    @property
    def beers(self) -> int:
        """How many there are."""
        return int(self._beers.shape[0])

    @property
    def with_neighbours(self) -> Ids:
        """The beers that have neighbours, ascending."""
        row, last = np.asarray(self._neighbours.row), self._neighbours.weights.shape[0] - 1
        return np.flatnonzero(row < last).astype(np.int32)

    def queries(self, user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor) -> tf.Tensor:
        """[users, width] of flat histories: their dot products with `vectors` are the network's part."""
        return queries(self._table, user, beer, users)

    def vectors(self, beers: tf.Tensor | None = None) -> tf.Tensor:
        """[beers, width]; the last column is a bias."""
        return _rows(self._beers, beers)

    def __call__(self, user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor, asked: tf.Tensor | None = None) -> tf.Tensor:
        """[users, asked] of flat histories: `user`, from 0 to `users` - 1, and `beer` are [reviews].

        Every beer is `asked` about, unless they are named.
        """
        weights = {name: weight for name, weight in self.weights.items() if weight}
        parts = self.parts(user, beer, users, tuple(weights), asked)
        # Not tf.add_n, which would not broadcast.
        return sum((weight * parts[name] for name, weight in weights.items()), start=_rows(self._bias, asked)[None, :])

    def parts(
        self,
        user: tf.Tensor,
        beer: tf.Tensor,
        users: tf.Tensor,
        names: tuple[str, ...],
        asked: tf.Tensor | None = None,
    ) -> dict[str, tf.Tensor]:
        """The parts of these names, each [users, asked]; that of the unreviewed is [1, asked]."""
        found: dict[str, tf.Tensor] = {}
        if NETWORK in names:
            found[NETWORK] = tf.matmul(self.queries(user, beer, users), self.vectors(asked), transpose_b=True)
        if NEIGHBOURS in names:
            found[NEIGHBOURS] = self._neighbours.scores(user, beer, users, asked)
        if UNREVIEWED in names:
            found[UNREVIEWED] = _rows(self._unreviewed, asked)[None, :]
        return found


def _rows(table: tf.Variable, rows: tf.Tensor | None) -> tf.Tensor:
    """These rows, or all, as float32."""
    return tf.cast(table if rows is None else tf.gather(table, rows), tf.float32)


def _constant(value: Floats | Ids | tf.Tensor) -> tf.Variable:
    return tf.Variable(value, trainable=False)
