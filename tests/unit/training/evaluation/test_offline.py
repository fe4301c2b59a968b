"""Lists of beers and scores on held-out ratings, measured by hand."""

from __future__ import annotations

import numpy as np
import pytest

from taproom.metrics import (
    COVERAGE,
    HELD_OUT,
    NDCG_AT_10,
    RECALL_AT_10,
    RECALL_AT_50,
    RECALL_AT_100,
    RECALL_AT_500,
    RMSE,
)
from tests.unit.training.made_up import interactions, split_of
from trainer.evaluation.metrics import MISSED
from trainer.evaluation.offline import measure_baselines, measure_lists, ranks_in, without


def users(*ids: int) -> np.ndarray:
    return np.array(ids, np.int32)


def test_beers_that_a_user_reviewed_are_dropped_and_the_rest_move_up() -> None:
    # User 0's list is 0, 1, …, 11; 0 is in training, 1 in validation: so beer 11 has rank 9, not 11.
    split = split_of(interactions((0, 0)), interactions((0, 1)), interactions((0, 11)), users=1, beers=20)
    listed = np.arange(12, dtype=np.int32)[None]
    assert measure_lists(users(0), listed, split)[RECALL_AT_10] == 1.0


def test_a_beer_that_another_user_reviewed_is_not_dropped() -> None:
    split = split_of(interactions((1, 0), (1, 1)), interactions((0, 2)), interactions((0, 11)), users=2, beers=20)
    listed = np.arange(12, dtype=np.int32)[None]
    # Beer 2 alone moves up: rank 10, so not among the first 10.
    assert measure_lists(users(0), listed, split)[RECALL_AT_10] == 0.0


def test_a_list_without_a_users_beers_is_filled_up_with_none() -> None:
    listed = np.array([[4, 7, -1, 2], [7, 4, 2, 1]], np.int32)
    kept = without(listed, users(0, 3), interactions((0, 7), (3, 2), (0, 1)), beers=9)
    assert kept.tolist() == [[4, 2, -1, -1], [7, 4, 1, -1]]


def test_a_beer_that_is_not_listed_is_missed_and_an_unknown_one_takes_no_place() -> None:
    held_out = interactions((0, 3), (0, 4))
    split = split_of(interactions((0, 5)), interactions((0, 6)), held_out, users=1, beers=20)
    listed = np.array([[-1] * 10 + [3]], np.int32)
    measured = measure_lists(users(0), listed, split)
    assert measured[RECALL_AT_10] == measured[RECALL_AT_500] == 0.5


def test_ranks_are_places_in_the_list_of_the_same_user() -> None:
    listed = np.array([[5, 3, 1], [3, 5, 0]], np.int32)
    asked = interactions((7, 5), (2, 5), (2, 0), (7, 3))
    assert ranks_in(listed, users(2, 7), asked).tolist() == [1, 0, MISSED, 0]


def test_coverage_is_the_share_of_known_beers_in_somebodys_first_hundred() -> None:
    split = split_of(interactions((0, 0)), interactions((1, 1)), interactions((0, 1), (1, 0)), users=2, beers=4)
    listed = np.array([[0, 1], [1, 2]], np.int32)
    # Beers 0 and 1 are dropped for users 0 and 1, so beer 1 and beer 2 remain: 2 of 4.
    assert measure_lists(users(0, 1), listed, split)[COVERAGE] == 0.5


def test_ranks_belong_to_their_own_user_in_any_order_of_ratings() -> None:
    held_out = interactions((2, 3), (0, 1), (2, 1))
    split = split_of(interactions((0, 9)), interactions((0, 8)), held_out, users=3, beers=10)
    listed = np.array([[1, 2], [3, 4]], np.int32)
    # User 0 finds beer 1 first (1.0); user 2 finds 3 first and 1 never: a half, and 1 / (1 + 1/log2(3)).
    measured = measure_lists(users(0, 2), listed, split)
    assert measured[RECALL_AT_10] == pytest.approx((1 + 1 / 2) / 2)
    assert measured[NDCG_AT_10] == pytest.approx((1 + 1 / 1.6309297) / 2)


def test_every_recall_is_of_its_own_k() -> None:
    # Beers at the ranks 5, 30, 70, 300 and 550 of five users' lists; nobody reviewed any of them.
    held_out = interactions(*enumerate((5, 30, 70, 300, 550)))
    split = split_of(interactions((0, 599)), interactions((1, 599)), held_out, users=5, beers=600)
    measured = measure_lists(np.arange(5, dtype=np.int32), np.tile(np.arange(600, dtype=np.int32), (5, 1)), split)
    recalls = [measured[metric] for metric in (RECALL_AT_10, RECALL_AT_50, RECALL_AT_100, RECALL_AT_500)]
    assert recalls == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert measured[NDCG_AT_10] == pytest.approx(1 / np.log2(7) / 5)
    assert measured[COVERAGE] == 100 / 600


def test_baselines_come_from_observed_ratings_alone() -> None:
    # Beer 0 is observed twice, beer 2 once; held-out reviews of beer 1 must not make it popular.
    held_out = interactions((0, 1), (1, 1), (2, 1), score=5.0)
    split = split_of(interactions((0, 0), (1, 2)), interactions((2, 0)), held_out, users=3, beers=3)
    measured = measure_baselines(split)
    assert measured.mean[RMSE] == pytest.approx(2.0)
    assert measured.bias[RMSE] == pytest.approx(2.0)
    # Dropping seen beers, beer 1 is second for everybody: 1 / log2(3).
    assert measured.popularity[NDCG_AT_10] == pytest.approx(1 / np.log2(3))


def test_what_is_measured_is_what_the_table_of_metrics_lists_for_the_task() -> None:
    split = split_of(interactions((0, 0)), interactions((0, 1)), interactions((0, 2)), users=1, beers=3)
    measured = measure_baselines(split)
    for task, found in (("retrieval", measured.popularity), ("ranking", measured.bias)):
        assert list(found) == [metric for metric in HELD_OUT if metric.task == task]
