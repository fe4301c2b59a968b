"""Which rows are held out: drawn from a seed alone, so that every process draws the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.data.ratings import Flags, Places, Ratings

TEST_SHARE = 0.2
# Of the training rows: what hyper-parameters and epochs are chosen on.
VALIDATION_SHARE = 0.1
NEWCOMER_SHARE = 0.05
# Ratings that a newcomer, and a known user cut to as many, is known by.
GIVEN = 5


@dataclass(frozen=True)
class Holdout:
    """Masks [rows] that share no row and together hold every one."""

    training: Flags
    validation: Flags
    test: Flags

    @property
    def fitted(self) -> Flags:
        """Training and validation rows: what the final models are fitted on."""
        return self.training | self.validation


def hold_out(rows: int, seed: int) -> Holdout:
    """A random 20 % of the rows for the test, and 10 % of the rest for validation."""
    order = np.random.default_rng(seed).permutation(rows)
    tested = round(rows * TEST_SHARE)
    validated = round((rows - tested) * VALIDATION_SHARE)
    test, validation = (np.zeros(rows, np.bool_) for _ in range(2))
    test[order[:tested]] = True
    validation[order[tested : tested + validated]] = True
    return Holdout(~test & ~validation, validation, test)


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
