"""Tendencies of rows that had no part in them: what the network learns from must be what it will be asked about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.data import histories
from trainer.data.attributes import Kinds
from trainer.data.histories import Histories, alike_long
from trainer.data.reviews import Numbers, Rows
from trainer.data.split import Split
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.features import co_occurrence
from trainer.ranking.features import ranking_features as tendencies
from trainer.ranking.features.ranking_features import COLUMNS, Asked, Tendencies, Tried

_FOLDS = 4
_USERS_AT_ONCE = 2048
# A number further from its mean than this many deviations counts as this far.
_FARTHEST = 4.0


@dataclass(frozen=True)
class Scale:
    """What makes tendencies of training rows have mean 0 and deviation 1; both [columns]."""

    mean: npt.NDArray[np.float32]
    deviation: npt.NDArray[np.float32]

    def of(self, numbers: tf.Tensor) -> tf.Tensor:
        """`numbers` [rows, columns] in these terms, cut off at 4 deviations."""
        return tf.clip_by_value((numbers - self.mean) / self.deviation, -_FARTHEST, _FARTHEST)


@dataclass(frozen=True)
class Known:
    """Tendencies [rows, columns] of training and validation rows, scaled, and what computes those of any others.

    Tensors of half precision, of which all models that are fitted can have the same.
    """

    scale: Scale
    training: tf.Tensor
    validation: tf.Tensor
    tendencies: Tendencies


def known(split: Split, kinds: Kinds, chosen: Hyperparameters) -> Known:
    """Tendencies for fitting a ranking model.

    Training rows are dealt into 4 folds; those of a fold come from factors, statistics and histories of the other
    three. Leaving out just the row itself would leak its score: what the mean of the others lacks is the row.
    Those of validation rows, and all later ones, come from all training rows.
    """
    users, training, abv = len(split.usernames), split.training, split.beers.abv
    all_rows = histories.of_rows(training, users)
    # Scores have no part in them, so they may know every row.
    vectors = co_occurrence.vectors(all_rows, len(split.beers))

    def fitted(on: Histories) -> Tendencies:
        return tendencies.fitted(on, kinds, vectors, chosen.factors_rank, chosen.factors_iterations, chosen.seed)

    fold = np.random.default_rng(chosen.seed).permutation(len(training)) % _FOLDS
    # Three digits are enough for a network, and these are most of what ranking keeps in memory.
    own = np.empty((len(training), len(COLUMNS)), np.float16)
    for number in range(_FOLDS):
        others = histories.of_rows(training.where(fold != number), users)
        own[fold == number] = of_rows(fitted(others), others, training.where(fold == number), kinds, abv)
    scale = _scaled(own)
    final = fitted(all_rows)
    validation = tf.cast(scale.of(of_rows(final, all_rows, split.validation, kinds, abv)), tf.float16)
    return Known(scale, tf.constant(own), validation, final)


def _scaled(numbers: npt.NDArray[np.float16]) -> Scale:
    """Scale `numbers` [rows, columns] where they are, a column at once."""
    mean, deviation = np.zeros(numbers.shape[1], np.float32), np.ones(numbers.shape[1], np.float32)
    for place, kept in enumerate(numbers.T):
        column = kept.astype(np.float64)
        mean[place] = column.mean()
        deviation[place] = column.std() or 1.0
        kept[:] = np.clip((column - mean[place]) / deviation[place], -_FARTHEST, _FARTHEST)
    return Scale(mean, deviation)


def of_rows(fitted: Tendencies, known: Histories, rows: Rows, kinds: Kinds, abv: Numbers) -> npt.NDArray[np.float32]:
    """Tendencies [rows, columns], each user's from their history in `known`."""
    order = np.argsort(rows.user, kind="stable")
    by_user = rows.where(order)
    first = np.searchsorted(by_user.user, np.arange(len(known) + 1))
    found = np.empty((len(rows), len(COLUMNS)), np.float32)
    for users in alike_long(known, _USERS_AT_ONCE, np.diff(first)):
        tried = known.of(users)
        places = np.concatenate([np.arange(first[user], first[user + 1]) for user in users])
        user, beer = np.searchsorted(users, by_user.user[places]).astype(np.int32), by_user.beer[places]
        asked = (user, beer, kinds.style[beer], kinds.brewery[beer], abv[beer])
        found[order[places]] = fitted.of(
            Tried(*map(tf.constant, (tried.user, tried.beer, tried.score, len(users)))),
            Asked(*map(tf.constant, asked)),
        )
    return found
