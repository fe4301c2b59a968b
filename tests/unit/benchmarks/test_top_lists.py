"""Lists of beers, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.tasks import top_lists
from tests.unit.benchmarks.reviewed import ratings

SEEN = ratings([(0, 2, 3), (1, 0, 3), (1, 2, 3)], users=3, beers=4)
SCORES = np.array([[1, 4, 9, 2], [8, 7, 6, 5], [0, 0, 0, 0]], np.float32)


def listed(users: list[int], k: int) -> list[list[int]]:
    return top_lists.from_scores(lambda some: SCORES[some], np.array(users), SEEN, k).tolist()


def test_the_best_beers_come_first_without_those_that_were_reviewed() -> None:
    assert listed([0, 1], k=2) == [[1, 3], [1, 3]]


def test_where_beers_run_out_the_list_ends() -> None:
    assert listed([0, 1], k=4) == [[1, 3, 0, -1], [1, 3, -1, -1]]


def test_who_has_no_history_gets_the_most_reviewed() -> None:
    assert listed([2], k=2) == [[2, 0]]


def test_many_users_are_listed_as_few_are() -> None:
    at_once = listed([0, 1, 2], k=3)
    assert at_once == [listed([user], k=3)[0] for user in range(3)]


def test_a_list_moves_up_where_beers_are_taken_out() -> None:
    lists = np.array([[2, 1, 0], [2, 3, -1]], np.int32)
    assert top_lists.without(lists, np.array([0, 1]), SEEN, k=2).tolist() == [[1, 0], [3, -1]]


def test_each_user_loses_their_own_beers_where_users_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(top_lists, "_USERS_AT_ONCE", 2)
    lists, users = np.array([[0, 1, 2], [2, 1, 0], [2, 3, -1]], np.int32), np.array([2, 0, 1])
    assert top_lists.without(lists, users, SEEN, k=2).tolist() == [[0, 1], [1, 0], [3, -1]]


def test_a_short_list_is_filled_up_with_nothing() -> None:
    assert top_lists.without(np.array([[2, 1]], np.int32), np.array([0]), SEEN, k=3).tolist() == [[1, -1, -1]]
