"""How much each part counts: as much as it helps."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.made_up import interactions

pytest.importorskip("tensorflow")
from tests.unit.training.retrieval.conftest import LoyalDrinkers
from trainer.retrieval.part_weights import START, choose_weights
from trainer.retrieval.ranks import Asked
from trainer.retrieval.scorer import BREWERY


def wanting(loyal: LoyalDrinkers, beer: int) -> Asked:
    """The same users, who all want this beer, unless they know it."""
    known = loyal.asked.known
    knows_it = set(known.user[known.beer == beer].tolist())
    return Asked.from_ratings(known, interactions(*((user, beer) for user in range(40) if user not in knows_it)), 40)


def test_the_brewery_counts_where_users_want_unreviewed_beers_of_their_brewery(loyal: LoyalDrinkers) -> None:
    # A beer with 3 or 4 reviews is log(3.5 / .5) = 1.9 or log(4.5 / .5) = 2.2 ahead of one with none. Three known beers
    # of the brewery are worth log(4) to the latter, and a quarter or a fifth of that to the former: 2 x 1.04 and
    # 2 x 1.11 are enough. The rest helps nobody.
    assert choose_weights(loyal.scorer, loyal.asked, {}) == START | {BREWERY: 2}


def test_a_bias_gets_the_smallest_weight_that_is_enough_and_one_that_misleads_none(loyal: LoyalDrinkers) -> None:
    # Beer 0 has as many reviews as others. A bias of 1 for it brings it first, if it counts more than a little.
    right, wrong = (np.eye(40, dtype=np.float32)[beer] for beer in (0, 39))
    weights = choose_weights(loyal.scorer, wanting(loyal, 0), {"right": (right, (0, 1, 2)), "wrong": (wrong, (0, 5))})
    assert (weights["right"], weights["wrong"]) == (1, 0)


def test_a_beer_that_only_a_bias_brings_up_is_among_those_compared(
    loyal: LoyalDrinkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer.retrieval import part_weights

    # One beer of each list is compared. Beer 8 has 4 reviews, as 11 others, and beer 20 has 3, so that it would be in
    # no list without the bias, which puts it before beer 8.
    monkeypatch.setattr(part_weights, "_POOLED", 1)
    misleading = np.zeros(40, np.float32)
    misleading[[8, 20]] = 5, 50
    weights = choose_weights(loyal.scorer, wanting(loyal, 8), {"misleading": (misleading, (0, 1))})
    assert weights["misleading"] == 0


def test_where_nobody_is_asked_the_weights_are_those_to_start_with(loyal: LoyalDrinkers) -> None:
    nobody = Asked.from_ratings(loyal.asked.known, interactions(), 40)
    assert choose_weights(loyal.scorer, nobody, {"bias": (np.ones(40, np.float32), (0, 1))}) == START | {"bias": 0}
