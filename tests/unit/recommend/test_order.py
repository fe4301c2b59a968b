"""The order of beers."""

from __future__ import annotations

import pytest

from recommend import order
from recommend.catalogue import Beer
from recommend.order import Candidate, Recommended

ONE, TWO, THREE = (Beer(beer_id, beer_id, "Alder", None, None, 1, 4.0, 3.5) for beer_id in "123")


def test_the_tried_and_the_unknown_are_dropped_and_the_rest_keep_their_rank() -> None:
    found = order.untried(["9", "3", "1", "2"], {"1"}, {"1": ONE, "2": TWO, "3": THREE})
    assert found == [Candidate(THREE, 2), Candidate(TWO, 4)]


def test_the_highest_score_comes_first_and_the_nearer_of_equal_ones() -> None:
    candidates = [Candidate(ONE, 1), Candidate(TWO, 2), Candidate(THREE, 3)]
    assert order.by_score(candidates, [3.0, 4.5, 3.0], count=10) == [
        Recommended(TWO, 4.5, 1, 2),
        Recommended(ONE, 3.0, 2, 1),
        Recommended(THREE, 3.0, 3, 3),
    ]


def test_no_more_come_than_were_asked_for() -> None:
    candidates = [Candidate(ONE, 1), Candidate(TWO, 2)]
    assert order.by_score(candidates, [3.0, 4.5], count=1) == [Recommended(TWO, 4.5, 1, 2)]


def test_a_score_too_few_is_an_error_and_not_a_shorter_answer() -> None:
    with pytest.raises(ValueError, match="zip"):
        order.by_score([Candidate(ONE, 1), Candidate(TWO, 2)], [3.0], count=2)


def test_the_most_loved_are_numbered_and_scored_by_how_they_are_loved() -> None:
    assert order.as_loved([TWO, ONE]) == [Recommended(TWO, 3.5, 1, None), Recommended(ONE, 3.5, 2, None)]
