"""The baselines, against numbers worked out by hand."""

from __future__ import annotations

import pytest

from tests.unit.training.made_up import ratings
from trainer.evaluation import baselines


def test_popularity_puts_the_most_reviewed_beer_first_and_of_equals_the_lower_id() -> None:
    fitted = ratings((0, 2, 1), (1, 2, 1), (0, 3, 1), (0, 1, 1))
    assert baselines.popularity(fitted, 5).tolist() == [2, 1, 3, 0, 4]


def test_biases_are_shrunk_by_a_pseudo_count() -> None:
    # Mean 3. Beer 0: +1 twice, so 2 / (2 + 10) = 1/6; beer 1: -1 twice, so -1/6.
    # User 0 is left with 1 - 1/6 and -1 + 1/6: 0. User 1 the same.
    fitted = baselines.fit_bias(ratings((0, 0, 4), (0, 1, 2), (1, 0, 4), (1, 1, 2)), users=2, beers=2)
    assert fitted.mean == 3.0
    assert fitted.beer.tolist() == pytest.approx([1 / 6, -1 / 6])
    assert fitted.user.tolist() == pytest.approx([0, 0])


def test_a_users_bias_is_what_the_beers_leave_unexplained() -> None:
    # Mean 3; beer 0 deviates by +1 and -1, so by 0. User 0: 1 / (1 + 5); user 1: -1 / (1 + 5).
    fitted = baselines.fit_bias(ratings((0, 0, 4), (1, 0, 2)), users=2, beers=1)
    assert fitted.predict(ratings((0, 0, 0), (1, 0, 0))).tolist() == pytest.approx([3 + 1 / 6, 3 - 1 / 6])


def test_a_beer_and_a_user_without_a_review_add_nothing() -> None:
    fitted = baselines.fit_bias(ratings((0, 0, 4), (0, 1, 2)), users=2, beers=3)
    assert fitted.predict(ratings((1, 2, 0))).tolist() == [3.0]
