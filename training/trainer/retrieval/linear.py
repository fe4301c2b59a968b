"""Collective EASE: a linear model in which each beer of a history speaks for its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Floats, Ids
from trainer.retrieval.ranks import Asked, ranks_by_score, summed_gain

# The most reviewed ones; the others have no neighbours, since the matrix of counts is dense while it is inverted.
MOST_BEERS = 4000
# That a catalogue has of each of them, on average: they find nearly what all of them find (docs/adr/0089).
MEAN_NEIGHBOURS = 64
# The part of a history that its neighbours are to do without.
DROPOUT = 0.33
_USERS_AT_ONCE = 256
# Matrices of fewer than twice as many rows are inverted as they are.
_SMALL = 256


@dataclass(frozen=True)
class LinearSettings:
    """How many reviews a pseudo-user counts who drank all beers of a brewery, and of a style; and the penalty of
    squared weights, in reviews."""

    brewery_weight: float
    style_weight: float
    penalty: float

    def __str__(self) -> str:
        return f"brewery weight {self.brewery_weight:g}, style weight {self.style_weight:g}, penalty {self.penalty:g}"


# In order of how much beers count that share a brewery and a style: the fewer reviews there are, or the more the
# users have each, the more it pays.
SETTINGS = tuple(
    LinearSettings(*each) for each in ((0, 0, 200), (4, 0.4, 200), (40, 4, 400), (100, 10, 1000), (300, 30, 2000))
)
_FIRST = 1


@dataclass(frozen=True)
class TriedSettings:
    """The gain of each that was tried, as choose_settings counts it, and the `best` of them."""

    gains: Mapping[LinearSettings, float]
    best: LinearSettings


class Neighbours(NamedTuple):
    """The `weights` [rows, rows] with which a beer speaks for others; `row` [beers] finds a beer's row.

    The last row and column, those of beers without neighbours, are 0.
    """

    row: Ids
    weights: Floats

    def scores(self, user: tf.Tensor, beer: tf.Tensor, users: tf.Tensor, asked: tf.Tensor | None = None) -> tf.Tensor:
        """[users, asked]: the weights of the beers of flat histories, `user` and `beer` [reviews], summed.

        Every beer is `asked` about, unless they are named.
        """
        places = tf.cast(tf.stack([user, tf.gather(self.row, beer)], axis=1), tf.int64)
        shape = tf.cast(tf.stack([users, tf.shape(self.weights)[0]]), tf.int64)
        tried = tf.SparseTensor(places, tf.ones_like(user, tf.float32), shape)
        row = self.row if asked is None else tf.gather(self.row, asked)
        return tf.gather(tf.sparse.sparse_dense_matmul(tried, self.weights), row, axis=1)


class FewNeighbours(NamedTuple):
    """Of some beers [n], ascending, the `others` that each speaks for or against, and the `weights`: a list a beer."""

    beer: Ids
    others: list[Ids]
    weights: list[Floats]


class CollectiveEase:
    """The weights B [beers, beers] with a zero diagonal for which the sum over a history's beers comes nearest to the
    history itself, of which a part is dropped at random, and to all beers of a brewery and of a style.

    With X [users, beers] of ones and zeros, below it a row sqrt(w_b) for each brewery and sqrt(w_s) for each style, G
    their Gram matrix, and P = (G + dropout / (1 - dropout) diag(G) + penalty I)^-1: B_ij = -P_ij / P_jj (Steck,
    "Autoencoders that don't overfit towards the identity", 2020; the rows of attributes after Ning and Karypis,
    "Sparse linear methods with side information for top-n recommendations", 2012, section 4.1).
    """

    def __init__(self, known: Histories, attributes: ItemAttributes) -> None:
        beers = len(attributes.brewery)
        counts = np.bincount(known.beer, minlength=beers)
        most = min(MOST_BEERS, int((counts > 0).sum()))
        self._fitted = np.sort(np.argsort(-counts, kind="stable")[:most]).astype(np.int32)
        self._row = np.full(beers, len(self._fitted), np.int32)
        self._row[self._fitted] = np.arange(len(self._fitted), dtype=np.int32)
        self._gram = _gram_matrix(known, self._row, len(self._fitted))
        self._brewery, self._style = attributes.brewery[self._fitted], attributes.style[self._fitted]

    def fit(self, settings: LinearSettings) -> Neighbours:
        """The weights of the 4,000 most reviewed beers."""
        weights = _inverse(self._penalised(settings))
        weights /= -np.diag(weights)
        np.fill_diagonal(weights, 0)
        return Neighbours(self._row, np.pad(weights, (0, 1)))

    def fit_few(self, settings: LinearSettings, neighbours: Neighbours) -> FewNeighbours:
        """Those of the `neighbours` that count most, MEAN_NEIGHBOURS a beer, fitted again to do without the others.

        The greatest B_ij sqrt(G_ii) are kept: what a weight does to the scores of all histories, squared, grows with
        how many of them its beer is in. Beer j's weights, of the beers K that are kept for it, are the solution of
        G_KK B_Kj = G_Kj with the diagonal that `fit` gives G: the same least squares with all others held at 0.
        """
        gram = self._penalised(settings)
        size = len(gram)
        counted = np.abs(neighbours.weights[:size, :size]) * np.sqrt(np.diag(gram))[:, None]
        rest = max(counted.size - MEAN_NEIGHBOURS * size, 0)
        is_kept = counted > (np.partition(counted, rest - 1, axis=None)[rest - 1] if rest else 0)
        weights = np.zeros_like(gram)
        for beer in range(size):
            kept = np.flatnonzero(is_kept[:, beer])
            weights[kept, beer] = np.linalg.solve(gram[np.ix_(kept, kept)], gram[kept, beer])
        others = [np.flatnonzero(row) for row in is_kept]
        lists = zip(weights, others, strict=True)
        return FewNeighbours(self._fitted, [self._fitted[own] for own in others], [row[own] for row, own in lists])

    def _penalised(self, settings: LinearSettings) -> Floats:
        """G with the dropout's and the penalty's part on its diagonal."""
        gram = self._gram.copy()
        for attribute, weight in ((self._brewery, settings.brewery_weight), (self._style, settings.style_weight)):
            if weight:
                gram += np.float32(weight) * (attribute[:, None] == attribute)
        np.fill_diagonal(gram, np.diag(gram) / (1 - DROPOUT) + settings.penalty)
        return gram


def choose_settings(
    known: Histories, asked: Asked, attributes: ItemAttributes, say: Callable[[str], None]
) -> tuple[TriedSettings, Neighbours]:
    """Those of SETTINGS by which the wanted beers come first, with the neighbours that they make.

    Tried from the second one on, in the direction in which summed_gain gets better, as long as it does.
    """
    ease, found, gains = CollectiveEase(known, attributes), dict[int, Neighbours](), dict[int, float]()

    def gain(place: int) -> float:
        if not 0 <= place < len(SETTINGS):
            return -1.0
        if place not in gains:
            found[place] = ease.fit(SETTINGS[place])
            gains[place] = _gain(found[place], asked)
            say(f"neighbours with {SETTINGS[place]}: they gain {gains[place]:.4f}")
        return gains[place]

    best = _FIRST
    step = 1 if gain(best + 1) > gain(best) else -1
    while gain(best + step) > gain(best):
        found.pop(best)
        best += step
    tried = {SETTINGS[place]: gains[place] for place in sorted(gains)}
    return TriedSettings(tried, SETTINGS[best]), found[best]


def _gain(neighbours: Neighbours, asked: Asked) -> float:
    total = 0.0
    for some in asked.batches(len(neighbours.row)):
        scores = neighbours.scores(some.known.user, some.known.beer, len(some.known)).numpy()
        scores[some.known.user, some.known.beer] = -np.inf
        total += summed_gain(ranks_by_score(scores, some.wanted.user, some.wanted.beer), some.wanted.user)
    return total / max(len(asked.known), 1)


def _inverse(matrix: Floats) -> Floats:
    """The inverse of a positive definite matrix, by that of its first half and of the Schur complement.

    It is products of matrices, in which a machine is several times as fast as in LAPACK's inverse.
    """
    half = len(matrix) // 2
    if half < _SMALL:
        return np.linalg.inv(matrix)
    first = _inverse(matrix[:half, :half])
    across = first @ matrix[:half, half:]
    last = _inverse(matrix[half:, half:] - matrix[half:, :half] @ across)
    corner = -across @ last
    return np.block([[first - corner @ across.T, corner], [corner.T, last]])


def _gram_matrix(known: Histories, row: Ids, size: int) -> npt.NDArray[np.float32]:
    """X'X: how many users reviewed both of two beers [size, size]; on the diagonal, each beer's users."""
    gram = np.zeros((size, size), np.float32)
    for start in range(0, len(known), _USERS_AT_ONCE):
        some = known.select(np.arange(start, min(start + _USERS_AT_ONCE, len(known))))
        place = row[some.beer]
        is_fitted = place < size
        tried = np.zeros((len(some), size), np.float32)
        tried[some.user[is_fitted], place[is_fitted]] = 1
        gram += tried.T @ tried
    return gram
