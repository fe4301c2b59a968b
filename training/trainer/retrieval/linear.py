"""EASE: a linear model in which each beer of a history speaks for its neighbours, beside the network's logits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.data.histories import Histories
from trainer.data.reviews import Floats, Ids, Ratings
from trainer.data.split import Split
from trainer.evaluation import metrics
from trainer.retrieval.model import RetrievalModel
from trainer.retrieval.ranks import ranks_by_score

# The most reviewed ones; the others have no neighbours, since the matrix of counts is dense while it is inverted.
MOST_BEERS = 4000
# Of each beer; those further off add nothing that could be measured.
MOST_NEIGHBOURS = 100
# Points of logit that a neighbour's weight of 1 may count; 0 leaves the neighbours out.
WEIGHTS = (0.0, 4.0, 8.0, 12.0, 16.0, 20.0, 24.0, 32.0)
MOST_USERS = 3000
_USERS_AT_ONCE = 256
_BEERS_AT_ONCE = 512
_COUNTED = 100


class Neighbours(NamedTuple):
    """Neighbours of beers [rows, k] by id, with their weights [rows, k]; `row` [beers] finds a beer's row.

    The last row, that of beers without neighbours, has weights of 0.
    """

    row: Ids
    beers: Ids
    weights: Floats

    def scaled(self, factor: float) -> Neighbours:
        """The same with every weight `factor` times as large."""
        return self._replace(weights=np.float32(factor) * self.weights)


def fit_ease(ratings: Ratings, users: int, beers: int, penalty: float, dropout: float) -> Neighbours:
    """The strongest weights of the 4,000 most reviewed beers.

    The weights B [beers, beers] are those with a zero diagonal for which the sum over a history's beers comes
    nearest to the history itself, of which the part `dropout` is dropped at random: with X [users, beers] of ones
    and zeros, and P = (X'X + dropout / (1 - dropout) diag(X'X) + penalty I)^-1, B_ij = -P_ij / P_jj (Steck,
    "Autoencoders that don't overfit towards the identity", 2020; without dropout his "Embarrassingly shallow
    autoencoders for sparse data", 2019, equation 8).
    """
    counts = np.bincount(ratings.beer, minlength=beers)
    fitted = np.sort(np.argsort(-counts, kind="stable")[: min(MOST_BEERS, int((counts > 0).sum()))])
    row = np.full(beers, len(fitted), np.int32)
    row[fitted] = np.arange(len(fitted), dtype=np.int32)
    gram = _gram_matrix(ratings, users, row, len(fitted))
    np.fill_diagonal(gram, np.diag(gram) / (1 - dropout) + penalty)
    weights = np.linalg.inv(gram)
    weights /= -np.diag(weights)
    np.fill_diagonal(weights, 0)
    size = min(MOST_NEIGHBOURS, len(fitted))
    shape = (len(fitted) + 1, size)
    nearest_beers, nearest_weights = np.zeros(shape, np.int32), np.zeros(shape, np.float32)
    for start in range(0, len(fitted), _BEERS_AT_ONCE):
        some = weights[start : start + _BEERS_AT_ONCE]
        nearest = np.argpartition(-np.abs(some), size - 1, axis=1)[:, :size]
        nearest_beers[start : start + len(some)] = fitted[nearest]
        nearest_weights[start : start + len(some)] = np.take_along_axis(some, nearest, axis=1)
    return Neighbours(row, nearest_beers, nearest_weights)


def add_neighbours(logits: tf.Tensor, neighbours: Neighbours, user: tf.Tensor, beer: tf.Tensor) -> tf.Tensor:
    """`logits` [users, beers] and the weights of the neighbours of flat histories `user` and `beer` [reviews]."""
    row = tf.gather(neighbours.row, beer)
    beers = tf.gather(neighbours.beers, row)
    users = tf.broadcast_to(user[:, None], tf.shape(beers))
    where = tf.stack([tf.reshape(users, [-1]), tf.reshape(beers, [-1])], axis=1)
    return tf.tensor_scatter_nd_add(logits, where, tf.reshape(tf.gather(neighbours.weights, row), [-1]))


def best_weight(model: RetrievalModel, neighbours: Neighbours, split: Split) -> float:
    """The factor of `neighbours` beside `model`'s logits with which validation beers come first.

    Each counts its discount (metrics.discount) up to rank 99. Measures up to 3,000 users, evenly taken.
    """
    users = np.unique(split.validation.user)
    users = users[np.linspace(0, len(users) - 1, min(MOST_USERS, len(users))).astype(int)]
    known = Histories.from_ratings(split.training, len(split.usernames))
    asked = Histories.from_ratings(split.validation, len(split.usernames))
    candidates = model.beer_vectors().T
    gains = np.zeros(len(WEIGHTS))
    for start in range(0, len(users), _USERS_AT_ONCE):
        some = users[start : start + _USERS_AT_ONCE]
        some_known, some_asked = known.select(some), asked.select(some)
        logits = model.query_vectors(some_known) @ candidates
        linear = add_neighbours(np.zeros_like(logits), neighbours, some_known.user, some_known.beer).numpy()
        logits[some_known.user, some_known.beer] = -np.inf
        for place, weight in enumerate(WEIGHTS):
            ranks = ranks_by_score(logits + np.float32(weight) * linear, some_asked)
            gains[place] += metrics.discount(ranks[ranks < _COUNTED]).sum()
    return WEIGHTS[int(np.argmax(gains))]


def _gram_matrix(ratings: Ratings, users: int, row: Ids, size: int) -> npt.NDArray[np.float32]:
    """X'X: how many users reviewed both of two beers [size, size]; on the diagonal, each beer's users."""
    histories = Histories.from_ratings(ratings.select(row[ratings.beer] < size), users)
    gram = np.zeros((size, size), np.float32)
    for start in range(0, users, _USERS_AT_ONCE):
        some = histories.select(np.arange(start, min(start + _USERS_AT_ONCE, users)))
        tried = np.zeros((len(some), size), np.float32)
        tried[some.user, row[some.beer]] = 1
        gram += tried.T @ tried
    return gram
