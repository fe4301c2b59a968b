"""How sure a difference is."""

from __future__ import annotations

import numpy as np
import pytest

from taproom.metrics import RECALL_AT_10, RMSE
from trainer.evaluation.bootstrap import UserSums, gains


def recalls(*values: float) -> UserSums:
    return UserSums(np.array(values), np.ones(len(values)))


def test_the_gain_is_the_difference_as_a_share_of_the_other() -> None:
    found = gains({RECALL_AT_10: recalls(1.0, 0.5)}, {RECALL_AT_10: recalls(0.5, 0.5)})[RECALL_AT_10]
    assert (found.candidate, found.other, found.users) == (0.75, 0.5, 2)
    assert found.gain == pytest.approx(0.5)


def test_less_error_is_a_gain_and_errors_are_averaged_over_ratings() -> None:
    counts = np.array([1.0, 3.0])
    candidate, other = UserSums(np.array([0.0, 1.0]), counts), UserSums(np.array([1.0, 3.0]), counts)
    found = gains({RMSE: candidate}, {RMSE: other})[RMSE]
    # The roots of 1 / 4 and 4 / 4.
    assert (found.candidate, found.other, found.gain) == (0.5, 1.0, 0.5)


def test_a_model_beside_itself_differs_by_nothing_for_sure() -> None:
    same = {RECALL_AT_10: recalls(1.0, 0.0, 0.5)}
    found = gains(same, same)[RECALL_AT_10]
    assert (found.gain, found.lower, found.upper) == (0.0, 0.0, 0.0)


def test_bounds_are_those_of_the_normal_distribution_where_users_are_many() -> None:
    chance = np.random.default_rng(4)
    one, other = (chance.random(4000) for _ in range(2))
    found = gains({RECALL_AT_10: recalls(*one)}, {RECALL_AT_10: recalls(*other)})[RECALL_AT_10]
    error = (one - other).std() / np.sqrt(4000) / other.mean()
    # 2.326 standard errors have 1 % of a normal distribution beyond them.
    assert found.lower == pytest.approx(found.gain - 2.326 * error, abs=0.3 * error)
    assert found.upper == pytest.approx(found.gain + 2.326 * error, abs=0.3 * error)


def test_pairs_make_a_difference_surer_than_each_value_is() -> None:
    easy = np.random.default_rng(4).random(400)
    found = gains({RECALL_AT_10: recalls(*(easy + 0.01))}, {RECALL_AT_10: recalls(*easy)})[RECALL_AT_10]
    # All users gain alike, so whoever is drawn, the difference is the same, but for how many are drawn.
    assert found.lower == pytest.approx(found.upper, abs=1e-3)


def test_the_same_numbers_have_the_same_bounds() -> None:
    one, other = {RECALL_AT_10: recalls(1.0, 0.0, 0.5)}, {RECALL_AT_10: recalls(0.5, 0.0, 1.0)}
    assert gains(one, other) == gains(one, other)


def test_users_who_were_not_asked_do_not_count() -> None:
    counts = np.array([1.0, 0.0, 1.0])
    candidate, other = UserSums(np.array([1.0, 0.0, 1.0]), counts), UserSums(np.array([1.0, 0.0, 0.0]), counts)
    found = gains({RECALL_AT_10: candidate}, {RECALL_AT_10: other})[RECALL_AT_10]
    assert (found.candidate, found.other, found.users) == (1.0, 0.5, 2)


def test_nothing_found_by_either_is_no_difference() -> None:
    nothing = {RECALL_AT_10: recalls(0.0, 0.0)}
    assert gains(nothing, nothing)[RECALL_AT_10].gain == 0.0


def test_what_is_not_a_number_stays_so() -> None:
    found = gains({RECALL_AT_10: recalls(np.nan, 1.0)}, {RECALL_AT_10: recalls(0.5, 0.5)})[RECALL_AT_10]
    assert np.isnan([found.gain, found.lower, found.upper]).all()
