"""The metrics, against numbers worked out by hand."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from tests.unit.training.made_up import ratings
from trainer.evaluation.metrics import MISSED, coverage, discount, hits_at, liked, mae, ndcg_at, recall_at, rmse


def test_recall_is_each_users_share_of_found_beers_averaged_over_users() -> None:
    # User 0 finds 1 of 3 among the first 10, user 1 finds the only one: (1/3 + 1) / 2; over ratings it were 2/4.
    ranks, users = np.array([0, 10, MISSED, 9]), np.array([0, 0, 0, 1], np.int32)
    assert recall_at(10, ranks, users) == pytest.approx((1 / 3 + 1) / 2)
    assert recall_at(11, ranks, users) == pytest.approx((2 / 3 + 1) / 2)
    assert recall_at(1, ranks, users) == pytest.approx((1 / 3 + 0) / 2)


def test_a_user_with_more_held_out_beers_than_places_cannot_reach_a_recall_of_one() -> None:
    assert recall_at(2, np.array([0, 1, 2, 3]), np.zeros(4, np.int32)) == 0.5


def test_ndcg_of_two_relevant_beers_at_the_first_and_third_place() -> None:
    # DCG = 1/log2(2) + 1/log2(4) = 1.5; the best order has 1/log2(2) + 1/log2(3) = 1.63093.
    assert ndcg_at(10, np.array([2, 0]), np.array([4, 4], np.int32)) == pytest.approx(1.5 / 1.6309297)


def test_ndcg_is_averaged_over_users_not_over_ratings() -> None:
    # The first user finds both beers at the top (1.0), the second misses the only one (0.0).
    assert ndcg_at(10, np.array([0, 1, 10]), np.array([0, 0, 1], np.int32)) == pytest.approx(0.5)


def test_ndcg_of_more_relevant_beers_than_places_can_be_perfect() -> None:
    assert ndcg_at(2, np.array([0, 1, 2]), np.zeros(3, np.int32)) == pytest.approx(1.0)


def test_a_beer_counts_less_the_further_down_it_is() -> None:
    assert discount(np.array([0, 1, 2, 99])) == pytest.approx([1, 1 / log2(3), 1 / 2, 1 / log2(101)])


def test_coverage_is_the_share_of_beers_that_are_in_any_list() -> None:
    assert coverage(np.array([[0, 2], [2, -1]]), beers=8) == 2 / 8


def test_a_rating_is_liked_that_is_at_least_its_users_mean_of_observed_ones() -> None:
    # User 0's mean is 3.5, user 1's is 4; user 2 has none, and the mean of all 4 observed scores is 3.75.
    observed = ratings((0, 0, 3), (0, 1, 4), (1, 1, 4), (1, 2, 4))
    held_out = ratings((0, 2, 3.5), (0, 3, 3), (1, 3, 4), (1, 4, 3.5), (2, 0, 4), (2, 1, 3.5))
    assert liked(held_out, observed).tolist() == [True, False, True, False, True, False]


def test_a_score_that_equals_an_inexact_mean_is_liked() -> None:
    # In single precision the mean of 4.1 and 4.3 is 4.20000005, and 4.2 is 4.1999998.
    assert liked(ratings((0, 2, 4.2)), observed=ratings((0, 0, 4.1), (0, 1, 4.3))).tolist() == [True]


def test_hits_are_averaged_over_all_users_who_have_a_list() -> None:
    # Three liked ratings of whomever, two of them among the first 10, and 4 users.
    assert hits_at(10, np.array([0, 9, 10]), users=4) == 0.5


def test_rmse_and_mae_of_errors_of_one_and_minus_two() -> None:
    predicted, given = [4.0, 1.0, 3.0], [3.0, 3.0, 3.0]
    assert rmse(predicted, given) == pytest.approx((5 / 3) ** 0.5)
    assert mae(predicted, given) == pytest.approx(1.0)
