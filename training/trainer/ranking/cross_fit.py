"""Features of ratings that had no part in them: what the network learns from must be what it will be asked about."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories, batches_of_similar_length
from trainer.data.reviews import Floats, Ratings
from trainer.data.split import Split
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.features.base import FlatHistories, Queries
from trainer.ranking.ranking_features import FeatureMatrix, RankingFeatures

_FOLDS = 4
_USERS_AT_ONCE = 2048
# A feature further from its mean than this many deviations counts as this far.
_MOST_DEVIATIONS = 4.0


@dataclass(frozen=True)
class Scale:
    """What makes features of training ratings have mean 0 and deviation 1; all are [columns]."""

    names: tuple[str, ...]
    mean: npt.NDArray[np.float32]
    deviation: npt.NDArray[np.float32]

    def standardise(self, features: FeatureMatrix) -> tf.Tensor:
        """`features` [ratings, columns] in these terms, cut off at 4 deviations.

        Raises
        ------
        ValueError
            Where they are not the features, in the order, that this was fitted to.
        """
        if features.names != self.names:
            raise ValueError(
                f"the features are {', '.join(features.names)}, but the model was fitted to {', '.join(self.names)}: "
                "give it the same ones in the same order"
            )
        scaled = (features.values - self.mean) / self.deviation
        return tf.clip_by_value(scaled, -_MOST_DEVIATIONS, _MOST_DEVIATIONS)


@dataclass(frozen=True)
class CrossFittedFeatures:
    """Features of the ratings that are `learnt` and of validation ratings, standardised, and what computes those of
    any others.

    Tensors of half precision, of which all models that are fitted can have the same.
    """

    learnt: Ratings
    scale: Scale
    training: FeatureMatrix
    validation: FeatureMatrix
    features: RankingFeatures


def cross_fit(split: Split, attributes: ItemAttributes, config: Hyperparameters) -> CrossFittedFeatures:
    """Features for fitting a ranking model.

    Learnt are all training ratings, or those of some users where they are more than the network's steps will see: what
    is beyond that would cost memory and time alone. They are dealt into 4 folds; the features of a fold come from
    blocks and histories of the other three. Leaving out just the rating itself would leak its score: what the mean of
    the others lacks is the rating. The features of validation ratings, and all later ones, come from all that are
    learnt, and from the users' whole histories.
    """
    abv, (training, users) = split.beers.abv, _learnt(split, config)
    final = RankingFeatures.fit(Histories.from_ratings(training, users), attributes, config)
    histories = Histories.from_ratings(split.training, len(split.usernames))
    validation = features_for(split.validation, final, histories, attributes, abv)
    del histories
    fold = np.random.default_rng(config.seed).permutation(len(training)) % _FOLDS
    # Three digits are enough for a network, and these are most of what ranking keeps in memory.
    own = np.empty((len(training), len(validation.names)), np.float16)
    for number in range(_FOLDS):
        others = Histories.from_ratings(training.select(fold != number), users)
        own[fold == number] = features_for(
            training.select(fold == number), RankingFeatures.fit(others, attributes, config), others, attributes, abv
        ).values
    scale = _standardise_in_place(own, validation.names)
    return CrossFittedFeatures(
        training,
        scale,
        replace(validation, values=tf.constant(own)),
        replace(validation, values=tf.cast(scale.standardise(validation), tf.float16)),
        final,
    )


def _learnt(split: Split, config: Hyperparameters) -> tuple[Ratings, int]:
    """The training ratings of users drawn by `seed`, about as many as are in `ranking_steps` batches, and how many
    users these are, who count anew. All where they are no more.
    """
    training, most = split.training, config.ranking_steps * config.ranking_batch
    if len(training) <= most:
        return training, len(split.usernames)
    counts = np.bincount(training.user, minlength=len(split.usernames))
    order = np.random.default_rng(config.seed).permutation(len(counts))
    is_drawn = np.zeros(len(counts), np.bool_)
    is_drawn[order[: 1 + np.searchsorted(np.cumsum(counts[order]), most)]] = True
    place = np.cumsum(is_drawn, dtype=np.int32) - 1
    own = training.select(is_drawn[training.user])
    return replace(own, user=place[own.user]), int(is_drawn.sum())


def features_for(
    ratings: Ratings, features: RankingFeatures, histories: Histories, attributes: ItemAttributes, abv: Floats
) -> FeatureMatrix:
    """The features [ratings, columns] of the users and beers of `ratings`, each user's from their own history."""
    order = np.argsort(ratings.user, kind="stable")
    by_user = ratings.select(order)
    first = np.searchsorted(by_user.user, np.arange(len(histories) + 1))
    values: npt.NDArray[np.float32] | None = None
    asked = np.flatnonzero(np.diff(first))
    of_asked = histories.select(asked)
    for some in batches_of_similar_length(of_asked, _USERS_AT_ONCE, np.diff(first)[asked]):
        users, own = asked[some], of_asked.select(some)
        places = np.concatenate([np.arange(first[user], first[user + 1]) for user in users])
        user, beer = np.searchsorted(users, by_user.user[places]).astype(np.int32), by_user.beer[places]
        matrix = features(
            FlatHistories(*map(tf.constant, (own.user, own.beer, own.score, len(users)))),
            Queries(*map(tf.constant, (user, beer, attributes.style[beer], attributes.brewery[beer], abv[beer]))),
        )
        if values is None:
            values = np.empty((len(ratings), len(matrix.names)), np.float32)
        values[order[places]] = matrix.values
    return replace(matrix, values=values)


def _standardise_in_place(values: npt.NDArray[np.float16], names: tuple[str, ...]) -> Scale:
    """Standardise `values` [ratings, columns] where they are, a column at once."""
    mean, deviation = np.zeros(values.shape[1], np.float32), np.ones(values.shape[1], np.float32)
    for place, kept in enumerate(values.T):
        column = kept.astype(np.float64)
        mean[place] = column.mean()
        deviation[place] = column.std() or 1.0
        kept[:] = np.clip((column - mean[place]) / deviation[place], -_MOST_DEVIATIONS, _MOST_DEVIATIONS)
    return Scale(names, mean, deviation)
