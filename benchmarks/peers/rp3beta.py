"""RP3beta: a walk from the user over beers and other users, which popular beers get less of (Paudel et al., 2016,
"Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive Applications")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.data.ratings import Places, Ratings
from benchmarks.peers.model import Settings
from benchmarks.tasks.top_lists import Scores, best
from trainer.data.attributes import ItemAttributes

SETTINGS: tuple[Settings, ...] = (
    {"alpha": 1.0, "beta": 0.4, "neighbours": 200},
    {"alpha": 0.6, "beta": 0.6, "neighbours": 500},
    {"alpha": 1.0, "beta": 0.2, "neighbours": 100},
    {"alpha": 0.8, "beta": 0.5, "neighbours": 500},
    {"alpha": 0.6, "beta": 0.3, "neighbours": 100},
    {"alpha": 1.2, "beta": 0.6, "neighbours": 500},
)
_BEERS_AT_ONCE = 1024


@dataclass(frozen=True)
class Walks:
    settings: Settings
    weights: Any  # CSR [beers of a history, beers]

    def scores(self, users: Places, histories: Any) -> Scores:  # noqa: ARG002 (a peer's interface)
        return np.asarray((histories @ self.weights).toarray(), np.float32)


def fit(
    training: Ratings,
    attributes: ItemAttributes,  # noqa: ARG001 (a peer's interface)
    settings: Settings,
    seed: int,  # noqa: ARG001
    validation: Ratings | None,  # noqa: ARG001
) -> Walks:
    """Of each beer the `neighbours` that most walks end at.

    Notes
    -----
    w_ij = d_i^-alpha d_j^-beta * sum over users u of both of d_u^-alpha, where d is a beer's or user's number of
    reviews: the probabilities of steps to the power of alpha, divided by popularity to that of beta. A user's own
    first step, 1 / d_u, is the same for all beers.
    """
    from scipy.sparse import csr_matrix, diags, vstack

    matrix = training.matrix()
    of_users, of_beers = (np.maximum(np.asarray(matrix.sum(axis=axis)).ravel(), 1) for axis in (1, 0))
    steps = (diags(of_users ** -settings["alpha"]) @ matrix).tocsr()
    transposed = matrix.T.tocsr()
    blocks = []
    for start in range(0, training.beers, _BEERS_AT_ONCE):
        some = slice(start, start + _BEERS_AT_ONCE)
        block = (transposed[some] @ steps).toarray()
        block *= of_beers[some, None] ** -settings["alpha"] * of_beers[None, :] ** -settings["beta"]
        block[np.arange(len(block)), np.arange(start, start + len(block))] = 0
        nearest = best(block.astype(np.float32), min(settings["neighbours"], training.beers))
        row = np.repeat(np.arange(len(block)), nearest.beers.shape[1])
        blocks.append(csr_matrix((nearest.scores.ravel(), (row, nearest.beers.ravel())), shape=block.shape))
    weights = vstack(blocks, format="csr")
    weights.eliminate_zeros()
    return Walks(settings, weights)
