"""The order of beers."""

from __future__ import annotations

import pytest

from recommend.catalogue.beers import Beer, Wanted
from recommend.recommending import blending
from recommend.recommending.blending import Candidate, Recommended

ONE, TWO, THREE = (Beer(beer_id, beer_id, "Alder", None, None, 1, 4.0, 3.5) for beer_id in "123")


def test_the_tried_and_the_unknown_are_dropped_and_the_rest_keep_their_place() -> None:
    wanted, known = Wanted(without=frozenset("1")), {"1": ONE, "2": TWO, "3": THREE}
    found = blending.retrieved(["9", "3", "1", "2"], [0.9, 0.5, 0.25, -0.5], wanted, known)
    assert found == [Candidate(THREE, 0.5, 2), Candidate(TWO, -0.5, 4)]


def test_a_beer_too_many_for_retrievals_scores_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        blending.retrieved(["1", "2"], [0.5], Wanted(), {})


CANDIDATES = [Candidate(ONE, 1.0, 1), Candidate(TWO, 0.5, 2), Candidate(THREE, 0.0, 3)]


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        # 1 + 0, 0.5 + 0, 0 + 0
        (0.0, [ONE, TWO, THREE]),
        # 1 + 0.3, 0.5 + 0.45, 0 + 0.5
        (0.1, [ONE, TWO, THREE]),
        # 1 + 1.2, 0.5 + 1.8, 0 + 2
        (0.4, [TWO, ONE, THREE]),
        # 1 + 30, 0.5 + 45, 0 + 50
        (10.0, [THREE, TWO, ONE]),
    ],
)
def test_beers_come_by_nearness_and_weighted_score_and_show_the_score(weight: float, expected: list[Beer]) -> None:
    scores = {ONE: 3.0, TWO: 4.5, THREE: 5.0}
    found = blending.ranked(CANDIDATES, list(scores.values()), weight, count=10)
    assert [one.beer for one in found] == expected
    assert [one.rank for one in found] == [1, 2, 3]
    assert [one.score for one in found] == [scores[beer] for beer in expected]
    assert [one.retrieval_rank for one in found] == [int(beer.beer_id) for beer in expected]


def test_of_equal_sums_the_nearer_comes_first_whatever_it_scores() -> None:
    # 0.5 x 3 + 1, 0.5 x 4 + 0.5, 0.5 x 5 + 0: all 2.5.
    found = blending.ranked(list(reversed(CANDIDATES)), [5.0, 4.0, 3.0], 0.5, count=10)
    assert [one.beer for one in found] == [ONE, TWO, THREE]


def test_without_weight_beers_as_near_as_each_other_keep_retrievals_order() -> None:
    candidates = [Candidate(ONE, 0.5, 1), Candidate(TWO, 0.5, 2), Candidate(THREE, 0.5, 3)]
    assert [one.beer for one in blending.ranked(candidates, [1.0, 5.0, 3.0], 0.0, count=10)] == [ONE, TWO, THREE]


def test_no_more_come_than_were_asked_for() -> None:
    assert blending.ranked(CANDIDATES, [3.0, 4.5, 5.0], 0.4, count=1) == [Recommended(TWO, 4.5, 1, 2, 2)]


def test_a_score_too_few_is_an_error_and_not_a_shorter_answer() -> None:
    with pytest.raises(ValueError, match="expected a score for each of 3 candidates, got 2"):
        blending.ranked(CANDIDATES, [3.0, 4.5], 0.4, count=2)


def test_the_most_loved_are_numbered_and_scored_by_how_they_are_loved() -> None:
    assert blending.as_loved([TWO, ONE]) == [Recommended(TWO, 3.5, 1, None), Recommended(ONE, 3.5, 2, None)]


def test_beers_beyond_retrievals_answer_come_after_it_by_predicted_score() -> None:
    candidates = [CANDIDATES[2], *blending.beyond([ONE, TWO])]
    found = blending.ranked(candidates, [1.0, 4.0, 5.0], 10.0, count=10)
    assert [(one.beer, one.retrieval_rank, one.ranking_rank) for one in found] == [
        (THREE, 3, 3),
        (TWO, None, 1),
        (ONE, None, 2),
    ]


def test_the_users_own_beers_are_as_near_as_the_mean_of_retrievals_answer() -> None:
    # The mean of 1, 0.5 and 0 is 0.5; with half of the scores: 1 + 1, 0.5 + 2, 0 + 1.5.
    (own,) = blending.tried([TWO], [1.0, 0.5, 0.0])
    found = blending.ranked([CANDIDATES[0], own, CANDIDATES[2]], [2.0, 4.0, 3.0], 0.5, count=10)
    assert [(one.beer, one.retrieval_rank) for one in found] == [(TWO, None), (ONE, 1), (THREE, 3)]


def test_unranked_beers_come_by_nearness_and_those_beyond_last() -> None:
    candidates = [*blending.beyond([ONE]), CANDIDATES[2], CANDIDATES[1]]
    assert [one.beer for one in blending.as_retrieved(candidates, 10)] == [TWO, THREE, ONE]
