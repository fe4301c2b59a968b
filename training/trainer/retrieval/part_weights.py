"""How much each part of retrieval's score counts, chosen on validation ratings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trainer.data.reviews import Floats
from trainer.evaluation import metrics
from trainer.retrieval.ranks import Asked
from trainer.retrieval.scorer import BREWERY, NEIGHBOURS, NETWORK, STYLE, UNREVIEWED, Scorer

# What is tried of each, beside one point of the network's logit.
GRID: dict[str, Sequence[float]] = {
    NEIGHBOURS: (0, 2, 4, 8, 12, 16, 24, 32, 48),
    BREWERY: (0, 0.5, 1, 2, 3, 4, 6),
    STYLE: (0, 0.5, 1, 2),
    UNREVIEWED: (-2, -1, 0, 1, 2, 3, 4, 5),
}
START: dict[str, float] = {NETWORK: 1.0, NEIGHBOURS: 8.0, BREWERY: 0.0, STYLE: 0.0, UNREVIEWED: 0.0}
# The weights under which beers come near the top of anybody's list.
_EXTREMES = (START, START | {NEIGHBOURS: 48.0}, START | {BREWERY: 4.0, STYLE: 1.0, UNREVIEWED: 4.0})
MOST_USERS = 3000
_COUNTED = 100
# Of each list that one of the extremes makes.
_POOLED = 200
_ROUNDS = 3


class _Pool(NamedTuple):
    """Beers [users, candidates] that may come up, with their `parts` by name; `wanted` are (user, candidate) places."""

    parts: dict[str, Floats]
    is_candidate: npt.NDArray[np.bool_]
    wanted: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


def choose_weights(scorer: Scorer, asked: Asked) -> dict[str, float]:
    """The weights with which the wanted beers come first.

    Each wanted beer counts its discount (metrics.discount) up to rank 99, averaged over those of a user. One weight
    is changed at a time, up to three rounds.
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
    for some in asked.batches():
        users = len(some.known)
        names = tuple(START)
        parts = {
            name: part.numpy() for name, part in scorer.parts(some.known.user, some.known.beer, users, names).items()
        }
        shape = parts[NETWORK].shape
        orders = [sum(np.float32(weight) * parts[name] for name, weight in weights.items()) for weights in _EXTREMES]
        tops = []
        for scores in orders:
            scores[some.known.user, some.known.beer] = -np.inf
            size = min(_POOLED, shape[1])
            tops.append(np.argpartition(-scores, size - 1, axis=1)[:, :size])
        most = int(np.diff(some.wanted.start).max(initial=0))
        place = np.arange(len(some.wanted.beer)) - some.wanted.start[some.wanted.user]
        wanted = np.full((users, most), -1)
        wanted[some.wanted.user, place] = some.wanted.beer
        # The wanted ones stand first, so that of a beer that stands there twice theirs is the place that counts.
        beers = np.concatenate([wanted, *tops], axis=1)
        order = np.argsort(beers, axis=1, kind="stable")
        ordered = np.take_along_axis(beers, order, axis=1)
        is_first = np.ones(beers.shape, np.bool_)
        is_first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
        is_candidate = np.empty_like(is_first)
        np.put_along_axis(is_candidate, order, is_first & (ordered >= 0), axis=1)
        known = np.zeros(shape, np.bool_)
        known[some.known.user, some.known.beer] = True
        is_candidate &= ~np.take_along_axis(known, beers, axis=1)
        pooled = {
            name: np.take_along_axis(np.broadcast_to(part, shape), np.maximum(beers, 0), axis=1)
            for name, part in parts.items()
        }
        yield _Pool(pooled, is_candidate, (some.wanted.user.astype(np.int64), place))


def _gain(pools: Sequence[_Pool], weights: Mapping[str, float]) -> float:
    total = 0.0
    for pool in pools:
        scores = sum(np.float32(weight) * pool.parts[name] for name, weight in weights.items() if weight)
        scores = np.where(pool.is_candidate, scores, -np.inf)
        user, place = pool.wanted
        ranks = (scores[user] > scores[user, place][:, None]).sum(axis=1)
        gains = np.where(ranks < _COUNTED, metrics.discount(ranks), 0)
        total += (gains / np.bincount(user, minlength=len(scores))[user]).sum()
    return total
