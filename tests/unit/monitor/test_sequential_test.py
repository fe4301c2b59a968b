"""Which of two groups does better, however often somebody looks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.sequential_test import claims
from monitor.sequential_test import ALPHA, LEAST_USERS, Group, difference, half_width


def group(*users: tuple[float, float]) -> Group:
    """Users with so many answers and outcomes each."""
    answers, outcomes = np.array(users).T
    return Group(answers, outcomes)


def test_a_rate_is_that_of_all_answers_and_its_variance_that_of_users() -> None:
    found = group((1, 1), (3, 1))
    assert found.rate == 0.5
    # Residuals 1 - 0.5 and 1 - 1.5, over 2 answers a user: 0.25 and -0.25, of variance 0.125, by 2 users.
    assert found.variance == pytest.approx(0.0625)


def test_an_interval_is_wider_than_one_for_a_single_look_and_narrows_with_users() -> None:
    # By hand: rho^2 = (5.9915 + log(5.9915) + 1) / 2,000 = 0.0043909, 2,000 rho^2 + 1 = 9.78182.
    expected = math.sqrt(2 * 9.78182 / (2000 * 8.78182) * 0.25 * math.log(math.sqrt(9.78182) / 0.05))
    assert half_width(0.25 / 2000, 2000) == pytest.approx(expected, rel=1e-4)
    assert half_width(0.25 / 2000, 2000) > 1.96 * math.sqrt(0.25 / 2000)
    assert half_width(0.25 / 8000, 8000) < half_width(0.25 / 2000, 2000)


def test_too_few_users_say_nothing() -> None:
    few, enough = group(*[(1, 1)] * (LEAST_USERS - 1)), group(*[(1, 0)] * LEAST_USERS)
    assert difference(few, enough) is None
    assert difference(enough, few) is None
    assert difference(enough, enough) is not None


def test_a_group_that_is_clearly_worse_is_told_from_the_other_by_its_sign() -> None:
    worse, better = group(*[(2, 0), (2, 1)] * 200), group(*[(2, 1), (2, 2)] * 200)
    found = difference(worse, better)
    assert found is not None and found.value == -0.5 and found.is_less and not found.is_more
    turned = difference(better, worse)
    assert turned is not None and turned.is_more and turned.lower == pytest.approx(-found.upper)


def test_equal_groups_are_told_apart_in_few_cases_however_often_somebody_looks() -> None:
    assert len(claims(0.1, 0, 200, 2000, 100)) <= 200 * ALPHA


def test_a_group_that_is_ten_percent_worse_is_found() -> None:
    assert len(claims(0.3, 0.1, 20, 10_000, 1000)) >= 18
