"""How coarse a pass before the score may be, chosen on histories whose best beers are known exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from taproom.contract import CANDIDATES
from trainer.data.histories import Histories, evenly_taken
from trainer.data.reviews import Floats, Ids
from trainer.retrieval.scorer import Scorer
from trainer.retrieval.search import BruteForce, CoarsePass, CoarseToFine, Search

# Up to so many beers each gets its score: benchmarks/million_items.py has both ways side by side.
BRUTE_FORCE = 100_000
# The part of the exact answers that is to be found: .98 is promised, and others find less than those who are asked.
RECALL = 0.988
DIMENSIONS = (8, 16, 24, 32, 48, 64, 96, 128)
# What it takes to select and to score a kept beer, in numbers of the table that are read meanwhile.
COST_OF_KEPT = 8000
# Users whose queries count, and those among them whose exact answers are looked at.
_MOST_USERS, _MOST_ANSWERS = 3000, 40
# Of the mean variance of queries: what a direction has in which these do not differ, so that others may.
_RIDGE = 0.01
_USERS_AT_ONCE = 16
_BEERS_AT_ONCE = 65_536


class _Projection(NamedTuple):
    """The network's part is v `mean` + (q - `mean`) `of_queries` (v `of_beers`)', and what is the same for all beers.

    Both are [width, width], the most telling directions first.
    """

    mean: Floats
    of_queries: Floats
    of_beers: Floats


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

    Always kept are the beers that have neighbours, of whose scores the pass would know the network's part only, and
    the CANDIDATES best for somebody without a history. The histories count as they are and, as somebody's who asks for
    similar beers, with their first beer alone.
    """
    asked = known.select(evenly_taken(np.flatnonzero(np.diff(known.start)).astype(np.int32), _MOST_USERS))
    if not len(asked):
        return None
    projection = _projection(scorer, asked)
    nobody = Histories(np.zeros(2, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))
    same, few = _of_beers(scorer, projection, nobody)
    best = np.argsort(-scorer(*_flat(nobody))[0].numpy(), kind="stable")[:CANDIDATES]
    always = np.union1d(scorer.with_neighbours, best).astype(np.int32)
    some = asked.select(evenly_taken(np.arange(len(asked), dtype=np.int32), _MOST_ANSWERS))
    kept = _kept_by_size(scorer, (some, some.shortened(1)), projection, same, few, always)
    costs = {size: len(same) * size + COST_OF_KEPT * number for size, number in kept.items()}
    size = min(costs, key=costs.__getitem__, default=0)
    if not size or costs[size] >= len(same) * len(projection.mean):
        return None
    table = np.column_stack([few[:, :size], same])
    return CoarsePass(projection.mean, projection.of_queries[:, :size], table, always, kept[size])


def _projection(scorer: Scorer, asked: Histories) -> _Projection:
    """The best approximation of the network's part, over all queries and beers, by any number of directions.

    A logit q v is the same for all queries (m v, where m is the mean query), the same for all beers, or
    (q - m) (v - mean v). By the theorem of Eckart and Young the first singular vectors approximate the last best: with
    the covariances C of the queries and D of the beers, and the eigenvectors W of C^1/2 D C^1/2, they are
    (q - m) C^-1/2 W and v C^1/2 W. Principal components of the beers alone would spend dimensions on directions to
    which no query points.
    """
    queries = np.concatenate([scorer.queries(*_flat(each)).numpy() for each in (asked, asked.shortened(1))])
    variances, axes = np.linalg.eigh(np.cov(queries.astype(np.float64), rowvar=False))
    deviations = np.sqrt(np.maximum(variances, 0) + _RIDGE * max(variances.mean(), np.finfo(np.float32).tiny))
    total, squares, beers = 0.0, 0.0, scorer.beers
    for start in range(0, beers, _BEERS_AT_ONCE):
        vectors = scorer.vectors(tf.range(start, min(start + _BEERS_AT_ONCE, beers))).numpy()
        total, squares = total + vectors.sum(axis=0, dtype=np.float64), squares + vectors.T @ vectors
    covariance = squares / beers - np.outer(total, total) / beers**2
    root = (axes * deviations) @ axes.T
    _, ascending = np.linalg.eigh(root @ covariance @ root)
    directions = ascending[:, ::-1]
    of_queries = (axes / deviations) @ axes.T @ directions
    return _Projection(
        queries.mean(axis=0), of_queries.astype(np.float32), np.asarray(root @ directions).astype(np.float32)
    )


def _of_beers(scorer: Scorer, projection: _Projection, nobody: Histories) -> tuple[Floats, Floats]:
    """Each beer's score to the mean query [beers], and its vector in as many dimensions as are tried at most."""
    size = min(max(DIMENSIONS), len(projection.mean))
    same = scorer(*_flat(nobody))[0].numpy()
    few = np.empty((len(same), size), np.float32)
    shift = projection.mean - scorer.queries(*_flat(nobody))[0].numpy()
    for start in range(0, len(same), _BEERS_AT_ONCE):
        some = slice(start, min(start + _BEERS_AT_ONCE, len(same)))
        vectors = scorer.vectors(tf.range(some.start, some.stop)).numpy()
        same[some] += vectors @ shift
        few[some] = vectors @ projection.of_beers[:, :size]
    return same, few


def _kept_by_size(
    scorer: Scorer,
    asked: tuple[Histories, ...],
    projection: _Projection,
    same: Floats,
    few: Floats,
    always: Ids,
) -> dict[int, int]:
    """For numbers of dimensions, how many beers a pass has to keep; sizes that would have to keep many are left out."""
    sizes = [size for size in DIMENSIONS if size <= few.shape[1]]
    # Those of a pass that costs as much as every beer's score.
    most = min(len(same) * len(projection.mean) // COST_OF_KEPT, len(same) - len(always))
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
            queries = (scorer.queries(*_flat(some)).numpy() - projection.mean) @ projection.of_queries
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
