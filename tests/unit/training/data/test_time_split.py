"""Ratings parted by time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.training.made_up import dated, interactions
from trainer.data import time_split
from trainer.data.reviews import Ratings
from trainer.data.time_split import split_by_time, windows

# 20 users, one rating a day each for 100 days: the last 10 days are the later ones.
DAILY = dated(
    [1000 + day for day in range(100) for _ in range(20)], *((user, day) for day in range(100) for user in range(20))
)


def days(ratings: Ratings) -> tuple[int, int]:
    return int(ratings.day.min()), int(ratings.day.max())


def test_the_latest_tenth_is_later() -> None:
    parts = split_by_time(DAILY)
    assert parts
    assert [days(each) for each in (parts.earlier, parts.later)] == [(1000, 1089), (1090, 1099)]
    assert [len(each) for each in (parts.earlier, parts.later)] == [1800, 200]


def test_of_many_ratings_no_more_than_the_most_are_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_split, "_MOST_LATER", 60)
    parts = split_by_time(DAILY)
    assert parts and days(parts.later) == (1097, 1099)


def test_the_ratings_of_one_day_stay_together() -> None:
    busy = replace(DAILY, day=np.where(DAILY.day >= 1085, 1099, DAILY.day).astype(np.int32))
    parts = split_by_time(busy)
    assert parts and (days(parts.earlier), days(parts.later)) == ((1000, 1084), (1099, 1099))
    assert len(parts.later) == 300


def test_undated_ratings_are_not_parted() -> None:
    assert split_by_time(interactions((0, 1), (1, 1))) is None


@pytest.mark.parametrize(("days_each", "is_parted"), [(30, False), (31, True)])
def test_ratings_of_30_days_or_fewer_are_not_parted(days_each: int, is_parted: bool) -> None:
    day = np.round((DAILY.day - 1000) / 99 * days_each).astype(np.int32)
    assert (split_by_time(replace(DAILY, day=day)) is not None) is is_parted


def test_only_users_who_were_known_before_are_asked() -> None:
    # User 20 comes with the earlier ratings, user 21 with the later ones.
    newcomers = dated([1085, 1095, 1095, 1096], (20, 500), (20, 501), (21, 500), (21, 501))
    parts = split_by_time(Ratings.concatenate(DAILY, newcomers))
    assert parts
    assert set(parts.earlier.user) == set(parts.later.user) == set(range(21))


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
    for column in ("user", "beer", "score", "day"):
        assert np.array_equal(getattr(honest.earlier, column), getattr(tampered.earlier, column))


def test_windows_are_the_five_latest_tenths_with_their_new_users() -> None:
    found = list(windows(DAILY.select((DAILY.user < 19) | (DAILY.day >= 1065))))
    assert [days(each.later)[1] + 1 for each in found[:-1]] == [days(each.later)[0] for each in found[1:]]
    assert [days(each.earlier)[1] + 1 for each in found] == [days(each.later)[0] for each in found]
    assert days(found[-1].later) == (1090, 1099)
    # Nineteen users a day before day 1065, and one more from then on.
    assert 19 not in found[1].earlier.user and 19 in found[1].later.user


def test_without_times_there_are_no_windows() -> None:
    assert list(windows(interactions((0, 1), (1, 1)))) == []
    assert list(windows(replace(DAILY, day=np.full(len(DAILY), 7, np.int32)))) == []
