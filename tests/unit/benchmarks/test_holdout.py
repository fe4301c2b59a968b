"""Which rows are held out."""

from __future__ import annotations

import numpy as np

from benchmarks.data.holdout import GIVEN, draw_newcomers, has_times, hold_out, hold_out_later
from tests.unit.benchmarks.reviewed import drawn, ratings


def test_every_row_is_in_one_group() -> None:
    held = hold_out(1000, seed=3)
    assert (held.training.astype(int) + held.validation + held.test == 1).all()


def test_a_fifth_is_tested_and_a_tenth_of_the_rest_validates() -> None:
    held = hold_out(1000, seed=3)
    assert (held.test.sum(), held.validation.sum(), held.training.sum()) == (200, 80, 720)


def test_validation_rows_are_among_those_that_are_fitted_in_the_end() -> None:
    held = hold_out(1000, seed=3)
    assert held.fitted[held.validation].all()
    assert not held.fitted[held.test].any()


def test_a_seed_draws_the_same_rows_again_and_another_seed_others() -> None:
    assert np.array_equal(hold_out(1000, 3).test, hold_out(1000, 3).test)
    assert not np.array_equal(hold_out(1000, 3).test, hold_out(1000, 4).test)


def test_the_last_tenth_of_the_time_line_is_tested_and_the_tenth_before_it_validates() -> None:
    # 100 beers, one reviewed a day, by one user: days 0 to 89 are fitted, and of these 81 to 89 validate.
    rows = ratings([(0, beer, 3) for beer in range(100)], users=1, beers=100, days=range(100))
    held = hold_out_later(rows, tenth=1)
    assert np.flatnonzero(held.test).tolist() == list(range(90, 100))
    assert np.flatnonzero(held.fitted).tolist() == list(range(90))
    assert np.flatnonzero(held.validation).tolist() == list(range(81, 90))
    assert np.flatnonzero(held.training).tolist() == list(range(81))


def test_what_comes_after_an_earlier_tenth_is_neither_fitted_nor_tested() -> None:
    rows = ratings([(0, beer, 3) for beer in range(100)], users=1, beers=100, days=range(100))
    held = hold_out_later(rows, tenth=2)
    assert np.flatnonzero(held.test).tolist() == list(range(80, 90))
    assert np.flatnonzero(held.fitted).tolist() == list(range(80))


def test_later_rows_of_users_unknown_until_then_are_not_tested_nor_do_they_validate() -> None:
    known = [(0, beer, 3.0) for beer in range(100)]
    rows = ratings([*known, (1, 0, 3), (1, 1, 3)], users=2, beers=100, days=[*range(100), 85, 95])
    held = hold_out_later(rows, tenth=1)
    assert held.fitted[100]
    assert not held.validation[100]  # user 1 comes on day 85, when validation rows have begun
    assert held.test[101]  # and is known by day 95
    newcomer = ratings([*known, (1, 1, 3)], users=2, beers=100, days=[*range(100), 95])
    assert not (hold_out_later(newcomer, 1).test | hold_out_later(newcomer, 1).fitted)[100]


def test_no_row_is_fitted_that_is_younger_than_one_tested() -> None:
    rows = drawn(2000, users=100, beers=50)
    for tenth in (1, 2, 3):
        held = hold_out_later(rows, tenth)
        assert rows.day[held.fitted].max() < rows.day[held.test].min()
        assert rows.day[held.training].max() < rows.day[held.validation].min()


def test_reviews_of_one_drop_have_no_times() -> None:
    assert not has_times(ratings([(0, 0, 3), (0, 1, 3)], users=1, beers=2, days=[5, 35]))
    assert has_times(ratings([(0, 0, 3), (0, 1, 3)], users=1, beers=2, days=[5, 36]))


def test_newcomers_are_known_by_fitted_rows_only_and_by_as_many_as_known_users() -> None:
    ratings = drawn(2000, users=100, beers=50)
    held = hold_out(len(ratings), seed=1)
    found = draw_newcomers(ratings, held, seed=1)
    assert held.fitted[found.given].all()
    users, counts = np.unique(ratings.user[found.given], return_counts=True)
    assert (counts == GIVEN).all()
    assert users.tolist() == sorted([*found.newcomers, *found.known])


def test_newcomers_are_one_in_twenty_of_those_who_can_be_asked_about() -> None:
    ratings = drawn(2000, users=100, beers=50)
    held = hold_out(len(ratings), seed=1)
    found = draw_newcomers(ratings, held, seed=1)
    assert len(found.newcomers) == 5
    assert not set(found.newcomers) & set(found.known)
    assert set(found.newcomers) <= set(ratings.user[held.test])
