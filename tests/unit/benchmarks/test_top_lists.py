"""Lists of beers, by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.tasks import top_lists
from tests.unit.benchmarks.reviewed import ratings

SEEN = ratings([(0, 2, 3), (1, 0, 3), (1, 2, 3)], users=3, beers=4)
SCORES = np.array([[1, 4, 9, 2], [8, 7, 6, 5], [0, 0, 0, 0]], np.float32)


def listed(users: list[int], k: int) -> list[list[int]]:
    return top_lists.from_scores(lambda some: SCORES[some], np.array(users), SEEN, k).beers.tolist()


def test_the_best_beers_come_first_without_those_that_were_reviewed() -> None:
    assert listed([0, 1], k=2) == [[1, 3], [1, 3]]


def test_where_beers_run_out_the_list_ends() -> None:
    assert listed([0, 1], k=4) == [[1, 3, 0, -1], [1, 3, -1, -1]]


def test_who_has_no_history_gets_the_most_reviewed() -> None:
    assert listed([2], k=2) == [[2, 0]]


def test_many_users_are_listed_as_few_are() -> None:
    at_once = listed([0, 1, 2], k=3)
    assert at_once == [listed([user], k=3)[0] for user in range(3)]


def test_scores_stand_beside_beers() -> None:
    found = top_lists.from_scores(lambda some: SCORES[some], np.array([0]), SEEN, 4)
    assert found.scores.tolist() == [[4, 2, 1, -np.inf]]


def test_a_bonus_moves_beers_up_but_none_into_an_empty_place() -> None:
    found = top_lists.from_scores(lambda some: SCORES[some], np.array([0, 1]), SEEN, 4)
    # User 0: beer 1 has 4, beer 3 has 2 + 2.5, beer 0 has 1. User 1: beer 1 has 7, beer 3 has 5 + 2.5.
    assert found.reordered(np.array([0, 0, 0, 2.5], np.float32)).tolist() == [[3, 1, 0, -1], [3, 1, -1, -1]]
