"""Ratings parted by time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.training.made_up import dated, interactions
from trainer.data import time_split
from trainer.data.reviews import Ratings
from trainer.data.time_split import split_by_time

# 20 users, one rating a day each for 100 days: the last 10 days are the later ones, the 10 before them validation.
DAILY = dated(
    [1000 + day for day in range(100) for _ in range(20)], *((user, day) for day in range(100) for user in range(20))
)


def days(ratings: Ratings) -> tuple[int, int]:
    return int(ratings.day.min()), int(ratings.day.max())


def test_the_latest_tenth_is_later_and_the_tenth_before_it_is_for_validation() -> None:
    parts = split_by_time(DAILY)
    assert parts
    assert [days(each) for each in (parts.earlier, parts.validation, parts.known, parts.later)] == [
        (1000, 1079), (1080, 1089), (1000, 1089), (1090, 1099),
    ]  # fmt: skip
    assert [len(each) for each in (parts.earlier, parts.validation, parts.known, parts.later)] == [1600, 200, 1800, 200]


def test_of_many_ratings_no_more_than_the_most_are_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_split, "MOST_LATER", 60)
    parts = split_by_time(DAILY)
    assert parts and (days(parts.validation), days(parts.later)) == ((1094, 1096), (1097, 1099))


def test_the_ratings_of_one_day_stay_together() -> None:
    # The latest tenth would begin within the 1500 ratings of day 1050, and then with the day after it.
    busy = replace(DAILY, day=np.where((DAILY.day >= 1020) & (DAILY.day < 1095), 1050, DAILY.day).astype(np.int32))
    lately = split_by_time(busy)
    assert lately is None  # nothing is left between the two cuts
    busy = replace(DAILY, day=np.where(DAILY.day >= 1085, 1099, DAILY.day).astype(np.int32))
    parts = split_by_time(busy)
    assert parts and (days(parts.validation), days(parts.later)) == ((1080, 1084), (1099, 1099))
    assert len(parts.later) == 300


def test_undated_ratings_are_not_parted() -> None:
    assert split_by_time(interactions((0, 1), (1, 1))) is None


@pytest.mark.parametrize(("days_each", "is_parted"), [(30, False), (31, True)])
def test_ratings_of_30_days_or_fewer_are_not_parted(days_each: int, is_parted: bool) -> None:
    day = np.round((DAILY.day - 1000) / 99 * days_each).astype(np.int32)
    assert (split_by_time(replace(DAILY, day=day)) is not None) is is_parted


def test_a_drop_without_times_after_dated_ones_is_not_parted() -> None:
    # All its ratings are of the day of the drop, so that nothing is left between the two cuts.
    half = replace(DAILY, day=np.where(DAILY.day >= 1050, 1200, DAILY.day).astype(np.int32))
    assert split_by_time(half) is None


def test_only_users_who_were_known_before_are_asked() -> None:
    # User 20 comes with the validation ratings, user 21 with the later ones.
    newcomers = dated([1085, 1095, 1095, 1096], (20, 500), (20, 501), (21, 500), (21, 501))
    parts = split_by_time(Ratings.concatenate(DAILY, newcomers))
    assert parts
    assert set(parts.validation.user) == set(range(20))
    assert set(parts.known.user) == set(parts.later.user) == set(range(21))


@pytest.mark.parametrize(("users", "is_parted"), [(9, False), (10, True)])
def test_fewer_than_10_users_can_not_tell_anything(users: int, is_parted: bool) -> None:
    assert (split_by_time(DAILY.select(DAILY.user < users)) is not None) is is_parted


def test_what_later_ratings_say_changes_nothing_that_came_before_them() -> None:
    is_later = DAILY.day >= 1090
    other = replace(
        DAILY,
        beer=np.where(is_later, 7, DAILY.beer).astype(np.int32),
        score=np.where(is_later, 0, DAILY.score).astype(np.float32),
    )
    honest, tampered = split_by_time(DAILY), split_by_time(other)
    assert honest and tampered and set(tampered.later.beer) == {7}
    for name in ("earlier", "validation", "known"):
        one, two = getattr(honest, name), getattr(tampered, name)
        for column in ("user", "beer", "score", "day"):
            assert np.array_equal(getattr(one, column), getattr(two, column))
