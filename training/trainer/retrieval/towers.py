"""The parts of the retrieval model: beers as vectors, histories as vectors."""

from __future__ import annotations

import tensorflow as tf

from trainer.data.attributes import ItemAttributes

# Small, so that at first the candidates' biases decide, which is popularity.
_DEVIATION = 0.02


class BeerTower(tf.Module):
    """A vector a beer: its own, its brewery's, its style's and what its numeric attributes add.

    Beers that share a brewery or a style share what is learnt of it, so one that few people reviewed is not a stranger.
    """

    def __init__(self, attributes: ItemAttributes, dimension: int, seed: int) -> None:
        super().__init__()
        self._brewery_of, self._style_of = tf.constant(attributes.brewery), tf.constant(attributes.style)
        self._numeric = tf.constant(attributes.numeric)
        beers, numeric = attributes.numeric.shape
        sizes = (beers, len(attributes.breweries), len(attributes.styles), numeric)
        self.weights = [
            tf.Variable(tf.random.stateless_normal((size, dimension), (seed, place), stddev=_DEVIATION))
            for place, size in enumerate(sizes)
        ]

    @property
    def own(self) -> tf.Variable:
        """[beers, dimension]: what each beer has beside its brewery, style and strength."""
        return self.weights[0]

    def vectors(self) -> tf.Tensor:
        """[beers, dimension]."""
        own, brewery, style, numeric = self.weights
        shared = tf.gather(brewery, self._brewery_of) + tf.gather(style, self._style_of)
        return own + shared + tf.matmul(self._numeric, numeric)

    def vectors_of(self, beer: tf.Tensor) -> tf.Tensor:
        """[n, dimension] of the beers [n] alone."""
        own, brewery, style, numeric = self.weights
        brewery_of, style_of = tf.gather(self._brewery_of, beer), tf.gather(self._style_of, beer)
        shared = tf.gather(brewery, brewery_of) + tf.gather(style, style_of)
        return tf.gather(own, beer) + shared + tf.matmul(tf.gather(self._numeric, beer), numeric)


class HistoryTower(tf.Module):
    """A vector a history: sum of its beers' vectors / sqrt(their number), and what a layer of `hidden` units adds.

    The scores are left out: retrieval looks for what somebody will choose, ranking for how they will like it.
    The sum over an empty history is the zero vector.
    """

    def __init__(self, dimension: int, hidden: int, seed: int) -> None:
        super().__init__()
        self.weights: list[tf.Variable] = []
        if hidden:
            first = tf.random.stateless_normal((dimension, hidden), (seed, 0), stddev=dimension**-0.5)
            # At first the hidden layer adds nothing.
            start = (first, tf.zeros(hidden), tf.zeros((hidden, dimension)))
            self.weights = [tf.Variable(value) for value in start]

    def vectors(
        self,
        beers: tf.Tensor,
        user: tf.Tensor,
        users: tf.Tensor,
        dropout: float,
        seed: tf.Tensor | None,
    ) -> tf.Tensor:
        """[users, dimension] of flat histories: `beers` [reviews, dimension] are the vectors of each `user`'s beers.

        With a `seed` parts of the vectors are dropped, as in training.
        """
        summed = tf.math.unsorted_segment_sum(beers, user, users)
        size = tf.math.unsorted_segment_sum(tf.ones_like(user, tf.float32), user, users)
        query = summed * tf.math.rsqrt(tf.maximum(size, 1.0))[:, None]
        if seed is not None:
            query = tf.nn.experimental.stateless_dropout(query, dropout, seed)
        if not self.weights:
            return query
        first, bias, second = self.weights
        return query + tf.matmul(tf.tanh(tf.matmul(query, first) + bias), second)
