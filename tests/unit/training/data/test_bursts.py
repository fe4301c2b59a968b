"""Accounts that give nothing but extreme scores in a day are left out, and people who like much are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.data.review_file import prepare
from tests.prerequisites import BEERADVOCATE_5500
from trainer.data import bursts, reviews
from trainer.data.burst_rule import LEAST_ALONE, LEAST_TOGETHER, MOST_ALIKE
from trainer.data.bursts import find_bursts, without_bursts
from trainer.data.reviews import Ratings, Reviews


def ratings(*rows: tuple[int, int, float, int]) -> Ratings:
    """Of (user, beer, score, day)."""
    user, beer, score, day = (np.array(column) for column in zip(*rows, strict=True))
    return Ratings(user.astype(np.int32), beer.astype(np.int32), score.astype(np.float32), day.astype(np.int32))


def others(users: int = 30) -> list[tuple[int, int, float, int]]:
    """People with scores from 1 to 5, one beer a day."""
    return [(1000 + user, beer, 1 + (user + beer) % 5, beer) for user in range(users) for beer in range(10)]


def bursting(*rows: tuple[int, int, float, int]) -> set[int]:
    """The users whose ratings are of a burst."""
    given = ratings(*rows, *others())
    return set(given.user[find_bursts(given)[0]].tolist())


@pytest.mark.parametrize("score", [1.0, 5.0])
def test_an_account_that_gives_twenty_extreme_scores_in_a_day_is_a_burst(score: float) -> None:
    assert bursting(*((1, beer, score, 7) for beer in range(LEAST_ALONE))) == {1}
    assert bursting(*((1, beer, score, 7) for beer in range(LEAST_ALONE - 1))) == set()


def test_over_many_days_it_is_somebody_who_is_hard_to_please() -> None:
    assert bursting(*((1, beer, 1.0, beer) for beer in range(100))) == set()


def test_two_other_scores_of_twenty_are_an_opinion() -> None:
    assert bursting(*((1, beer, 5.0 if beer > 1 else 3.0, 7) for beer in range(LEAST_ALONE))) == set()
    # One of twenty is not.
    assert bursting(*((1, beer, 5.0 if beer > 0 else 3.0, 7) for beer in range(LEAST_ALONE))) == {1}


def test_many_small_accounts_that_do_so_with_the_same_beer_are_one_burst() -> None:
    crowd = [
        (user, beer, 1.0, 7)
        for user in range(MOST_ALIKE)
        for beer in (500, *range(10 * user, 10 * user + LEAST_TOGETHER - 1))
    ]
    assert bursting(*crowd) == set(range(MOST_ALIKE))
    assert bursting(*crowd[LEAST_TOGETHER:]) == set()
    # On days of their own they are no crowd.
    assert bursting(*((user, beer, score, 100 + user) for user, beer, score, _ in crowd)) == set()


def test_what_is_left_out_is_counted_and_all_else_stays() -> None:
    given = ratings(*((1, beer, 1.0, 7) for beer in range(LEAST_ALONE)), *((1, 50, 3.0, 8),), *others())
    users, beers = np.arange(2000).astype(object), np.zeros(0, object)
    known = Reviews(users, beers, given)  # type: ignore[arg-type]
    left, found = without_bursts(known)
    assert (found.accounts, found.reviews, found.lowest) == (1, LEAST_ALONE, 1)
    assert len(left.ratings) == len(given) - LEAST_ALONE
    assert left.ratings.user.tolist().count(1) == 1


def test_where_everybody_gives_the_same_score_nobody_is_a_burst() -> None:
    given = ratings(*((user, beer, 4.0, 7) for user in range(5) for beer in range(30)))
    assert not find_bursts(given)[0].any()


def test_on_real_reviews_there_is_none(tmp_path: Path) -> None:
    prepare(BEERADVOCATE_5500.required(), tmp_path)
    _, found = without_bursts(reviews.read(tmp_path))
    assert found.reviews == 0


def test_bursts_are_the_same_however_few_ratings_are_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [*((user, 7, 1.0, 3) for user in range(MOST_ALIKE)), *((50, beer, 5.0, 3) for beer in range(LEAST_ALONE))]
    rows += [(user, 100 + beer, 1.0, 3) for user in range(MOST_ALIKE) for beer in range(LEAST_TOGETHER)]
    given = ratings(*rows, *others())
    shuffled = given.select(np.random.default_rng(1).permutation(len(given)))
    whole = [[flags.tolist() for flags in find_bursts(each)] for each in (given, shuffled)]
    assert sum(whole[0][0]) == len(rows)
    monkeypatch.setattr(bursts, "_RATINGS_AT_ONCE", 7)
    assert [[flags.tolist() for flags in find_bursts(each)] for each in (given, shuffled)] == whole
