"""The parts of the retrieval model: beers as vectors, histories as vectors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.data.attributes import ItemAttributes
from trainer.data.reviews import Ids

# Small, so that at first the candidates' biases decide, which is popularity.
_DEVIATION = 0.02
_BEERS_AT_ONCE = 65_536


class BeerTower(tf.keras.layers.Layer):
    """A vector a beer: its own, its brewery's, its style's and what its numeric attributes add.

    Beers that share a brewery or a style share what is learnt of it, so one that few people reviewed is not a stranger.
    One that nobody did, where `has_own` [beers] says no, has no vector of its own. Which row of `own` is whose say
    `own_rows` [beers], where they are given; all who have none share the last row, which is not used.
    """

    def __init__(
        self,
        attributes: ItemAttributes,
        has_own: npt.NDArray[np.bool_],
        dimension: int,
        seed: int,
        own_rows: Ids | None = None,
    ) -> None:
        super().__init__()
        self._brewery_of, self._style_of = tf.constant(attributes.brewery), tf.constant(attributes.style)
        self._numeric = tf.constant(attributes.numeric)
        self._has_own = tf.constant(has_own[:, None].astype(np.float32))
        beers, numeric = attributes.numeric.shape
        owners = beers if own_rows is None else int(own_rows.max()) + 1
        self._own_rows = tf.range(beers) if own_rows is None else tf.constant(own_rows)
        sizes = (owners, len(attributes.breweries), len(attributes.styles), numeric)
        self.own, self._brewery, self._style, self._by_number = (
            # The decay after a step is the same on every host: nothing has to be summed up.
            tf.Variable(
                tf.random.stateless_normal((size, dimension), (seed, place), stddev=_DEVIATION),
                aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
            )
            for place, size in enumerate(sizes)
        )

    def vectors(self) -> tf.Tensor:
        """[beers, dimension], where every beer has a row of its own."""
        shared = tf.gather(self._brewery, self._brewery_of) + tf.gather(self._style, self._style_of)
        return self._has_own * self.own + shared + tf.matmul(self._numeric, self._by_number)

    def vectors_of(self, beers: tf.Tensor) -> tf.Tensor:
        """Those of some `beers` [n], [n, dimension]: only their rows have a gradient."""
        own, brewery, style, number, has_own = (
            tf.gather(each, beers)
            for each in (self._own_rows, self._brewery_of, self._style_of, self._numeric, self._has_own)
        )
        shared = tf.gather(self._brewery, brewery) + tf.gather(self._style, style)
        return has_own * tf.gather(self.own, own) + shared + tf.matmul(number, self._by_number)

    def all_vectors(self) -> npt.NDArray[np.float32]:
        """[beers, dimension], some at once."""
        beers = len(self._own_rows)
        found = np.empty((beers, self.own.shape[1]), np.float32)
        for start in range(0, beers, _BEERS_AT_ONCE):
            some = slice(start, min(start + _BEERS_AT_ONCE, beers))
            found[some] = self.vectors_of(tf.range(some.start, some.stop))
        return found


def history_vectors(beers: tf.Tensor, user: tf.Tensor, users: tf.Tensor) -> tf.Tensor:
    """A vector a history [users, dimension]: the sum of its beers' vectors / sqrt(their number), 0 where it is empty.

    `beers` [reviews, dimension] are the vectors of each `user`'s beers [reviews]. The scores are left out: retrieval
    looks for what somebody will choose, ranking for how they will like it.
    """
    summed = tf.math.unsorted_segment_sum(beers, user, users)
    size = tf.math.unsorted_segment_sum(tf.ones_like(user, tf.float32), user, users)
    return summed * tf.math.rsqrt(tf.maximum(size, 1.0))[:, None]
