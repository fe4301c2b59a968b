"""Neighbours: for which beers each single beer of a history speaks, and how much."""

from __future__ import annotations

from typing import NamedTuple

import histories
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from ranks import of_asked
from retrieval_model import RetrievalModel
from reviews import Codes, Rows
from split import Split

# The most reviewed ones; the others have no neighbours, since the matrix of pairs is dense while it is solved.
MOST_BEERS = 4000
# Of each beer; those further off add nothing that could be measured (docs/adr/0021-ease-beside-the-towers.md).
MOST_NEIGHBOURS = 100
# Points of logit that a neighbour's weight of 1 may count; 0 leaves the neighbours out.
WEIGHTS = (0.0, 4.0, 8.0, 12.0, 16.0, 20.0, 24.0, 32.0)
MOST_USERS = 3000
_USERS_AT_ONCE = 256
_BEERS_AT_ONCE = 512
_GAINING = 100

Numbers = npt.NDArray[np.float32]


class Neighbours(NamedTuple):
    """Neighbours of beers [known, k] by code, with their weights [known, k]; `place` [beers] finds a beer's row.

    The last row, that of beers without neighbours, has weights of 0.
    """

    place: Codes
    beers: Codes
    weights: Numbers

    def times(self, weight: float) -> Neighbours:
        """The same with every weight `weight` times as large."""
        return self._replace(weights=np.float32(weight) * self.weights)


def of_rows(rows: Rows, users: int, beers: int, ridge: float, dropout: float) -> Neighbours:
    """The neighbours in `rows` of the 4,000 most reviewed beers.

    The weights B [beers, beers] are those with a zero diagonal for which the sum over a history's beers comes
    nearest to the history itself, of which the part `dropout` is dropped at random: with X [users, beers] of ones
    and zeros, and P = (X'X + dropout / (1 - dropout) diag(X'X) + ridge I)^-1, B_ij = -P_ij / P_jj (Steck,
    "Autoencoders that don't overfit towards the identity", 2020; without dropout his "Embarrassingly shallow
    autoencoders for sparse data", 2019, equation 8).
    """
    counts = np.bincount(rows.beer, minlength=beers)
    chosen = np.sort(np.argsort(-counts, kind="stable")[: min(MOST_BEERS, int((counts > 0).sum()))])
    place = np.full(beers, len(chosen), np.int32)
    place[chosen] = np.arange(len(chosen), dtype=np.int32)
    pairs = _pairs(rows, users, place, len(chosen))
    np.fill_diagonal(pairs, np.diag(pairs) / (1 - dropout) + ridge)
    weights = np.linalg.inv(pairs)
    weights /= -np.diag(weights)
    np.fill_diagonal(weights, 0)
    size = min(MOST_NEIGHBOURS, len(chosen))
    shape = (len(chosen) + 1, size)
    near_beers, near_weights = np.zeros(shape, np.int32), np.zeros(shape, np.float32)
    for start in range(0, len(chosen), _BEERS_AT_ONCE):
        some = weights[start : start + _BEERS_AT_ONCE]
        nearest = np.argpartition(-np.abs(some), size - 1, axis=1)[:, :size]
        near_beers[start : start + len(some)] = chosen[nearest]
        near_weights[start : start + len(some)] = np.take_along_axis(some, nearest, axis=1)
    return Neighbours(place, near_beers, near_weights)


def added(logits: tf.Tensor, near: Neighbours, user: tf.Tensor, beer: tf.Tensor) -> tf.Tensor:
    """`logits` [users, beers] and the weights of the neighbours of flat histories `user` and `beer` [reviews]."""
    row = tf.gather(near.place, beer)
    beers = tf.gather(near.beers, row)
    who = tf.broadcast_to(user[:, None], tf.shape(beers))
    where = tf.stack([tf.reshape(who, [-1]), tf.reshape(beers, [-1])], axis=1)
    return tf.tensor_scatter_nd_add(logits, where, tf.reshape(tf.gather(near.weights, row), [-1]))


def best_weight(model: RetrievalModel, near: Neighbours, split: Split) -> float:
    """The weight of `near` beside `model`'s logits with which validation beers come first.

    Each counts 1 / log2(rank + 2), with ranks from 0, up to rank 99. Measures up to 3,000 users, evenly taken.
    """
    asked = split.validation
    users = np.unique(asked.user)
    users = users[np.linspace(0, len(users) - 1, min(MOST_USERS, len(users))).astype(int)]
    known = histories.of_rows(split.training, len(split.usernames))
    wanted = histories.of_rows(asked, len(split.usernames))
    candidates = model.beers().T
    gains = np.zeros(len(WEIGHTS))
    for start in range(0, len(users), _USERS_AT_ONCE):
        some, hidden = known.of(users[start : start + _USERS_AT_ONCE]), wanted.of(users[start : start + _USERS_AT_ONCE])
        logits = model.queries(some) @ candidates
        nearness = added(np.zeros_like(logits), near, some.user, some.beer).numpy()
        logits[some.user, some.beer] = -np.inf
        for place, weight in enumerate(WEIGHTS):
            ranks = of_asked(logits + np.float32(weight) * nearness, hidden)
            gains[place] += (1 / np.log2(ranks[ranks < _GAINING] + 2.0)).sum()
    return WEIGHTS[int(np.argmax(gains))]


def _pairs(rows: Rows, users: int, place: Codes, size: int) -> Numbers:
    """How many users reviewed both of two beers [size, size]; on the diagonal, each beer's users."""
    known = histories.of_rows(rows.where(place[rows.beer] < size), users)
    pairs = np.zeros((size, size), np.float32)
    for start in range(0, users, _USERS_AT_ONCE):
        some = known.of(np.arange(start, min(start + _USERS_AT_ONCE, users)))
        tried = np.zeros((len(some), size), np.float32)
        tried[some.user, place[some.beer]] = 1
        pairs += tried.T @ tried
    return pairs
