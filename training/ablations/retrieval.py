"""Retrieval without each of its parts."""

from __future__ import annotations

import functools
import time
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from ablations.data_sets import EVERYBODY, GIVEN, Data
from ablations.table import Table, Variant
from trainer import hyperparameters
from trainer.data.histories import Histories
from trainer.data.reviews import Ids
from trainer.evaluation import offline
from trainer.evaluation.metrics import ndcg_at, recall_at
from trainer.retrieval.fit import best_new_beers, fit_network
from trainer.retrieval.linear import CollectiveEase, LinearSettings, Neighbours, choose_settings
from trainer.retrieval.part_weights import GRID, MOST_USERS, choose_weights
from trainer.retrieval.ranks import Asked
from trainer.retrieval.scorer import NEIGHBOURS, NETWORK, UNREVIEWED, Scorer
from trainer.retrieval.two_tower import TwoTower
from trainer.sagemaker.progress import say

# Fewer rows of cold beers say nothing.
LEAST_COLD = 50
LEAST_NEIGHBOURS = min(weight for weight in GRID[NEIGHBOURS] if weight)
NO_PSEUDO_USERS = LinearSettings(0, 0, 200)


class ScorerWithout(Scorer):
    """Retrieval's score without the parts with the names in `left_out`; in the network's place are the neighbours."""

    left_out: Collection[str] = ()

    def parts(
        self,
        user: tf.Tensor,
        beer: tf.Tensor,
        users: tf.Tensor,
        names: tuple[str, ...],
        asked: tf.Tensor | None = None,
    ) -> dict[str, tf.Tensor]:
        found = super().parts(user, beer, users, names, asked)
        found |= {name: 0 * found[name] for name in found.keys() & set(self.left_out)}
        if NETWORK in found and NETWORK in self.left_out:
            # All weights are relative to that of the network, which is always 1.
            found[NETWORK] = LEAST_NEIGHBOURS * self._neighbours.scores(user, beer, users, asked)
        return found


def measure_retrieval(data: Data, settings: Mapping[str, Any]) -> dict[str, float]:
    """What is found of validation rows without the parts `without`, and the CPU seconds of what is in.

    With `pseudo_users` False breweries and styles are no pseudo-users of the neighbours.
    """
    training, validation = data.whole.training, data.whole.validation
    left_out, pseudo_users = settings.get("without", ()), settings.get("pseudo_users", True)
    known = Histories.from_ratings(training, len(data.whole.usernames))
    order = np.random.default_rng(0).permutation(len(training))
    few = Histories.from_ratings(training.select(order), len(data.whole.usernames)).shortened(GIVEN)
    network, network_seconds = _network(data)
    seconds = network_seconds * (NETWORK not in left_out)
    users = [_users(data, 1 - half) for half in range(2)]
    by_all, by_few = [], []
    for half in range(2):
        neighbours, neighbours_seconds = _neighbours(data, half, pseudo_users)
        started = time.process_time()
        scorer = ScorerWithout(network, neighbours, known)
        scorer.left_out = left_out
        weights = choose_weights(scorer, _asked(data, half))
        scorer.blend(weights, np.zeros(len(data.whole.beers), np.float32))
        seconds += (time.process_time() - started + neighbours_seconds * (NEIGHBOURS not in left_out)) / 2
        tried = known.select(users[half])
        by_all.append(best_new_beers(scorer, tried, tried))
        by_few.append(best_new_beers(scorer, few.select(users[half]), tried))
    order = np.argsort(np.concatenate(users))
    ranks, ranks_by_few = (
        offline.ranks_in(np.concatenate(lists)[order], np.concatenate(users)[order], validation)
        for lists in (by_all, by_few)
    )
    measured = {
        "recall_10": recall_at(10, ranks, validation.user),
        "recall_100": recall_at(100, ranks, validation.user),
        "ndcg_10": ndcg_at(10, ranks, validation.user),
        "few": recall_at(100, ranks_by_few, validation.user),
    }
    is_cold = np.bincount(training.beer, minlength=len(data.whole.beers))[validation.beer] == 0
    if is_cold.sum() >= LEAST_COLD:
        measured["cold"] = recall_at(100, ranks[is_cold], validation.user[is_cold])
    return measured | {"seconds": seconds}


@functools.lru_cache(maxsize=1)
def _network(data: Data) -> tuple[TwoTower, float]:
    """Fitted once for all variants, and the CPU seconds that it took."""
    started = time.process_time()
    known = Histories.from_ratings(data.whole.training, len(data.whole.usernames))
    config = hyperparameters.parsed(EVERYBODY)
    network, _ = fit_network(known, _asked(data, 0), data.attributes, config, None, lambda *_: None)
    return network, time.process_time() - started


@functools.lru_cache(maxsize=4)
def _neighbours(data: Data, half: int, pseudo_users: bool) -> tuple[Neighbours, float]:
    """Those that a half of the users chooses, and the CPU seconds that it took."""
    started = time.process_time()
    known = Histories.from_ratings(data.whole.training, len(data.whole.usernames))
    if pseudo_users:
        _, neighbours = choose_settings(known, _asked(data, half), data.attributes, say)
    else:
        neighbours = CollectiveEase(known, data.attributes).fit(NO_PSEUDO_USERS)
    return neighbours, time.process_time() - started


def _users(data: Data, half: int) -> Ids:
    """Every other of those with validation rows."""
    return np.unique(data.whole.validation.user)[half::2]


def _asked(data: Data, half: int) -> Asked:
    validation = data.whole.validation
    known = Histories.from_ratings(data.whole.training, len(data.whole.usernames))
    own = validation.select(np.isin(validation.user, _users(data, half)))
    return Asked.from_ratings(known, own, MOST_USERS)


RETRIEVAL = Table(
    "Retrieval",
    "What is found of validation rows over the whole catalogue; more is better. The neighbours' settings and the "
    "parts' weights are chosen on every other user and measured on the rest, then the other way round; the network "
    "is fitted once. Beside what is found by whole histories stands what is found where of each user's history only "
    f"{GIVEN} reviews are given, taken at random, as of a newcomer. Cold beers have no fitted review; where fewer than "
    f"{LEAST_COLD} rows are of such, nothing is told. On movielens_small, of 610 users, differences below .005 are "
    "within chance. CPU seconds are of what is in, both choices included. Rows without something were measured while "
    "what beers of a history share was a part of the score, too "
    "(docs/adr/0046-retrieval-is-parts-weighed-by-the-job.md).",
    ("movielens_small", "ratebeer_text", "beeradvocate_dense", "beeradvocate_5500"),
    {
        "recall_10": "recall@10",
        "recall_100": "recall@100",
        "ndcg_10": "NDCG@10",
        "few": f"recall@100 by {GIVEN} reviews",
        "cold": "cold beers' recall@100",
        "seconds": "CPU seconds",
    },
    (
        Variant("as it is", files=("retrieval/*.py",)),
        Variant("without the network", {"without": [NETWORK]}, ("retrieval/two_tower.py", "retrieval/towers.py")),
        Variant("without neighbours", {"without": [NEIGHBOURS]}, ("retrieval/linear.py",)),
        Variant("neighbours without pseudo-users", {"pseudo_users": False}),
        Variant("without unreviewed", {"without": [UNREVIEWED]}),
    ),
    measure_retrieval,
)
