"""Histories, flat and padded."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.data import histories
from trainer.data.histories import Histories
from trainer.data.reviews import Ratings


def known() -> Histories:
    """User 0 reviewed beers 4 and 2, user 1 none, user 2 beer 7."""
    ratings = Ratings(np.array([2, 0, 0], np.int32), np.array([7, 4, 2], np.int32), np.array([3, 5, 1], np.float32))
    return Histories.from_ratings(ratings, users=3)


def test_reviews_lie_side_by_side_in_the_order_given() -> None:
    assert known().start.tolist() == [0, 2, 2, 3]
    assert known().beer.tolist() == [4, 2, 7]
    assert known().score.tolist() == [5, 1, 3]
    assert known().user.tolist() == [0, 0, 2]


def test_some_users_come_in_the_order_asked_for() -> None:
    some = known().select(np.array([2, 1, 0]))
    assert some.start.tolist() == [0, 1, 1, 3]
    assert some.beer.tolist() == [7, 4, 2]


def test_a_history_is_shortened_to_its_first_reviews() -> None:
    short = known().shortened(1)
    assert (short.start.tolist(), short.beer.tolist(), short.score.tolist()) == ([0, 1, 1, 2], [4, 7], [5, 3])


def test_padding_fills_up_to_the_longest() -> None:
    beers, scores = known().padded()
    assert beers.tolist() == [[4, 2], [-1, -1], [7, -1]]
    assert scores.tolist() == [[5, 1], [0, 0], [3, 0]]


def test_padding_of_nothing_is_one_cell() -> None:
    beers, scores = known().select(np.array([1])).padded()
    assert beers.tolist() == [[-1]] and scores.tolist() == [[0]]


def test_users_with_histories_of_similar_length_are_in_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "_MOST_CELLS", 8)
    # Users 0 to 3 have a review each, user 4 has four, user 5 has nine.
    user = np.repeat(np.arange(6, dtype=np.int32), [1, 1, 1, 1, 4, 9])
    several = Histories.from_ratings(Ratings(user, np.arange(17, dtype=np.int32), np.ones(17, np.float32)), 6)
    # Three users at most; then 2 users x 4 reviews = 8 cells; a history of 9 comes alone.
    assert [group.tolist() for group in histories.batches_of_similar_length(several, 3)] == [[0, 1, 2], [3, 4], [5]]


def test_a_user_who_is_asked_about_many_beers_has_fewer_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "_MOST_PAIRS", 12)
    user = np.repeat(np.arange(4, dtype=np.int32), 2)
    several = Histories.from_ratings(Ratings(user, np.arange(8, dtype=np.int32), np.ones(8, np.float32)), 4)
    # 2 users x 2 reviews x 3 queries = 12 pairs; with the third, who is asked about 20, it would be 120.
    asked = np.array([1, 3, 20, 1])
    assert [group.tolist() for group in histories.batches_of_similar_length(several, 4, asked)] == [[0, 1], [2], [3]]


def test_of_too_many_users_some_are_drawn_in_their_order_and_the_same_again_by_the_seed() -> None:
    users = np.arange(100, dtype=np.int32) * 2
    some = histories.drawn(users, 10, seed=3)
    assert len(some) == 10 and (np.diff(some) > 0).all() and np.isin(some, users).all()
    assert some.tolist() == histories.drawn(users, 10, seed=3).tolist() != histories.drawn(users, 10, seed=4).tolist()
    assert histories.drawn(users, 100, seed=3) is users


@pytest.mark.parametrize(("beers", "users"), [(50, 256), (65_536, 256), (131_072, 128), (1_000_000, 16), (10**9, 1)])
def test_scores_of_every_beer_are_held_of_as_many_users_as_64_megabytes_hold(beers: int, users: int) -> None:
    assert histories.users_at_once(beers) == users
