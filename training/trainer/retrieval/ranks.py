"""Ranks of beers by their scores, while fitting."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trainer.data.histories import Histories

_USERS_AT_ONCE = 256


def ranks_by_score(scores: npt.NDArray[np.float32], asked: Histories) -> npt.NDArray[np.int64]:
    """The rank (from 0) of each asked beer [reviews] in its user's row of `scores` [users, beers]."""
    own = scores[asked.user, asked.beer]
    return np.array([(scores[user] > one).sum() for user, one in zip(asked.user, own, strict=True)], np.int64)


def ranks_among_new_beers(
    queries: npt.NDArray[np.float32], candidates: npt.NDArray[np.float32], asked: Histories, known: Histories
) -> npt.NDArray[np.int64]:
    """The rank (from 0) of each asked beer [reviews] among all beers that its user has not reviewed in `known`.

    `queries` are [users, dimension], `candidates` [beers, dimension]; scores are their dot products. `asked` and
    `known` are of the same users.
    """
    ranks = []
    for start in range(0, len(asked), _USERS_AT_ONCE):
        some = np.arange(start, min(start + _USERS_AT_ONCE, len(asked)))
        some_asked, some_known = asked.select(some), known.select(some)
        scores = queries[some] @ candidates.T
        scores[some_known.user, some_known.beer] = -np.inf
        ranks.append(ranks_by_score(scores, some_asked))
    return np.concatenate(ranks)
