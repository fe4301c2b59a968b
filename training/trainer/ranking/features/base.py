"""What a block of ranking features is given, and what the blocks together return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

import tensorflow as tf


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


class Feature(NamedTuple):
    """One column: `values` [n], and the `group` of features that it belongs to, by what it is about."""

    group: str
    values: tf.Tensor


@dataclass(frozen=True)
class FeatureMatrix:
    """Ranking features `values` [n, columns], with the names and the groups of their columns [columns]."""

    names: tuple[str, ...]
    groups: tuple[str, ...]
    values: tf.Tensor

    @classmethod
    def from_columns(cls, columns: Mapping[str, Feature]) -> Self:
        """The columns side by side, in their order, by name."""
        groups = tuple(feature.group for feature in columns.values())
        return cls(tuple(columns), groups, tf.stack([feature.values for feature in columns.values()], axis=1))
