"""The metrics, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.evaluation.metrics import ndcg_at, ranking_measures, recall_at, retrieval_measures


def test_recall_is_the_share_of_rows_whose_beer_is_among_the_first_k() -> None:
    ranks = np.array([0, 9, 10, 400])
    assert recall_at(10, ranks) == 0.5
    assert recall_at(11, ranks) == 0.75
    assert recall_at(1, ranks) == 0.25


def test_ndcg_of_two_relevant_beers_at_the_first_and_third_place() -> None:
    # DCG = 1/log2(2) + 1/log2(4) = 1.5; the best order has 1/log2(2) + 1/log2(3) = 1.63093.
    assert ndcg_at(10, np.array([2, 0]), np.array([4, 4])) == pytest.approx(1.5 / 1.6309297)


def test_ndcg_is_averaged_over_users_not_over_rows() -> None:
    # The first user finds both beers at the top (1.0), the second misses the only one (0.0).
    assert ndcg_at(10, np.array([0, 1, 10]), np.array([0, 0, 1])) == pytest.approx(0.5)


def test_ndcg_of_more_relevant_beers_than_places_can_be_perfect() -> None:
    assert ndcg_at(2, np.array([0, 1, 2]), np.array([0, 0, 0])) == pytest.approx(1.0)


def test_rmse_and_mae_of_errors_of_one_and_minus_two() -> None:
    measured = ranking_measures([4.0, 1.0, 3.0], [3.0, 3.0, 3.0])
    assert measured.rmse == pytest.approx((5 / 3) ** 0.5)
    assert measured.mae == pytest.approx(1.0)


def test_all_retrieval_measures_are_of_their_own_k() -> None:
    measured = retrieval_measures(np.array([5, 30, 70, 300, 500]), np.arange(5, dtype=np.int32), 0.25)
    assert (measured.recall_at_10, measured.recall_at_50) == (0.2, 0.4)
    assert (measured.recall_at_100, measured.recall_at_500) == (pytest.approx(0.6), 0.8)
    assert measured.ndcg_at_10 == pytest.approx(1 / np.log2(7) / 5)
    assert measured.coverage == 0.25
