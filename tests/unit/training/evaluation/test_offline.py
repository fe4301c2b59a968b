"""Lists of beers, measured by hand."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.data.reviews import Beers, Rows
from trainer.data.split import Split
from trainer.evaluation.offline import of_baselines, of_lists


def rows(*pairs: tuple[int, int], score: float = 3.0) -> Rows:
    user, beer = np.array(pairs, np.int32).reshape(-1, 2).T
    return Rows(user, beer, np.full(len(pairs), score, np.float32))


def split(training: Rows, validation: Rows, held_out: Rows, users: int, beers: int) -> Split:
    texts = np.array([f"b{beer:03}" for beer in range(beers)], object)
    catalogue = Beers(texts, texts, texts, texts, np.full(beers, -1, np.float32))
    return Split(np.array([f"u{user}" for user in range(users)], object), catalogue, training, validation, held_out)


def test_beers_that_a_user_reviewed_are_dropped_and_the_rest_move_up() -> None:
    # User 0's list is 0, 1, …, 11; 0 is in training, 1 in validation: so beer 11 has rank 9, not 11.
    known = split(rows((0, 0)), rows((0, 1)), rows((0, 11)), users=1, beers=20)
    listed = np.arange(12, dtype=np.int32)[None]
    assert of_lists(np.array([0], np.int32), listed, known).recall_at_10 == 1.0


def test_a_beer_that_another_user_reviewed_is_not_dropped() -> None:
    known = split(rows((1, 0), (1, 1)), rows((0, 2)), rows((0, 11)), users=2, beers=20)
    listed = np.arange(12, dtype=np.int32)[None]
    # Beer 2 alone moves up: rank 10, so not among the first 10.
    assert of_lists(np.array([0], np.int32), listed, known).recall_at_10 == 0.0


def test_a_beer_that_is_not_listed_is_missed_and_an_unknown_one_takes_no_place() -> None:
    known = split(rows((0, 5)), rows((0, 6)), rows((0, 3), (0, 4)), users=1, beers=20)
    listed = np.array([[-1] * 10 + [3]], np.int32)
    measured = of_lists(np.array([0], np.int32), listed, known)
    assert measured.recall_at_10 == measured.recall_at_500 == 0.5


def test_coverage_is_the_share_of_known_beers_in_somebodys_first_hundred() -> None:
    known = split(rows((0, 0)), rows((1, 1)), rows((0, 1), (1, 0)), users=2, beers=4)
    listed = np.array([[0, 1], [1, 2]], np.int32)
    # Beers 0 and 1 are dropped for users 0 and 1, so beer 1 and beer 2 remain: 2 of 4.
    assert of_lists(np.array([0, 1], np.int32), listed, known).coverage == 0.5


def test_ranks_belong_to_their_own_user_in_any_order_of_rows() -> None:
    known = split(rows((0, 9)), rows((0, 8)), rows((2, 3), (0, 1), (2, 1)), users=3, beers=10)
    listed = np.array([[1, 2], [3, 4]], np.int32)
    # User 0 finds beer 1 first (1.0); user 2 finds 3 first and 1 never: 1 / (1 + 1/log2(3)).
    measured = of_lists(np.array([0, 2], np.int32), listed, known)
    assert measured.recall_at_10 == pytest.approx(2 / 3)
    assert measured.ndcg_at_10 == pytest.approx((1 + 1 / 1.6309297) / 2)


def test_baselines_come_from_fitted_rows_alone() -> None:
    # Beer 0 is fitted twice, beer 2 once; held-out reviews of beer 1 must not make it popular.
    known = split(rows((0, 0), (1, 2)), rows((2, 0)), rows((0, 1), (1, 1), (2, 1), score=5.0), users=3, beers=3)
    measured = of_baselines(known)
    assert measured.mean.rmse == pytest.approx(2.0)
    assert measured.bias.rmse == pytest.approx(2.0)
    # Dropping seen beers, beer 1 is second for everybody: 1 / log2(3).
    assert measured.popularity.ndcg_at_10 == pytest.approx(1 / np.log2(3))
