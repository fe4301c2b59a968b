"""A beer scores by how like it is to the beers of the user's history, by who reviewed both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.data.ratings import Places, Ratings
from benchmarks.peers.gram import gram
from benchmarks.peers.model import Settings
from benchmarks.tasks.top_lists import Scores

# `exponent` .5 and `shrinkage` 0 are the plain cosine; a lower exponent favours popular beers less among the
# recommended, and counts popular ones in the history more.
SETTINGS: tuple[Settings, ...] = (
    {"exponent": 0.4, "shrinkage": 20},
    {"exponent": 0.5, "shrinkage": 0},
    {"exponent": 0.5, "shrinkage": 20},
    {"exponent": 0.3, "shrinkage": 20},
    {"exponent": 0.4, "shrinkage": 0},
    {"exponent": 0.6, "shrinkage": 0},
)
_ROWS_AT_ONCE = 1024
# Far below any likeness: orders by popularity what is like nothing in the history.
_TIE = 1e-9


@dataclass(frozen=True)
class ItemCosine:
    settings: Settings
    likeness: Scores  # [beers of a history, beers]
    tie: Scores  # [beers]

    def scores(self, users: Places, histories: Any) -> Scores:  # noqa: ARG002 (a peer's interface)
        return np.asarray(histories @ self.likeness + self.tie, np.float32)


def fit(training: Ratings, settings: Settings, seed: int, validation: Ratings | None) -> ItemCosine:  # noqa: ARG001
    return ItemCosine(
        settings,
        likeness(gram(training.matrix()).T, settings["exponent"], settings["shrinkage"]),
        (training.beer_counts * _TIE).astype(np.float32),
    )


def likeness(both: Scores, exponent: float, shrinkage: float) -> Scores:
    """`both` [beers, beers], how many users reviewed both, made likenesses in place; a beer is not like itself.

    Notes
    -----
    s_ij = c_ij / (c_ii^a c_jj^(1 - a) + h), of history's beer i and recommended beer j, with exponent a and
    shrinkage h: asymmetric cosine (Aiolli, "Efficient Top-N Recommendation for Very Large Scale Binary Rated
    Datasets", 2013).
    """
    counts = np.maximum(np.diagonal(both), 1).astype(np.float32)
    of_history, of_candidate = counts**exponent, counts ** (1 - exponent)
    for start in range(0, len(both), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        both[rows] /= of_history[rows, None] * of_candidate[None, :] + np.float32(shrinkage)
    np.fill_diagonal(both, 0)
    return both
