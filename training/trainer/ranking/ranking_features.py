"""The ranking features: what is known of a user and a beer before the user tries it, block after block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import tensorflow as tf

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.features.base import FeatureBlock, FlatHistories, Queries, State
from trainer.ranking.features.co_occurrence import CoOccurrence
from trainer.ranking.features.factors import Factors
from trainer.ranking.features.habits import Habits
from trainer.ranking.features.residual_effects import ResidualEffects
from trainer.ranking.features.statistics import Statistics

# By the names that the hyper-parameter ranking_features takes.
BLOCKS: Mapping[str, type[FeatureBlock]] = {
    "factors": Factors,
    "residual_effects": ResidualEffects,
    "co_occurrence": CoOccurrence,
    "statistics": Statistics,
    "habits": Habits,
}


@dataclass(frozen=True)
class FeatureMatrix:
    """Ranking features `values` [n, columns], with the names of their columns [columns]."""

    names: tuple[str, ...]
    values: tf.Tensor


class RankingFeatures(tf.Module):
    """The columns of some blocks, all fitted on the same reviews; each goes on from what the last one left."""

    def __init__(self, mean: float, blocks: Sequence[FeatureBlock]) -> None:
        super().__init__()
        self._mean, self.blocks = tf.Variable(mean, trainable=False), list(blocks)

    @classmethod
    def fit(cls, reviews: Histories, attributes: ItemAttributes, config: Hyperparameters) -> Self:
        """Those of the hyper-parameter `ranking_features`, in its order, for `reviews` and nothing else."""
        blocks = [BLOCKS[name].fit(reviews, attributes, config) for name in config.ranking_features]
        return cls(float(reviews.score.mean()), blocks)

    def __call__(self, histories: FlatHistories, queries: Queries) -> FeatureMatrix:
        """The features of `queries`, each user's from their history."""
        state = State.before(histories, queries, self._mean)
        for block in self.blocks:
            state = block(state)
        return FeatureMatrix(tuple(state.columns), tf.stack(list(state.columns.values()), axis=1))


def groups(names: Sequence[str]) -> tuple[str, ...]:
    """The block that each column is of, by the columns' names."""
    block_of = {column: block.replace("_", " ") for block, each in BLOCKS.items() for column in each.names}
    return tuple(block_of[name] for name in names)
