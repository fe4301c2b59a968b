"""How coarse a pass before the score may be, chosen on histories whose best beers are known exactly."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from taproom.contract import CANDIDATES
from trainer.data.histories import Histories, evenly_taken
from trainer.data.reviews import Floats, Ids
from trainer.retrieval.scorer import Scorer
from trainer.retrieval.search import BruteForce, CoarsePass, CoarseToFine, Search

# Up to so many beers each gets its score: benchmarks/scale/million_items.py has both ways side by side.
BRUTE_FORCE = 100_000
# The part of the exact answers that is to be found: .98 is promised, and others find less than those who are asked.
RECALL = 0.988
DIMENSIONS = (8, 16, 24, 32, 48, 64, 96, 128)
# What it takes to select and to score a kept beer, in numbers of the table that are read meanwhile.
COST_OF_KEPT = 8000
_MOST_USERS = 40
_USERS_AT_ONCE = 16
_BEERS_AT_ONCE = 65_536


def choose_search(scorer: Scorer, known: Histories, brute_force: int = BRUTE_FORCE) -> Search:
    """Over all beers up to so many; beyond, by a coarse pass where one is cheap, and with the network's tables halved.

    `known` are histories [users] by which the pass is chosen.
    """
    coarse = choose_coarse_pass(scorer, known) if scorer.beers > brute_force else None
    if coarse is None:
        return BruteForce(scorer)
    scorer.halve()
    return CoarseToFine(scorer, coarse)


def choose_coarse_pass(scorer: Scorer, known: Histories) -> CoarsePass | None:
    """The cheapest that finds the part RECALL of the exact answers to `known` histories; None where none is cheap.

    It knows of each beer its score to somebody without a history, and the principal components of its vector. Always
    kept are the beers that have neighbours, of whose scores it would know the network's part only, and the CANDIDATES
    best for somebody without a history. The histories count as they are and, as somebody's who asks for similar beers,
    with their first beer alone.
    """
    asked = known.select(evenly_taken(np.flatnonzero(np.diff(known.start)).astype(np.int32), _MOST_USERS))
    if not len(asked):
        return None
    same = scorer(*_flat(Histories(np.zeros(2, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))))[0].numpy()
    best = np.argsort(-same, kind="stable")[:CANDIDATES]
    always = np.union1d(scorer.with_neighbours, best).astype(np.int32)
    basis = _principal_components(scorer)
    few = np.concatenate([vectors @ basis for vectors in _vectors(scorer)])
    kept = _kept_by_size(scorer, (asked, asked.shortened(1)), basis, same, few, always)
    costs = {size: len(same) * size + COST_OF_KEPT * number for size, number in kept.items()}
    size = min(costs, key=costs.__getitem__, default=0)
    if not size or costs[size] >= len(same) * len(basis):
        return None
    return CoarsePass(basis[:, :size], np.column_stack([few[:, :size], same]), always, kept[size])


def _principal_components(scorer: Scorer) -> Floats:
    """[width, dimensions]: those of the beers' vectors, the greatest variance first, in all DIMENSIONS that there are.

    Of the bias, the last of the width, there is nothing in them: it is the same for everybody.
    """
    sums, squares = zip(*((rows.sum(axis=0), rows.T @ rows) for rows in _vectors(scorer)), strict=True)
    mean = np.sum(sums, axis=0, dtype=np.float64) / scorer.beers
    covariance = np.sum(squares, axis=0, dtype=np.float64) / scorer.beers - np.outer(mean, mean)
    _, ascending = np.linalg.eigh(covariance[:-1, :-1])
    return np.pad(ascending[:, ::-1][:, : max(DIMENSIONS)], ((0, 1), (0, 0))).astype(np.float32)


def _vectors(scorer: Scorer) -> Iterator[Floats]:
    for start in range(0, scorer.beers, _BEERS_AT_ONCE):
        yield scorer.vectors(tf.range(start, min(start + _BEERS_AT_ONCE, scorer.beers))).numpy()


def _kept_by_size(
    scorer: Scorer,
    asked: tuple[Histories, ...],
    basis: Floats,
    same: Floats,
    few: Floats,
    always: Ids,
) -> dict[int, int]:
    """For numbers of dimensions, how many beers a pass has to keep; sizes that would have to keep many are left out."""
    sizes = [size for size in DIMENSIONS if size <= few.shape[1]]
    # Those of a pass that costs as much as every beer's score.
    most = min(len(same) * len(basis) // COST_OF_KEPT, len(same) - len(always))
    if most < CANDIDATES:
        return {}
    is_always = np.zeros(len(same), np.bool_)
    is_always[always] = True
    ranks: dict[int, list[npt.NDArray[np.int64]]] = {size: [] for size in sizes}
    wanted = found = 0
    for histories in asked:
        for start in range(0, len(histories), _USERS_AT_ONCE):
            some = histories.select(np.arange(start, min(start + _USERS_AT_ONCE, len(histories))))
            scores = scorer(*_flat(some)).numpy()
            scores[some.user, some.beer] = -np.inf
            best = np.argpartition(-scores, min(CANDIDATES, len(same)) - 1, axis=1)[:, :CANDIDATES]
            wanted, found = wanted + best.size, found + int(is_always[best].sum())
            queries = scorer.queries(*_flat(some)).numpy() @ basis
            coarse, before = np.tile(same, (len(some), 1)), 0
            coarse[:, always] = -np.inf
            coarse[some.user, some.beer] = -np.inf
            for size in sizes:
                coarse += queries[:, before:size] @ few[:, before:size].T
                before = size
                first = tf.math.top_k(coarse, most).values.numpy()
                ranks[size] += [
                    np.searchsorted(-row, -own[beers[~is_always[beers]]])
                    for row, own, beers in zip(first, coarse, best, strict=True)
                ]
    lacking = int(np.ceil(RECALL * wanted)) - found
    # As many as an answer has, lest a long history leave it too few new ones.
    needed = {
        size: max(CANDIDATES, int(np.sort(np.concatenate(ranks[size]))[lacking - 1]) + 1 if lacking > 0 else 0)
        for size in sizes
    }
    return {size: number for size, number in needed.items() if number <= most}


def _flat(histories: Histories) -> tuple[tf.Tensor, tf.Tensor, int]:
    return tf.constant(histories.user), tf.constant(histories.beer), len(histories)
