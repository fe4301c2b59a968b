"""Retrieval on ratings of a later time, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from taproom.metrics import RECALL_AT_10, RECALL_AT_100
from tests.unit.training.made_up import dated
from trainer.data.reviews import Ratings
from trainer.evaluation.future import measure_future

# Beer 0 was popular long ago, beer 1 a fortnight ago, beer 2 in the last week.
OLD = [(user, 0) for user in range(2, 8)]
MONTH = [(user, 1) for user in range(2, 7)]
WEEK = [(user, 2) for user in range(2, 6)]
EARLIER = dated(
    [100, 100, *[900] * 6, *[986] * 5, *[995] * 4], (0, 30), (1, 31), *OLD, *MONTH, *WEEK
)  # fmt: skip
LATER = dated([1000, 1003], (0, 2), (1, 40))


def test_lists_are_measured_on_later_ratings_without_what_a_user_knew() -> None:
    lists = np.array([[30, 2], [7, 8]], np.int32)
    found = measure_future(np.array([0, 1], np.int32), lists, EARLIER, LATER, beers=50)
    assert (found.first_day, found.users, found.reviews) == (1000, 2, 2)
    assert found.candidate[RECALL_AT_10] == 0.5


def test_the_difference_from_popularity_has_the_standard_error_of_its_mean_over_users() -> None:
    nothing = np.full((2, 1), -1, np.int32)
    found = measure_future(np.array([0, 1], np.int32), nothing, EARLIER, LATER, beers=50)
    # The week's popularity finds beer 2, so the differences are -1 and 0: .5 / sqrt(2).
    assert found.standard_errors["popularity_7_days"][RECALL_AT_10] == pytest.approx(0.35355, abs=1e-5)


def test_popularity_looks_at_its_window_alone_and_all_time_popularity_breaks_ties() -> None:
    many = dated([995] * 12 + [100] * 3, *[(2, beer) for beer in range(5, 17)], *[(user, 3) for user in (4, 5, 6)])
    earlier = Ratings.concatenate(many, dated([999, 999, 100], (3, 4), (4, 4), (0, 30)))
    later = dated([1000], (0, 3))
    lists = np.full((1, 1), -1, np.int32)
    found = measure_future(np.array([0], np.int32), lists, earlier, later, beers=50).baselines
    # Of all time beer 3 is first; in the week it comes after 13 others, in front of all that nobody reviewed then.
    assert found["popularity"][RECALL_AT_10] == 1.0
    assert found["popularity_7_days"][RECALL_AT_10] == 0.0
    assert found["popularity_7_days"][RECALL_AT_100] == 1.0


@pytest.mark.parametrize(("day", "found_in_week"), [(993, True), (992, False)])
def test_a_window_ends_where_the_later_ratings_begin(day: int, found_in_week: bool) -> None:
    filler = [(2, beer) for beer in range(10, 20)]
    earlier = dated([999] * 10 + [day] * 3 + [100], *filler, *[(user, 3) for user in (4, 5, 6)], (0, 30))
    later = dated([1000], (0, 3))
    found = measure_future(np.array([0], np.int32), np.full((1, 1), -1, np.int32), earlier, later, beers=50)
    assert (found.baselines["popularity_7_days"][RECALL_AT_10] == 1.0) is found_in_week
