"""Peers, on examples small enough to compute by hand."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.data.ratings import Catalogue
from benchmarks.peers import bias, ease, item_cosine, popularity
from tests.unit.benchmarks.reviewed import drawn, ratings

NO_CATALOGUE = Catalogue(np.zeros(9, np.int32), np.zeros(9, np.int32), np.zeros(9, np.float32))


def test_popularity_scores_by_reviews() -> None:
    model = popularity.fit(ratings([(0, 1, 3), (1, 1, 3), (1, 2, 3)], users=2, beers=3), {}, 0, None)
    assert model.scores(np.array([0, 1]), None).tolist() == [[0, 2, 1], [0, 2, 1]]


def test_bias_by_hand() -> None:
    # The mean is 3. Beer 0 deviates by +1 and +1: 2 / (2 + 2) = .5; beer 1 by -2: -2 / (2 + 1).
    # Then user 0 is left with 1 - .5 and -2 + 2/3, user 1 with 1 - .5, each shrunk by 1 more of nothing.
    rows = ratings([(0, 0, 4), (0, 1, 1), (1, 0, 4)], users=3, beers=3)
    model = bias.fit(rows, NO_CATALOGUE, {"beer_shrinkage": 2, "user_shrinkage": 1, "rounds": 1}, 0, None)
    assert model.mean == 3
    assert model.beer == pytest.approx([0.5, -2 / 3, 0])
    assert model.user == pytest.approx([(0.5 - 4 / 3) / 3, 0.5 / 2, 0])
    asked = ratings([(1, 1, 0), (2, 2, 0)], users=3, beers=3)
    assert model.predicted(asked) == pytest.approx([3 - 2 / 3 + 0.25, 3])


def test_a_second_round_takes_the_users_off_before_the_beers() -> None:
    rows = ratings([(0, 0, 4), (0, 1, 2)], users=1, beers=2)
    model = bias.fit(rows, NO_CATALOGUE, {"beer_shrinkage": 1, "user_shrinkage": 0, "rounds": 2}, 0, None)
    assert model.beer == pytest.approx([0.5, -0.5])  # +1 and -1 around 3, each halved; the user is at 0
    assert model.user == pytest.approx([0])


def test_likeness_by_hand() -> None:
    # Beer 0 has 4 reviews, beer 1 has 9, both 3; plain cosine is 3 / sqrt(4 * 9).
    plain = item_cosine.likeness(np.array([[4, 3], [3, 9]], np.float32), exponent=0.5, shrinkage=0)
    assert plain == pytest.approx(np.array([[0, 0.5], [0.5, 0]]))


def test_likeness_may_hold_back_the_recommended_beer_more_than_the_one_of_the_history() -> None:
    found = item_cosine.likeness(np.array([[4, 3], [3, 9]], np.float32), exponent=0.0, shrinkage=3)
    assert found == pytest.approx(np.array([[0, 3 / (9 + 3)], [3 / (4 + 3), 0]]))


def test_ease_by_hand_of_two_beers() -> None:
    # X'X + I = [[3, 1], [1, 2]], its inverse is [[2, -1], [-1, 3]] / 5, and B is -P / diag(P) by columns.
    inverse = np.linalg.inv(ease.penalised(np.array([[2, 1], [1, 1]], np.float32), 1.0))
    assert ease.weights(inverse) == pytest.approx(np.array([[0, 1 / 3], [1 / 2, 0]]))


def test_ease_fits_what_is_computed_by_hand() -> None:
    rows = ratings([(0, 0, 3), (0, 1, 3), (1, 0, 3)], users=2, beers=2)  # X'X = [[2, 1], [1, 1]]
    model = ease.fit(rows, {"penalty": 1.0}, 0, None)
    assert model.scores(np.array([0, 1]), rows.matrix()) == pytest.approx(np.array([[1 / 2, 1 / 3], [0, 1 / 3]]))


def test_ease_from_the_users_side_gives_the_same_scores() -> None:
    rows = drawn(60, users=12, beers=10)
    matrix = rows.matrix()
    settings = {"penalty": 3.0}
    by_beers, by_users = ease.fit(rows, settings, 0, None), ease.by_users(matrix, settings)
    users = np.arange(12)
    assert isinstance(by_beers, ease.Ease)
    assert by_users.scores(users, matrix) == pytest.approx(by_beers.scores(users, matrix), abs=1e-5)


def test_item_cosine_adds_up_the_history() -> None:
    rows = ratings([(0, 0, 3), (0, 1, 3), (1, 1, 3), (1, 2, 3)], users=2, beers=3)  # beers have 1, 2, 1 reviews
    model = item_cosine.fit(rows, {"exponent": 0.5, "shrinkage": 0}, 0, None)
    expected = [[1 / np.sqrt(2), 1 / np.sqrt(2), 1 / np.sqrt(2)]]
    assert model.scores(np.array([0]), rows.matrix()[[0]]) == pytest.approx(np.array(expected), abs=1e-6)
