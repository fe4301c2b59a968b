"""Ranks of beers from vectors, while fitting."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trainer.data.histories import Histories

_USERS_AT_ONCE = 256


def of_asked(scores: npt.NDArray[np.float32], asked: Histories) -> npt.NDArray[np.int64]:
    """The rank (from 0) of each asked beer [reviews] in its user's row of `scores` [users, beers]."""
    own = scores[asked.user, asked.beer]
    return np.array([(scores[user] > one).sum() for user, one in zip(asked.user, own, strict=True)], np.int64)


def of_own_beers(
    users: npt.NDArray[np.float32], beers: npt.NDArray[np.float32], asked: Histories, known: Histories
) -> npt.NDArray[np.int64]:
    """The rank (from 0) of each asked beer [reviews] among all beers that its user has not reviewed in `known`.

    `users` and `beers` are [users, dimension] and [beers, dimension]; scores are their dot products. `asked` and
    `known` are of the same users.
    """
    ranks = []
    for start in range(0, len(asked), _USERS_AT_ONCE):
        some = np.arange(start, min(start + _USERS_AT_ONCE, len(asked)))
        wanted, tried = asked.of(some), known.of(some)
        scores = users[some] @ beers.T
        scores[tried.user, tried.beer] = -np.inf
        ranks.append(of_asked(scores, wanted))
    return np.concatenate(ranks)
