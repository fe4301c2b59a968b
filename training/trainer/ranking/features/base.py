"""What a block of ranking features is, and what it hands on to the next one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

import tensorflow as tf

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.hyperparameters import Hyperparameters


class FlatHistories(NamedTuple):
    """Reviews of known beers, flat: `user` (0 to `users` - 1), `beer` and `score` are [reviews]."""

    user: tf.Tensor
    beer: tf.Tensor
    score: tf.Tensor
    users: tf.Tensor

    def sum_by_user(self, values: tf.Tensor) -> tf.Tensor:
        """[users, …] of `values` [reviews, …]."""
        return tf.math.unsorted_segment_sum(values, self.user, self.users)


class Queries(NamedTuple):
    """Which user is asked about which beer, all [n].

    `user` counts as in the histories; ids are -1, and abv is below 0, where they are not known.
    """

    user: tf.Tensor
    beer: tf.Tensor
    style: tf.Tensor
    brewery: tf.Tensor
    abv: tf.Tensor


@dataclass(frozen=True)
class State:
    """What is known after some blocks.

    Of the queries the score that is `expected` [n] and the `columns`, by name, each [n]; of the histories the
    `residual` [reviews], what is left of the scores beyond what is expected of them, and how much each review counts,
    its `weight` [reviews].
    """

    histories: FlatHistories
    queries: Queries
    expected: tf.Tensor
    residual: tf.Tensor
    weight: tf.Tensor
    columns: Mapping[str, tf.Tensor] = field(default_factory=dict)

    @classmethod
    def before(cls, histories: FlatHistories, queries: Queries, mean: tf.Tensor) -> Self:
        """Before the first block: the `mean` score is expected of everybody, and all reviews count alike."""
        expected = tf.fill(tf.shape(queries.user), mean)
        return cls(histories, queries, expected, histories.score - mean, tf.ones_like(histories.score))

    def with_columns(self, names: Sequence[str], columns: Sequence[tf.Tensor]) -> State:
        """The same with more columns; there are as many `names`."""
        return replace(self, columns={**self.columns, **dict(zip(names, columns, strict=True))})


class FeatureBlock(tf.Module, ABC):
    """Some columns of the ranking features, and what they are found from.

    `names` are the columns', in order. All that `fit` keeps for serving are variables.
    """

    names: tuple[str, ...]

    @classmethod
    @abstractmethod
    def fit(cls, reviews: Histories, attributes: ItemAttributes, config: Hyperparameters) -> Self:
        """The block for `reviews` and nothing else: those that it is asked about must not be among them."""

    @abstractmethod
    def __call__(self, state: State) -> State:
        """`state` with the block's columns; its residuals and weights are passed on, or made better."""


def gather_known(table: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
    """Rows of `table` [rows, …] at `ids` [n]; 0 where an id is below 0."""
    rows, known = tf.gather(table, tf.maximum(ids, 0)), ids >= 0
    return tf.where(known if rows.shape.rank == 1 else known[:, None], rows, 0.0)
