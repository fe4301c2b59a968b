"""What is known of a user and a beer before the user tries it, as numbers for ranking."""

from __future__ import annotations

from typing import NamedTuple

import factors
import kinds as beer_kinds
import numpy as np
import tensorflow as tf
from factors import Factors, Gaussians, direction
from histories import Histories
from kinds import Kinds
from reviews import Numbers

# Reviews' worth of doubt about how far a user departs from the factors: on a style, on a brewery's beers, by strength.
_DOUBT = 5.0

# The columns, and whose tendency each is.
COLUMNS = {
    "predicted by factors": "user x beer",
    "user's bias": "user",
    "beer's bias": "beer",
    "user's taste for the beer": "user x beer",
    "doubt about the user": "user",
    "doubt about the beer": "beer",
    "bias of its kind": "beer",
    "reviews by the user": "user",
    "reviews of the beer": "beer",
    "spread of the user's scores": "user",
    "spread of the beer's scores": "beer",
    "user on its style": "user x style",
    "user's reviews of its style": "user x style",
    "user on its brewery": "user x brewery",
    "user's reviews of its brewery": "user x brewery",
    "user on its strength": "user x abv",
    "strength": "abv",
    "strength unknown": "abv",
}


class Tried(NamedTuple):
    """Histories, flat: `user` (0 to `users` - 1), `beer` (known ones only) and `score` are [reviews]."""

    user: tf.Tensor
    beer: tf.Tensor
    score: tf.Tensor
    users: tf.Tensor


class Asked(NamedTuple):
    """Pairs of a user and a beer, all [n]: `user` counts as in `Tried`, codes are -1 and abv below 0 where unknown."""

    user: tf.Tensor
    beer: tf.Tensor
    style: tf.Tensor
    brewery: tf.Tensor
    abv: tf.Tensor


class Tendencies(tf.Module):
    """The numbers, from factors and statistics that were fitted on `reviews` and nothing else."""

    def __init__(self, fitted: Factors, reviews: Histories, kinds: Kinds) -> None:
        super().__init__()
        self._factors = fitted
        self._styles, self._breweries = len(kinds.styles), len(kinds.breweries)
        self._abv_mean, self._abv_deviation = kinds.abv_mean, kinds.abv_deviation
        beers = len(kinds.style)
        counts = np.bincount(reviews.beer, minlength=beers)
        self._moments = _kept(fitted.moments())
        self._count = _kept(counts.astype(np.float32))
        self._style, self._brewery = _kept(kinds.style), _kept(kinds.brewery)
        self._strength = _kept(kinds.strength)
        mean = fitted.scores_mean.numpy() + fitted.beers.mean.numpy()[:, 0]
        squares = np.bincount(reviews.beer, weights=(reviews.score - mean[reviews.beer]) ** 2, minlength=beers)
        spread = (squares + _DOUBT * fitted.noise.numpy()) / (counts + _DOUBT)
        self._spread = _kept(spread.astype(np.float32))

    def of(self, tried: Tried, asked: Asked) -> tf.Tensor:
        """[n, columns] of COLUMNS, in their order."""
        mean, noise = self._factors.scores_mean, self._factors.noise
        users = self._users(tried)
        beers, kind = self._beers(asked)
        user = Gaussians(tf.gather(users.mean, asked.user), tf.gather(users.covariance, asked.user))
        toward_beer, toward_user = direction(beers.mean), direction(user.mean)
        taste = _product(user.mean, beers.mean)

        own, theirs = tf.gather(users.mean, tried.user), tf.gather(self._factors.beers.mean, tried.beer)
        beyond_biases = tried.score - mean - own[:, 0] - theirs[:, 0]
        beyond_factors = beyond_biases - _product(own, theirs)
        number = _sum_by_user(tf.ones_like(tried.score), tried)
        spread = (_sum_by_user(beyond_factors**2, tried) + _DOUBT * noise) / (number + _DOUBT)
        on_style, style_number = _alike(
            beyond_biases, tried, tf.gather(self._style, tried.beer), asked, asked.style, self._styles
        )
        on_brewery, brewery_number = _alike(
            beyond_biases, tried, tf.gather(self._brewery, tried.beer), asked, asked.brewery, self._breweries
        )
        strength = self._scaled(asked.abv)
        tried_strength = tf.gather(self._strength, tried.beer)
        by_strength = _sum_by_user(beyond_biases * tried_strength, tried) / (
            _sum_by_user(tried_strength**2, tried) + _DOUBT
        )
        columns = [
            mean + user.mean[:, 0] + beers.mean[:, 0] + taste,
            user.mean[:, 0],
            beers.mean[:, 0],
            taste,
            tf.sqrt(tf.reduce_sum(tf.linalg.matvec(user.covariance, toward_beer) * toward_beer, axis=1)),
            tf.sqrt(tf.reduce_sum(tf.linalg.diag_part(beers.covariance) * toward_user**2, axis=1)),
            kind[:, 0],
            tf.math.log1p(tf.gather(number, asked.user)),
            tf.math.log1p(_known(self._count, asked.beer, 0.0)),
            tf.gather(spread, asked.user),
            _known(self._spread, asked.beer, noise),
            on_style,
            tf.math.log1p(style_number),
            on_brewery,
            tf.math.log1p(brewery_number),
            tf.gather(by_strength, asked.user) * strength,
            strength,
            tf.cast(asked.abv < 0, tf.float32),
        ]
        return tf.stack(columns, axis=1)

    def _users(self, tried: Tried) -> Gaussians:
        moments = _sum_by_user(tf.gather(self._moments, tried.beer), tried)
        x = direction(tf.gather(self._factors.beers.mean, tried.beer))
        centred = (tried.score - self._factors.scores_mean)[:, None]
        return self._factors.users(moments, _sum_by_user(centred * x, tried))

    def _beers(self, asked: Asked) -> tuple[Gaussians, tf.Tensor]:
        """What is known of each asked beer, and of its kind alone, which is all there is of an unknown one."""
        kind = self._factors.expected(asked.style, asked.brewery)
        beers, place = self._factors.beers, tf.maximum(asked.beer, 0)
        is_known = asked.beer >= 0
        return Gaussians(
            tf.where(is_known[:, None], tf.gather(beers.mean, place), kind),
            tf.where(is_known[:, None, None], tf.gather(beers.covariance, place), self._factors.beer_prior),
        ), kind

    def _scaled(self, abv: tf.Tensor) -> tf.Tensor:
        """As kinds.strength."""
        scaled = tf.clip_by_value(
            (abv - self._abv_mean) / self._abv_deviation, -beer_kinds.FARTHEST, beer_kinds.FARTHEST
        )
        return tf.where(abv < 0, 0.0, scaled)


def fitted(reviews: Histories, kinds: Kinds, rank: int, iterations: int, seed: int) -> Tendencies:
    """Tendencies from factors of `reviews`."""
    return Tendencies(factors.fitted(reviews, kinds, rank, iterations, seed), reviews, kinds)


def _alike(
    residual: tf.Tensor, tried: Tried, kind: tf.Tensor, asked: Asked, asked_kind: tf.Tensor, kinds: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """The shrunk mean [n] of the user's residuals on tried beers of the asked kind, and how many [n] these are."""
    key, keys = tried.user * kinds + kind, tried.users * kinds
    sums = tf.math.unsorted_segment_sum(residual, key, keys)
    numbers = tf.math.unsorted_segment_sum(tf.ones_like(residual), key, keys)
    place = tf.where(asked_kind < 0, -1, asked.user * kinds + asked_kind)
    number = _known(numbers, place, 0.0)
    return _known(sums, place, 0.0) / (number + _DOUBT), number


def _sum_by_user(values: tf.Tensor, tried: Tried) -> tf.Tensor:
    return tf.math.unsorted_segment_sum(values, tried.user, tried.users)


def _product(user: tf.Tensor, beer: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(user[:, 1:] * beer[:, 1:], axis=1)


def _known(values: tf.Tensor, places: tf.Tensor, unknown: tf.Tensor | float) -> tf.Tensor:
    """`values` [m] at `places` [n]; `unknown` where a place is below 0."""
    return tf.where(places < 0, unknown, tf.gather(values, tf.maximum(places, 0)))


def _kept(value: tf.Tensor | Numbers) -> tf.Variable:
    return tf.Variable(value, trainable=False)
