"""How much each part counts: as much as it helps."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.made_up import interactions

pytest.importorskip("tensorflow")
from tests.unit.training.retrieval.conftest import LoyalDrinkers
from trainer.retrieval import part_weights
from trainer.retrieval.part_weights import GRID, START, choose_weights
from trainer.retrieval.ranks import Asked
from trainer.retrieval.scorer import UNREVIEWED


def test_unreviewed_beers_count_more_where_users_want_those_of_their_brewery(loyal: LoyalDrinkers) -> None:
    # A beer with 3 or 4 reviews is log(3.5 / .5) = 1.9 or log(4.5 / .5) = 2.2 ahead of one with none: a weight of 2 is
    # too little, 3 enough. No neighbour helps anybody.
    assert choose_weights(loyal.scorer, loyal.asked) == START | {UNREVIEWED: 3}


def test_where_nobody_is_asked_the_weights_are_those_to_start_with(loyal: LoyalDrinkers) -> None:
    nobody = Asked.from_ratings(loyal.asked.known, interactions(), 40)
    assert choose_weights(loyal.scorer, nobody) == START


@pytest.mark.parametrize("name", GRID)
def test_what_comes_first_under_the_least_and_the_most_of_a_weight_is_compared(
    name: str, loyal: LoyalDrinkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_weights, "_POOLED", 1)
    known = loyal.asked.known
    (pool,) = part_weights._pools(loyal.scorer, loyal.asked)
    for end in (GRID[name][0], GRID[name][-1]):
        weights = START | {name: float(end)}
        loyal.scorer.blend(weights, np.zeros(40, np.float32))
        whole = loyal.scorer(known.user, known.beer, len(known)).numpy()
        whole[known.user, known.beer] = -np.inf
        pooled = sum(weight * pool.parts[part] for part, weight in weights.items())
        assert np.where(pool.is_candidate, pooled, -np.inf).max(axis=1) == pytest.approx(whole.max(axis=1), rel=1e-5)
