"""The list that is served, and the weight that orders it, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.training.made_up import interactions

pytest.importorskip("tensorflow")
from trainer.release.blending import ScoredLists, best_weight
from trainer.release.models import Retrieved


def scored(beers: list[list[int]], scores: list[list[float]], predicted: list[list[float]]) -> ScoredLists:
    """A list each of the users 3, 4, …"""
    users = np.arange(3, 3 + len(beers), dtype=np.int32)
    retrieved = Retrieved(np.array(beers, np.int32), np.array(scores, np.float32))
    return ScoredLists(users, retrieved, np.array(predicted, np.float32))


# One user, beers 4, 6 and 8, one point of retrieval's score apart; 8 would be scored highest.
LISTS = scored([[4, 6, 8]], [[2.0, 1.0, 0.0]], [[3.0, 3.5, 4.0]])


def test_a_weight_of_zero_leaves_retrievals_order() -> None:
    assert LISTS.blended(0.0).tolist() == [[4, 6, 8]]


def test_a_weight_trades_points_of_predicted_score_for_points_of_retrievals_score() -> None:
    # With 3: 2 + 9, 1 + 10.5, 0 + 12.
    assert LISTS.blended(3.0).tolist() == [[8, 6, 4]]


def test_of_equal_sums_the_beer_that_retrieval_has_first_comes_first() -> None:
    # With 2: 8, 8 and 8.
    assert LISTS.blended(2.0).tolist() == [[4, 6, 8]]


def test_the_best_weight_is_the_smallest_that_puts_a_liked_beer_first() -> None:
    # Beer 8 is last up to a weight of 2, and first from 3 on.
    assert best_weight(LISTS, interactions((3, 8))) == 3.0


def test_where_retrieval_has_the_liked_beer_first_predicted_scores_count_for_nothing() -> None:
    assert best_weight(LISTS, interactions((3, 4))) == 0.0


def test_a_beer_counts_more_the_further_up_it_comes() -> None:
    # From a weight of 3 on beer 8 of user 3 goes from the third place to the first, from 1 / log2(4) to 1. Beer 5 of
    # user 4 goes from the first to the second, from 1 to 1 / log2(3): .5 is gained, .37 lost.
    lists = scored([[4, 6, 8], [5, 7, 9]], [[2.0, 1.0, 0.0], [2.0, 0.0, -90.0]], [[3.0, 3.5, 4.0], [3.0, 4.0, 3.0]])
    assert best_weight(lists, interactions((3, 8), (4, 5))) == 3.0
    # A second user who loses as much turns it round.
    both = ScoredLists(
        np.array([3, 4, 5], np.int32),
        Retrieved(*(np.concatenate([part, part[1:]]) for part in lists.retrieved)),
        np.concatenate([lists.predicted, lists.predicted[1:]]),
    )
    assert best_weight(both, interactions((3, 8), (4, 5), (5, 5))) == 0.0


def test_beers_of_other_users_are_nobodys_hits() -> None:
    assert best_weight(LISTS, interactions((2, 8), (4, 8))) == 0.0
    assert best_weight(replace(LISTS, users=np.array([2], np.int32)), interactions((2, 8), (4, 8))) == 3.0


@pytest.mark.parametrize(("before", "expected"), [(99, 0.5), (100, 0.0)])
def test_what_comes_after_the_hundredth_place_counts_for_nothing(before: int, expected: float) -> None:
    # Beer 150 of 160 comes up behind those that are predicted higher, with every weight but 0.
    predicted = [4.0] * before + [0.0] * (160 - before)
    predicted[150] = 3.0
    lists = scored([list(range(160))], [[-place / 1000 for place in range(160)]], [predicted])
    assert lists.blended(0.5)[0].tolist().index(150) == before
    assert best_weight(lists, interactions((3, 150))) == expected


def test_without_a_liked_beer_retrievals_order_stays() -> None:
    assert best_weight(LISTS, interactions()) == 0.0
