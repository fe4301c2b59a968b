"""The list that is served, and the weight that orders it, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommend.recommending.blending import blend
from recommend.recommending.candidates import Candidate
from taproom.catalogue_file import Beer
from tests.unit.training.made_up import interactions, ratings
from trainer.data.histories import Histories

pytest.importorskip("tensorflow")
from trainer.release.blending import ScoredLists, best_weight, score_floors
from trainer.release.models import Retrieved


def scored(
    beers: list[list[int]], scores: list[list[float]], predicted: list[list[float]], floor: float = 0.0
) -> ScoredLists:
    """A list each of the users 3, 4, …"""
    users = np.arange(3, 3 + len(beers), dtype=np.int32)
    retrieved = Retrieved(np.array(beers, np.int32), np.array(scores, np.float32))
    floors = np.full(len(beers), floor, np.float32)
    return ScoredLists(users, retrieved, np.array(predicted, np.float32), floors)


def best(lists: ScoredLists, liked: list[tuple[int, int]], others: list[tuple[int, int]] | None = None) -> float:
    """The best weight where (user, beer) pairs are asked about, of which the `liked` were liked."""
    pairs = liked + (others or [])
    return best_weight(lists, interactions(*pairs), np.arange(len(pairs)) < len(liked))


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
    assert best(LISTS, [(3, 8)]) == 3.0


def test_where_retrieval_has_the_liked_beer_first_predicted_scores_count_for_nothing() -> None:
    assert best(LISTS, [(3, 4)]) == 0.0


def test_a_beer_counts_more_the_further_up_it_comes() -> None:
    # From a weight of 3 on beer 8 of user 3 goes from the third place to the first, from 1 / log2(4) to 1. Beer 5 of
    # user 4 goes from the first to the second, from 1 to 1 / log2(3): .5 is gained, .37 lost.
    lists = scored([[4, 6, 8], [5, 7, 9]], [[2.0, 1.0, 0.0], [2.0, 0.0, -90.0]], [[3.0, 3.5, 4.0], [3.0, 4.0, 3.0]])
    assert best(lists, [(3, 8), (4, 5)]) == 3.0
    # A second user who loses as much turns it round.
    both = ScoredLists(
        np.array([3, 4, 5], np.int32),
        Retrieved(*(np.concatenate([part, part[1:]]) for part in lists.retrieved)),
        np.concatenate([lists.predicted, lists.predicted[1:]]),
        np.zeros(3, np.float32),
    )
    assert best(both, [(3, 8), (4, 5), (5, 5)]) == 0.0


def test_beers_of_other_users_are_nobodys_hits() -> None:
    assert best(LISTS, [(2, 8), (4, 8)]) == 0.0
    assert best(replace(LISTS, users=np.array([2], np.int32)), [(2, 8), (4, 8)]) == 3.0


@pytest.mark.parametrize(("before", "expected"), [(99, 0.5), (100, 0.0)])
def test_what_comes_after_the_hundredth_place_counts_for_nothing(before: int, expected: float) -> None:
    # Beer 150 of 160 comes up behind those that are predicted higher, with every weight but 0.
    predicted = [4.0] * before + [0.0] * (160 - before)
    predicted[150] = 3.0
    lists = scored([list(range(160))], [[-place / 1000 for place in range(160)]], [predicted])
    assert lists.blended(0.5)[0].tolist().index(150) == before
    assert best(lists, [(3, 150)]) == expected


def test_without_a_liked_beer_retrievals_order_stays() -> None:
    assert best(LISTS, []) == 0.0


def test_a_weight_under_which_more_is_found_is_taken_whatever_is_liked() -> None:
    assert best(LISTS, [], others=[(3, 8)]) == 3.0


@pytest.mark.parametrize(("unmoved", "expected"), [(8, 0.0), (9, 2.0)])
def test_a_fiftieth_of_what_is_found_is_given_for_what_is_liked_and_no_more(unmoved: int, expected: float) -> None:
    # From a weight of 2 on user 3's liked beer 6 comes first instead of second, .63 to 1, and the beer 5 of user 4 last
    # of four instead of first, 1 to 1 / log2(5) = .43. Others' come first with any weight. What is found goes from
    # 1.63 + 8 to 1.43 + 8, which is 2.08 % less, or from 1.63 + 9 to 1.43 + 9, 1.88 % less.
    lists = scored(
        [[4, 6, 1, 2], [5, 7, 8, 9], *[[5, 7, 8, 9]] * unmoved],
        [[1.0, 0.0, -90.0, -91.0], [1.0, 0.0, 0.0, 0.0], *[[1.0, 0.0, 0.0, 0.0]] * unmoved],
        [[3.0, 4.0, 0.0, 0.0], [3.0, 4.0, 4.0, 4.0], *[[4.0, 3.0, 3.0, 3.0]] * unmoved],
    )
    assert best(lists, [(3, 6)], [(4 + user, 5) for user in range(1 + unmoved)]) == expected


def test_what_is_found_for_one_user_with_many_rows_makes_up_for_nobody_elses_loss() -> None:
    # The same two users, and one whose 30 beers stay where they are: by rows, what is found goes from 1.63 + 9.16 to
    # 1.43 + 9.16, 1.9 % less; by users, from 1.63 + .31 to 1.43 + .31, a tenth.
    lists = scored(
        [[4, 6, *range(100, 128)], [5, 7, 8, 9, *range(100, 126)], list(range(200, 230))],
        [[1.0, 0.0, *[-90.0] * 28], [1.0, 0.0, 0.0, 0.0, *[-90.0] * 26], [0.0] * 30],
        [[3.0, 4.0, *[0.0] * 28], [3.0, 4.0, 4.0, 4.0, *[0.0] * 26], [3.0] * 30],
    )
    assert best(lists, [(3, 6)], [(4, 5), *((5, beer) for beer in range(200, 230))]) == 0.0


@pytest.mark.parametrize(("weight", "expected"), [(0.0, [6, 8, 4]), (2.0, [8, 6, 4])])
def test_beers_predicted_below_the_floor_come_last(weight: float, expected: list[int]) -> None:
    # Beer 4 would be first with both weights: 2 + 2 * 3.74, 1 + 2 * 3.75, 0 + 2 * 4.5. The same case as the function's.
    lists = scored([[4, 6, 8]], [[2.0, 1.0, 0.0]], [[3.74, 3.75, 4.5]], floor=3.75)
    assert lists.blended(weight).tolist() == [expected]


@pytest.mark.parametrize("weight", [0.0, 0.5, 3.0, 20.0])
def test_the_function_that_recommends_gives_the_same_order(weight: float) -> None:
    chance = np.random.default_rng(5)
    # Sums of eighths are exact; some of them are equal.
    scores = -np.sort(-np.round(8 * chance.normal(size=100))) / 8
    predicted = (chance.integers(0, 21, size=100) / 4).astype(np.float32)  # some of them at the floor of 3.5
    ranked = [
        Candidate(Beer(str(place), "", "", None, None, 1, 0.0, 0.0), score, place)
        for place, score in enumerate(scores.tolist())
    ]
    served = blend(ranked, predicted.tolist(), weight, floor=3.5, limit=100)
    lists = scored([list(range(100))], [scores.tolist()], [predicted.tolist()], floor=3.5)
    assert [int(one.beer.beer_id) for one in served] == lists.blended(weight)[0].tolist()
    assert 0 < (predicted < 3.5).sum() < 100 and (predicted == 3.5).any()


def test_the_floor_is_half_a_point_below_the_own_mean_and_lower_where_there_are_few_scores() -> None:
    histories = Histories.from_ratings(ratings((0, 1, 4), (0, 2, 5), (2, 1, 1.5)), users=3)
    # 4.5 - .5 - 1 / 2, nobody's, and 1.5 - .5 - 1.
    assert score_floors(histories).tolist() == [3.5, 0.0, 0.0]
    assert score_floors(Histories.from_ratings(ratings(), users=2)).tolist() == [0, 0]
