"""Ranks of wanted beers, and what they count, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.made_up import interactions
from trainer.data.histories import Histories
from trainer.retrieval.ranks import Asked, ranks_among_new_beers, ranks_by_score, summed_gain


def histories(*pairs: tuple[int, int], users: int = 1) -> Histories:
    return Histories.from_ratings(interactions(*pairs), users)


def test_ranks_count_better_beers_that_the_user_has_not_reviewed() -> None:
    queries = np.array([[1.0]], np.float32)
    beers = np.array([[0.9], [0.8], [0.7], [0.1]], np.float32)
    asked = Asked(known=histories((0, 0)), wanted=histories((0, 2), (0, 3)))
    assert ranks_among_new_beers(queries, beers, asked).tolist() == [1, 2]


def test_users_beyond_the_first_256_are_ranked_by_their_own_queries() -> None:
    users, beers = 300, np.array([[1.0], [2.0], [3.0]], np.float32)
    queries = np.where(np.arange(users) < 256, 1.0, -1.0)[:, None].astype(np.float32)
    asked = Asked(histories(users=users), histories(*((user, 0) for user in range(users)), users=users))
    assert ranks_among_new_beers(queries, beers, asked).tolist() == [2] * 256 + [0] * 44


def test_equal_scores_share_the_middle_of_their_ranks() -> None:
    # Ranks 1, 2 and 3 are equal.
    scores = np.array([[9.0, 5.0, 5.0, 5.0, 1.0]], np.float32)
    assert ranks_by_score(scores, np.zeros(5, int), np.arange(5)).tolist() == [0, 2, 2, 2, 4]


def test_a_gain_is_the_mean_discount_of_each_user_summed() -> None:
    # User 3 wants two beers, found at the first and the third place; user 5 one, found at the second.
    assert summed_gain(np.array([0, 2, 1]), np.array([3, 3, 5])) == pytest.approx((1 + 0.5) / 2 + 1 / np.log2(3))


def test_nothing_counts_from_rank_100_on() -> None:
    assert summed_gain(np.array([99]), np.array([0])) == pytest.approx(1 / np.log2(101))
    assert summed_gain(np.array([100]), np.array([0])) == 0


def test_those_asked_are_taken_evenly_from_the_users_with_wanted_ratings() -> None:
    known = histories(*((user, user) for user in range(10)), users=10)
    asked = Asked.from_ratings(known, interactions(*((user, 50 + user) for user in range(1, 10, 2))), most_users=3)
    assert asked.known.beer.tolist() == [1, 5, 9]
    assert asked.wanted.beer.tolist() == [51, 55, 59]
