"""Histories, flat and padded."""

from __future__ import annotations

import histories
import numpy as np
from histories import Histories
from reviews import Rows


def known() -> Histories:
    """User 0 reviewed beers 4 and 2, user 1 none, user 2 beer 7."""
    rows = Rows(np.array([2, 0, 0], np.int32), np.array([7, 4, 2], np.int32), np.array([3, 5, 1], np.float32))
    return histories.of_rows(rows, users=3)


def test_reviews_lie_side_by_side_in_the_order_given() -> None:
    assert known().start.tolist() == [0, 2, 2, 3]
    assert known().beer.tolist() == [4, 2, 7]
    assert known().score.tolist() == [5, 1, 3]
    assert known().user.tolist() == [0, 0, 2]


def test_some_users_come_in_the_order_asked_for() -> None:
    some = known().of(np.array([2, 1, 0]))
    assert some.start.tolist() == [0, 1, 1, 3]
    assert some.beer.tolist() == [7, 4, 2]


def test_padding_fills_up_to_the_longest() -> None:
    beers, scores = known().padded()
    assert beers.tolist() == [[4, 2], [-1, -1], [7, -1]]
    assert scores.tolist() == [[5, 1], [0, 0], [3, 0]]


def test_padding_of_nothing_is_one_cell() -> None:
    beers, scores = known().of(np.array([1])).padded()
    assert beers.tolist() == [[-1]] and scores.tolist() == [[0]]
