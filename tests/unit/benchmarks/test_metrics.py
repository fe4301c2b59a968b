"""The metrics, by hand."""

from __future__ import annotations

from math import log2, sqrt

import numpy as np
import pytest

from benchmarks.metrics import liked_rows, list_metrics, ndcg, score_metrics
from tests.unit.benchmarks.reviewed import ratings

# User 0 has two held-out beers, 3 and 4; user 1 has one, 0.
HELD_OUT = ratings([(0, 3, 5), (0, 4, 2), (1, 0, 3)], users=3, beers=6)
FITTED = ratings([(0, 0, 3), (0, 1, 4), (1, 1, 4), (1, 2, 4), (2, 1, 1)], users=3, beers=6)
USERS = np.array([0, 1])


def test_recall_is_a_users_share_of_held_out_beers_averaged_over_users() -> None:
    lists = np.array([[3, 2, 5], [5, 4, 3]], np.int32)  # user 0 finds one of two, user 1 none of one
    assert list_metrics(lists, USERS, HELD_OUT, FITTED).recall_at_10 == pytest.approx((1 / 2 + 0) / 2)


def test_only_the_first_ten_count_for_the_first_ten() -> None:
    lists = np.full((2, 100), -1, np.int32)
    lists[0, 9], lists[0, 10], lists[1, 99] = 3, 4, 0
    found = list_metrics(lists, USERS, HELD_OUT, FITTED)
    assert found.recall_at_10 == pytest.approx((1 / 2 + 0) / 2)
    assert found.recall_at_100 == pytest.approx((2 / 2 + 1) / 2)


def test_a_place_without_a_beer_is_no_hit() -> None:
    lists = np.full((2, 3), -1, np.int32)
    assert list_metrics(lists, USERS, HELD_OUT, FITTED).recall_at_10 == 0


def test_ndcg_divides_by_the_best_possible_list() -> None:
    hits = np.array([[False, True, True], [True, False, False], [False, False, False]])
    found = ndcg(hits, np.array([2, 5, 1]))
    best_of_two, best_of_three = 1 + 1 / log2(3), 1 + 1 / log2(3) + 1 / 2
    assert found == pytest.approx([(1 / log2(3) + 1 / 2) / best_of_two, 1 / best_of_three, 0])


def test_liked_is_scored_at_least_as_the_users_own_mean() -> None:
    # User 0's mean is 3.5, user 1's is 4; user 2 has none, and the mean of all 4 fitted scores is 3.75.
    fitted = ratings([(0, 0, 3), (0, 1, 4), (1, 1, 4), (1, 2, 4)], users=3, beers=6)
    held_out = ratings([(0, 2, 3.5), (0, 3, 3), (1, 3, 4), (1, 4, 3.5), (2, 0, 4), (2, 1, 3.5)], users=3, beers=6)
    assert liked_rows(held_out, fitted).tolist() == [True, False, True, False, True, False]


def test_a_score_that_equals_an_inexact_mean_is_liked() -> None:
    fitted = ratings([(0, beer, 4.1) for beer in range(3)], users=1, beers=4)
    assert liked_rows(ratings([(0, 3, 4.1)], users=1, beers=4), fitted).tolist() == [True]


def test_liked_at_10_counts_liked_beers_and_averages_over_users() -> None:
    lists = np.array([[3, 4, 5], [0, 4, 3]], np.int32)  # of user 0's hits one is liked; user 1's 3 is below 4
    assert list_metrics(lists, USERS, HELD_OUT, FITTED).liked_at_10 == pytest.approx((1 + 0) / 2)


def test_cold_recall_is_of_beers_with_few_fitted_reviews_over_users_who_have_such() -> None:
    fitted = ratings([(user, 0, 3) for user in range(5)], users=6, beers=3)  # beer 0 has 5, so only 1 and 2 are cold
    held_out = ratings([(0, 1, 3), (0, 2, 3), (5, 0, 3)], users=6, beers=3)
    found = list_metrics(np.array([[1], [1]], np.int32), np.array([0, 5]), held_out, fitted)
    assert found.cold_recall_at_100 == pytest.approx(1 / 2)


def test_without_cold_beers_there_is_no_cold_recall() -> None:
    fitted = ratings([(user, 0, 3) for user in range(5)], users=6, beers=1)
    held_out = ratings([(5, 0, 3)], users=6, beers=1)
    assert list_metrics(np.array([[0]], np.int32), np.array([5]), held_out, fitted).cold_recall_at_100 is None


def test_errors_are_squared_or_absolute() -> None:
    found = score_metrics([3.0, 4.0, 5.0], [4.0, 4.0, 3.0])
    assert found.rmse == pytest.approx(sqrt((1 + 0 + 4) / 3))
    assert found.mae == pytest.approx((1 + 0 + 2) / 3)
