"""How much each part of retrieval's score counts, chosen on validation ratings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trainer.data.reviews import Floats, Ids
from trainer.retrieval.ranks import Asked, ranks_by_score, summed_gain
from trainer.retrieval.scorer import NEIGHBOURS, NETWORK, UNREVIEWED, Scorer

# What is tried of each, beside one point of the network's logit.
GRID: dict[str, Sequence[float]] = {
    NEIGHBOURS: (0, 2, 4, 8, 12, 16, 24, 32, 48),
    UNREVIEWED: (-2, -1, 0, 1, 2, 3, 4, 5),
}
START: dict[str, float] = {NETWORK: 1.0, NEIGHBOURS: 8.0, UNREVIEWED: 0.0}
# A beer that comes up under any of the weights that are tried has to do so under one of these: else it would be missing
# among those that are compared, and weights would seem good that bring it up.
_EXTREMES = (
    START,
    *(START | {name: float(ends)} for name, tried in GRID.items() for ends in (tried[0], tried[-1])),
    START | {NEIGHBOURS: 0.0, UNREVIEWED: 5.0},
)
MOST_USERS = 3000
# Of each list that one of the extremes makes.
_POOLED = 150
_ROUNDS = 3


class _Pool(NamedTuple):
    """Beers [users, candidates] that may come up, with their `parts` by name; `wanted` are (user, candidate) places."""

    parts: dict[str, Floats]
    is_candidate: npt.NDArray[np.bool_]
    wanted: tuple[Ids, npt.NDArray[np.int64]]


def choose_weights(scorer: Scorer, asked: Asked) -> dict[str, float]:
    """The weights with which the wanted beers come first.

    One weight is changed at a time, up to three rounds, to whatever makes summed_gain greater.
    """
    pools = list(_pools(scorer, asked))
    weights = dict(START)
    best = _gain(pools, weights)
    for _ in range(_ROUNDS):
        before = dict(weights)
        for name, tried in GRID.items():
            for weight in tried:
                gain = _gain(pools, weights | {name: weight})
                if gain > best:
                    best, weights = gain, weights | {name: weight}
        if weights == before:
            break
    return weights


def _pools(scorer: Scorer, asked: Asked) -> Iterator[_Pool]:
    for some in asked.batches(scorer.beers):
        users = len(some.known)
        names = tuple(START)
        parts = {
            name: part.numpy() for name, part in scorer.parts(some.known.user, some.known.beer, users, names).items()
        }
        shape = parts[NETWORK].shape
        is_pooled = np.zeros(shape, np.bool_)
        for extreme in _EXTREMES:
            scores = sum(np.float32(weight) * parts[name] for name, weight in extreme.items())
            scores[some.known.user, some.known.beer] = -np.inf
            size = min(_POOLED, shape[1])
            np.put_along_axis(is_pooled, np.argpartition(-scores, size - 1, axis=1)[:, :size], True, axis=1)
        is_pooled[some.wanted.user, some.wanted.beer] = True
        is_pooled[some.known.user, some.known.beer] = False
        # Those of each user first, filled up with others that are no candidates.
        beers = np.argsort(~is_pooled, axis=1, kind="stable")[:, : is_pooled.sum(axis=1).max(initial=0)]
        place = np.cumsum(is_pooled, axis=1)[some.wanted.user, some.wanted.beer] - 1
        pooled = {name: np.take_along_axis(np.broadcast_to(part, shape), beers, axis=1) for name, part in parts.items()}
        yield _Pool(pooled, np.take_along_axis(is_pooled, beers, axis=1), (some.wanted.user, place))


def _gain(pools: Sequence[_Pool], weights: Mapping[str, float]) -> float:
    total = 0.0
    for pool in pools:
        scores = sum(np.float32(weight) * pool.parts[name] for name, weight in weights.items() if weight)
        scores = np.where(pool.is_candidate, scores, -np.inf)
        user, place = pool.wanted
        total += summed_gain(ranks_by_score(scores, user, place), user)
    return total
