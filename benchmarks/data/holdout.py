"""Which rows are held out: drawn from a seed alone, so that every process draws the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.data.ratings import Flags, Places, Ratings

TEST_SHARE = 0.2
# Of the training rows: what hyper-parameters and epochs are chosen on.
VALIDATION_SHARE = 0.1
# Of the time line, where it is cut into earlier and later rows.
LATEST_SHARE = 0.1
# That are tested one after the other: before the earliest of them must be enough to fit.
MOST_TENTHS = 5
_LEAST_DAYS = 30
NEWCOMER_SHARE = 0.05
# Ratings that a newcomer, and a known user cut to as many, is known by.
GIVEN = 5


@dataclass(frozen=True)
class Holdout:
    """Masks [rows]: `training` and `validation` share no row, nor do `fitted` and `test`.

    `fitted`, which holds training and validation rows, is what the final models are fitted on.
    """

    training: Flags
    validation: Flags
    fitted: Flags
    test: Flags


def hold_out(rows: int, seed: int) -> Holdout:
    """A random 20 % of the rows for the test, and 10 % of the rest for validation."""
    order = np.random.default_rng(seed).permutation(rows)
    tested = round(rows * TEST_SHARE)
    validated = round((rows - tested) * VALIDATION_SHARE)
    test, validation = (np.zeros(rows, np.bool_) for _ in range(2))
    test[order[:tested]] = True
    validation[order[tested : tested + validated]] = True
    return Holdout(~test & ~validation, validation, ~test, test)


def hold_out_later(ratings: Ratings, tenth: int) -> Holdout:
    """A tenth of the time line for the test, 1 for the last, 2 for the one before it; the tenth before validates.

    Of both only the rows of users with an earlier one: a later row of anybody else is in neither. What comes after
    the tenth is in nothing.
    """
    first_day, last_day = _tenth(ratings, np.ones(len(ratings), np.bool_), tenth)
    fitted = ratings.day < first_day
    validation_begins, _ = _tenth(ratings, fitted, 1)
    training = fitted & (ratings.day < validation_begins)
    return Holdout(
        training,
        _of_known(ratings, training, fitted & ~training),
        fitted,
        _of_known(ratings, fitted, (ratings.day >= first_day) & (ratings.day < last_day)),
    )


def has_times(ratings: Ratings) -> bool:
    """Whether the rows spread over more than 30 days: those without a time all have that of one drop."""
    return bool(np.ptp(ratings.day) > _LEAST_DAYS)


def _tenth(ratings: Ratings, among: Flags, tenth: int) -> tuple[float, float]:
    """The days on which that tenth of the rows of a mask begins, and on which what follows it does."""
    days = ratings.day[among]
    begins, ends = np.quantile(days, [1 - tenth * LATEST_SHARE, 1 - (tenth - 1) * LATEST_SHARE], method="higher")
    return float(begins), float(ends) + (tenth == 1)


def _of_known(ratings: Ratings, before: Flags, later: Flags) -> Flags:
    """Those of the `later` rows whose users have rows `before`: masks, all [rows]."""
    return later & (np.bincount(ratings.user[before], minlength=ratings.users) > 0)[ratings.user]


@dataclass(frozen=True)
class Newcomers:
    """`newcomers` and `known` are user codes, sorted; `given` are the places of GIVEN fitted rows of each of both."""

    newcomers: Places
    known: Places
    given: Places


def draw_newcomers(ratings: Ratings, held: Holdout, seed: int) -> Newcomers:
    """5 % of those users who have at least 5 fitted rows and a test row; the others of these are `known`."""
    fitted = np.flatnonzero(held.fitted)
    counts = np.bincount(ratings.user[fitted], minlength=ratings.users)
    tested = np.bincount(ratings.user[held.test], minlength=ratings.users)
    able = np.flatnonzero((counts >= GIVEN) & (tested > 0))
    random = np.random.default_rng((seed, 1))
    chosen = np.zeros(ratings.users, np.bool_)
    chosen[random.choice(able, max(1, round(len(able) * NEWCOMER_SHARE)), replace=False)] = True
    shuffled = random.permutation(fitted)
    by_user = shuffled[np.argsort(ratings.user[shuffled], kind="stable")]
    first = np.concatenate([[0], np.cumsum(counts)])
    place = np.arange(len(by_user)) - first[ratings.user[by_user]]
    is_able = np.isin(ratings.user[by_user], able)
    return Newcomers(able[chosen[able]], able[~chosen[able]], np.sort(by_user[is_able & (place < GIVEN)]))
