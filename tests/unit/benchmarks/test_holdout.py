"""Which rows are held out."""

from __future__ import annotations

import numpy as np

from benchmarks.data.holdout import GIVEN, draw_newcomers, hold_out
from tests.unit.benchmarks.reviewed import drawn


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
