"""What the benchmark measures, by hand; the formulas have tests of their own (tests/unit/training/evaluation)."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from benchmarks.tasks.metrics import (
    COLD_RECALL_AT_100,
    NDCG_AT_100,
    both_orders,
    list_metrics,
    named,
    of_group,
    score_metrics,
)
from taproom.metrics import LIKED_AT_10, MAE, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE
from tests.unit.benchmarks.reviewed import ratings

# User 0 has two held-out beers, 3 and 4; user 1 has one, 0.
HELD_OUT = ratings([(0, 3, 5), (0, 4, 2), (1, 0, 3)], users=3, beers=6)
FITTED = ratings([(0, 0, 3), (0, 1, 4), (1, 1, 4), (1, 2, 4), (2, 1, 1)], users=3, beers=6)
USERS = np.array([0, 1])


def test_recall_is_a_users_share_of_held_out_beers_averaged_over_users() -> None:
    lists = np.array([[3, 2, 5], [5, 4, 3]], np.int32)  # user 0 finds one of two, user 1 none of one
    assert list_metrics(lists, USERS, HELD_OUT, FITTED)[RECALL_AT_10] == pytest.approx((1 / 2 + 0) / 2)


def test_only_the_first_ten_count_for_the_first_ten() -> None:
    lists = np.full((2, 100), -1, np.int32)
    lists[0, 9], lists[0, 10], lists[1, 99] = 3, 4, 0
    found = list_metrics(lists, USERS, HELD_OUT, FITTED)
    assert found[RECALL_AT_10] == pytest.approx((1 / 2 + 0) / 2)
    assert found[RECALL_AT_100] == pytest.approx((2 / 2 + 1) / 2)


def test_a_place_without_a_beer_is_no_hit() -> None:
    lists = np.full((2, 3), -1, np.int32)
    assert list_metrics(lists, USERS, HELD_OUT, FITTED)[RECALL_AT_10] == 0


def test_ndcg_of_10_and_of_100_divide_by_the_best_possible_list() -> None:
    # User 0 finds beer 3 first, and beer 4 eleventh; user 1 finds nothing.
    lists = np.full((2, 100), -1, np.int32)
    lists[0, 0], lists[0, 10] = 3, 4
    found, best = list_metrics(lists, USERS, HELD_OUT, FITTED), 1 + 1 / np.log2(3)
    assert found[NDCG_AT_10] == pytest.approx((1 / best + 0) / 2)
    assert found[NDCG_AT_100] == pytest.approx(((1 + 1 / np.log2(12)) / best + 0) / 2)


def test_those_who_are_asked_about_alone_count() -> None:
    lists = np.array([[0]], np.int32)
    assert list_metrics(lists, np.array([1]), HELD_OUT, FITTED)[RECALL_AT_10] == 1


def test_liked_at_10_counts_liked_beers_and_averages_over_users() -> None:
    lists = np.array([[3, 4, 5], [0, 4, 3]], np.int32)  # of user 0's hits one is liked; user 1's 3 is below 4
    assert list_metrics(lists, USERS, HELD_OUT, FITTED)[LIKED_AT_10] == pytest.approx((1 + 0) / 2)


def test_cold_recall_is_of_beers_with_few_fitted_reviews_over_users_who_have_such() -> None:
    fitted = ratings([(user, 0, 3) for user in range(5)], users=6, beers=3)  # beer 0 has 5, so only 1 and 2 are cold
    held_out = ratings([(0, 1, 3), (0, 2, 3), (5, 0, 3)], users=6, beers=3)
    found = list_metrics(np.array([[1], [1]], np.int32), np.array([0, 5]), held_out, fitted)
    assert found[COLD_RECALL_AT_100] == pytest.approx(1 / 2)


def test_beers_with_a_fitted_review_and_without_are_measured_apart() -> None:
    # Of user 0 beer 0 has a review and is missed, 1 and 2 have none and 1 is found; user 1 has held-out beer 0 only.
    fitted = ratings([(1, 3, 3), (0, 3, 3), (2, 0, 3)], users=3, beers=4)
    held_out = ratings([(0, 0, 3), (0, 1, 3), (0, 2, 3), (1, 0, 3)], users=3, beers=4)
    found = list_metrics(np.array([[1, 3], [0, 2]], np.int32), np.array([0, 1]), held_out, fitted)
    assert found[of_group(RECALL_AT_10, "reviewed")] == pytest.approx((0 + 1) / 2)
    assert found[of_group(RECALL_AT_100, "unreviewed")] == pytest.approx(1 / 2)  # user 1 has none of these
    assert found[of_group(NDCG_AT_10, "unreviewed")] == pytest.approx(1 / (1 + 1 / np.log2(3)))


def test_both_orders_of_a_list_are_measured() -> None:
    retrieved, served = np.array([[5, 3], [5, 4]], np.int32), np.array([[3, 5], [5, 4]], np.int32)
    found = both_orders(retrieved, served, USERS, HELD_OUT, FITTED)
    assert found["recall_at_10"] == found["served_recall_at_10"] == pytest.approx((1 / 2 + 0) / 2)
    assert found["served_ndcg_at_10"] > found["ndcg_at_10"]
    assert "served_cold_recall_at_100" not in found


def test_without_cold_beers_there_is_no_cold_recall() -> None:
    fitted = ratings([(user, 0, 3) for user in range(5)], users=6, beers=1)
    held_out = ratings([(5, 0, 3)], users=6, beers=1)
    assert COLD_RECALL_AT_100 not in list_metrics(np.array([[0]], np.int32), np.array([5]), held_out, fitted)


def test_errors_are_squared_or_absolute_and_named_as_in_metrics_json() -> None:
    found = score_metrics([3.0, 4.0, 5.0], [4.0, 4.0, 3.0])
    assert found[RMSE] == pytest.approx(sqrt((1 + 0 + 4) / 3))
    assert found[MAE] == pytest.approx((1 + 0 + 2) / 3)
    assert list(named(found)) == ["rmse", "mae"]
