"""The order of beers."""

from __future__ import annotations

import pytest

from recommend.recommending import blending, candidates
from recommend.recommending.blending import RankedBeer
from recommend.recommending.candidates import Candidate
from taproom.catalogue_file import Beer

ONE, TWO, THREE = (Beer(beer_id, beer_id, "Alder", None, None, 1, 4.0, 3.5) for beer_id in "123")


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
def test_beers_come_by_retrieval_score_plus_weighted_score(weight: float, expected: list[Beer]) -> None:
    scores = {ONE: 3.0, TWO: 4.5, THREE: 5.0}
    found = blending.blend(CANDIDATES, list(scores.values()), weight, own_mean=3.0, limit=10)
    assert [one.beer for one in found] == expected
    assert [one.rank for one in found] == [1, 2, 3]
    assert [one.score for one in found] == [scores[beer] for beer in expected]
    assert [one.retrieval_rank for one in found] == [int(beer.beer_id) for beer in expected]


def test_of_equal_sums_the_nearer_comes_first_whatever_it_scores() -> None:
    # 0.5 x 3 + 1, 0.5 x 4 + 0.5, 0.5 x 5 + 0: all 2.5.
    found = blending.blend(list(reversed(CANDIDATES)), [5.0, 4.0, 3.0], 0.5, own_mean=3.0, limit=10)
    assert [one.beer for one in found] == [ONE, TWO, THREE]


def test_without_weight_beers_as_near_as_each_other_keep_retrievals_order() -> None:
    equal = [Candidate(ONE, 0.5, 1), Candidate(TWO, 0.5, 2), Candidate(THREE, 0.5, 3)]
    found = blending.blend(equal, [1.0, 5.0, 3.0], 0.0, own_mean=1.0, limit=10)
    assert [one.beer for one in found] == [ONE, TWO, THREE]


@pytest.mark.parametrize(("weight", "expected"), [(0.0, [TWO, THREE, ONE]), (2.0, [THREE, TWO, ONE])])
def test_beers_predicted_more_than_a_quarter_below_the_users_own_mean_come_last(
    weight: float, expected: list[Beer]
) -> None:
    # Beer 1 would be first with both weights: 2 + 2 x 3.74, 1 + 2 x 3.75, 0 + 2 x 4.5. The same case as training's.
    apart = [Candidate(ONE, 2.0, 1), Candidate(TWO, 1.0, 2), Candidate(THREE, 0.0, 3)]
    found = blending.blend(apart, [3.74, 3.75, 4.5], weight, own_mean=4.0, limit=10)
    assert [one.beer for one in found] == expected


def test_beers_below_the_floor_come_after_those_outside_retrievals_answer() -> None:
    mixed = [CANDIDATES[0], *candidates.outside_retrieval([TWO, THREE])]
    found = blending.blend(mixed, [3.0, 4.0, 3.5], 10.0, own_mean=4.0, limit=10)
    assert [one.beer for one in found] == [TWO, ONE, THREE]


def test_no_more_come_than_were_asked_for() -> None:
    assert blending.blend(CANDIDATES, [3.0, 4.5, 5.0], 0.4, own_mean=3.0, limit=1) == [RankedBeer(TWO, 4.5, 1, 2, 2)]


def test_a_score_too_few_is_an_error_and_not_a_shorter_answer() -> None:
    with pytest.raises(ValueError, match="expected a score for each of 3 candidates, got 2"):
        blending.blend(CANDIDATES, [3.0, 4.5], 0.4, own_mean=3.0, limit=2)


def test_beers_as_listed_are_numbered_and_scored_by_how_they_are_loved() -> None:
    assert blending.as_listed([TWO, ONE]) == [RankedBeer(TWO, 3.5, 1, None), RankedBeer(ONE, 3.5, 2, None)]


def test_beers_outside_retrievals_answer_come_after_it_by_predicted_score() -> None:
    mixed = [CANDIDATES[2], *candidates.outside_retrieval([ONE, TWO])]
    found = blending.blend(mixed, [1.0, 4.0, 5.0], 10.0, own_mean=1.0, limit=10)
    assert [(one.beer, one.retrieval_rank, one.ranking_rank) for one in found] == [
        (THREE, 3, 3),
        (TWO, None, 1),
        (ONE, None, 2),
    ]


def test_the_users_own_beers_are_as_near_as_the_mean_of_retrievals_answer() -> None:
    # The mean of 1, 0.5 and 0 is 0.5; with half of the scores: 1 + 1, 0.5 + 2, 0 + 1.5.
    (own,) = candidates.from_history([TWO], [1.0, 0.5, 0.0])
    found = blending.blend([CANDIDATES[0], own, CANDIDATES[2]], [2.0, 4.0, 3.0], 0.5, own_mean=2.0, limit=10)
    assert [(one.beer, one.retrieval_rank) for one in found] == [(TWO, None), (ONE, 1), (THREE, 3)]


def test_unranked_beers_come_by_retrieval_score_and_those_outside_retrieval_last() -> None:
    mixed = [*candidates.outside_retrieval([ONE]), CANDIDATES[2], CANDIDATES[1]]
    assert [one.beer for one in blending.by_retrieval(mixed, 10)] == [TWO, THREE, ONE]
