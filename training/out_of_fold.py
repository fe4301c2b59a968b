"""Tendencies of rows that had no part in them: what the network learns from must be what it will be asked about."""

from __future__ import annotations

from dataclasses import dataclass

import histories
import numpy as np
import numpy.typing as npt
import tendencies
import tensorflow as tf
from histories import Histories
from hyperparameters import Hyperparameters
from kinds import Kinds
from reviews import Numbers, Rows
from split import Split
from tendencies import COLUMNS, Asked, Tendencies, Tried

_FOLDS = 4
_USERS_AT_ONCE = 2048


@dataclass(frozen=True)
class Known:
    """Tendencies [rows, columns] of training and validation rows, and what computes those of any others."""

    training: npt.NDArray[np.float32]
    validation: npt.NDArray[np.float32]
    tendencies: Tendencies


def known(split: Split, kinds: Kinds, chosen: Hyperparameters) -> Known:
    """Tendencies for fitting a ranking model.

    Training rows are dealt into 4 folds; those of a fold come from factors, statistics and histories of the other
    three. Leaving out just the row itself would leak its score: what the mean of the others lacks is the row.
    Those of validation rows, and all later ones, come from all training rows.
    """
    users, training, abv = len(split.usernames), split.training, split.beers.abv
    fold = np.random.default_rng(chosen.seed).permutation(len(training)) % _FOLDS
    own = np.empty((len(training), len(COLUMNS)), np.float32)
    for number in range(_FOLDS):
        others = histories.of_rows(training.where(fold != number), users)
        fitted = tendencies.fitted(others, kinds, chosen.factors_rank, chosen.factors_iterations, chosen.seed)
        own[fold == number] = of_rows(fitted, others, training.where(fold == number), kinds, abv)
    all_rows = histories.of_rows(training, users)
    fitted = tendencies.fitted(all_rows, kinds, chosen.factors_rank, chosen.factors_iterations, chosen.seed)
    return Known(own, of_rows(fitted, all_rows, split.validation, kinds, abv), fitted)


def of_rows(fitted: Tendencies, known: Histories, rows: Rows, kinds: Kinds, abv: Numbers) -> npt.NDArray[np.float32]:
    """Tendencies [rows, columns], each user's from their history in `known`."""
    order = np.argsort(rows.user, kind="stable")
    by_user = rows.where(order)
    found = np.empty((len(rows), len(COLUMNS)), np.float32)
    for first in range(0, len(known), _USERS_AT_ONCE):
        users = np.arange(first, min(first + _USERS_AT_ONCE, len(known)))
        tried = known.of(users)
        begin, end = np.searchsorted(by_user.user, [first, first + len(users)])
        user, beer = by_user.user[begin:end] - np.int32(first), by_user.beer[begin:end]
        asked = (user, beer, kinds.style[beer], kinds.brewery[beer], abv[beer])
        found[order[begin:end]] = fitted.of(
            Tried(*map(tf.constant, (tried.user, tried.beer, tried.score, len(users)))),
            Asked(*map(tf.constant, asked)),
        )
    return found
