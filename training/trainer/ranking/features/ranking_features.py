"""What is known of a user and a beer before the user tries it, as numbers for ranking."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

from trainer.data import attributes as beer_kinds
from trainer.data.attributes import Kinds
from trainer.data.histories import Histories
from trainer.data.reviews import Numbers
from trainer.ranking.features import co_occurrence, factors
from trainer.ranking.features import residual_effects as departures
from trainer.ranking.features import statistics as beer_statistics
from trainer.ranking.features.co_occurrence import PLACE, POWERS
from trainer.ranking.features.factors import Factors, Gaussians, direction, known_rows, variance
from trainer.ranking.features.statistics import DOUBT, HIGH, LOW

# Reviews' worth of doubt about how far a user departs from the factors: on a style, on a brewery's beers, on the beers
# of one style by one brewery; and, for a deviation of 1, by strength and by how good the beer is.
_STYLE_DOUBT, _BREWERY_DOUBT, _BOTH_DOUBT = 30.0, 10.0, 10.0
_STRENGTH_DOUBT, _QUALITY_DOUBT = 30.0, 6.0
# Of scores between two whole points, before the user's first one.
_HALF_SHARE = 0.5

# The columns, and whose tendency each is.
COLUMNS = {
    "predicted": "user x beer",
    "predicted by factors": "user x beer",
    "user's bias": "user",
    "beer's bias": "beer",
    "user's taste for the beer": "user x beer",
    "doubt about the user": "user",
    "doubt about the beer": "beer",
    "bias of its kind": "beer",
    "noise of the user's scores": "user",
    "reviews of the beer": "beer",
    "spread of the beer's scores": "beer",
    "beer's low scores": "beer",
    "beer's high scores": "beer",
    "bias of the beer's users": "beer's users",
    "reviews by the beer's users": "beer's users",
    "user on its style": "user x style",
    "user's reviews of its style": "user x style",
    "user on its brewery": "user x brewery",
    "user's reviews of its brewery": "user x brewery",
    "user on its style by its brewery": "user x brewery",
    "user's reviews of its style by its brewery": "user x brewery",
    "user on its strength": "user x abv",
    "strength": "abv",
    "strength unknown": "abv",
    "user on its quality": "user x beer",
    **{
        f"{what} beers like it, to the power {power}": "user x beers like it"
        for power in POWERS
        for what in ("user on", "user's")
    },
    "reviews by the user": "user",
    "user's low scores": "user",
    "user's high scores": "user",
    "user's half points": "user",
    "strength of the user's beers": "user's beers",
    "bias of the user's beers": "user's beers",
    "reviews of the user's beers": "user's beers",
    **{f"co-occurrence of the user's beers, {place}": "user's beers" for place in range(1, PLACE + 1)},
    **{f"co-occurrence of the beer, {place}": "beer's users" for place in range(1, PLACE + 1)},
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


class _Departures(NamedTuple):
    """How a user departs from the factors, by what the beers have in common."""

    left: tf.Tensor  # of the scores of the tried beers [reviews], what is still not explained
    kinds: list[tf.Tensor]  # on style, brewery and both: the departure [n] and its number of reviews (log1p) [n]
    strength: tf.Tensor  # [n]
    quality: tf.Tensor  # [n]

    @property
    def total(self) -> tf.Tensor:
        return tf.add_n([*self.kinds[::2], self.strength, self.quality])


class Tendencies(tf.Module):
    """The numbers, from factors and statistics that were fitted on `reviews` and nothing else.

    `vectors` [beers, 64] are those of co_occurrence.py.
    """

    def __init__(self, fitted: Factors, reviews: Histories, kinds: Kinds, vectors: Numbers) -> None:
        super().__init__()
        self._factors = fitted
        self._styles, self._breweries = len(kinds.styles) + 1, len(kinds.breweries) + 1  # with the unknown
        self._abv_mean, self._abv_deviation = kinds.abv_mean, kinds.abv_deviation
        self._moments = _kept(fitted.moments())
        self._style, self._brewery = _kept(kinds.style), _kept(kinds.brewery)
        self._strength = _kept(kinds.strength)
        self._vectors, self._places = _kept(vectors), _kept(co_occurrence.unit(vectors[:, :PLACE]))
        mean = fitted.scores_mean.numpy() + fitted.beers.mean.numpy()[:, 0]
        self._statistics, self._no_statistics = beer_statistics.of_reviews(
            reviews, mean, fitted.users_bias.numpy(), float(fitted.noise.numpy())
        )
        self._usual_bias = float(fitted.beers.mean.numpy()[:, 0].mean())

    def of(self, tried: Tried, asked: Asked) -> tf.Tensor:
        """[n, columns] of COLUMNS, in their order."""
        users, noise, weight = self._factors.users(tf.gather(self._moments, tried.beer), *tried)
        user = Gaussians(tf.gather(users.mean, asked.user), tf.gather(users.covariance, asked.user))
        beers, kind = self._beers(asked)
        taste = _product(user.mean, beers.mean)
        expected = self._factors.scores_mean + user.mean[:, 0] + beers.mean[:, 0] + taste
        departed = self._departures(tried, asked, users, beers, weight)
        statistics = self._statistics.at(asked.beer, self._no_statistics)
        numbers = [
            expected + departed.total,
            expected,
            user.mean[:, 0],
            beers.mean[:, 0],
            taste,
            tf.sqrt(variance(user.covariance, direction(beers.mean))),
            tf.sqrt(variance(beers.covariance, direction(user.mean))),
            kind[:, 0],
            tf.math.log(tf.gather(noise, asked.user)),
            *statistics,
            *departed.kinds,
            departed.strength,
            self._scaled(asked.abv),
            tf.cast(asked.abv < 0, tf.float32),
            departed.quality,
            *co_occurrence.opinions(
                departed.left,
                (tried.user, tf.gather(self._vectors, tried.beer)),
                (asked.user, known_rows(self._vectors, asked.beer)),
                tried.users,
            ),
        ]
        habits = tf.gather(self._habits(tried), asked.user)
        return tf.concat([tf.stack(numbers, axis=1), habits, known_rows(self._places, asked.beer)], axis=1)

    def _habits(self, tried: Tried) -> tf.Tensor:
        """How each user scores, and which beers they try [users, columns]."""
        score, beer = tried.score, tried.beer
        number = _sum_by_user(tf.ones_like(score), tried)[:, None]
        ways = tf.stack([score < LOW, score >= HIGH, tf.math.floormod(2 * score, 2) == 1], axis=1)
        usually = tf.constant([self._no_statistics.low, self._no_statistics.high, _HALF_SHARE])
        shares = (_sum_by_user(tf.cast(ways, tf.float32), tried) + DOUBT * usually) / (number + DOUBT)
        of_beers = self._strength, self._factors.beers.mean[:, 0], self._statistics.reviews
        numbers = tf.stack([tf.gather(each, beer) for each in of_beers], axis=1)
        sums = _sum_by_user(tf.concat([numbers, tf.gather(self._places, beer)], axis=1), tried)
        return tf.concat([tf.math.log1p(number), shares, sums / tf.maximum(number, 1)], axis=1)

    def _departures(
        self, tried: Tried, asked: Asked, users: Gaussians, beers: Gaussians, weight: tf.Tensor
    ) -> _Departures:
        own, theirs = tf.gather(users.mean, tried.user), tf.gather(self._factors.beers.mean, tried.beer)
        left = tried.score - self._factors.scores_mean - own[:, 0] - theirs[:, 0] - _product(own, theirs)
        kinds = []
        for tried_key, asked_key, doubt in self._kinds_of(tried, asked):
            departure = departures.on_kind(left, weight, tried_key, asked_key, doubt)
            left -= departure.tried
            kinds += [departure.asked, tf.math.log1p(departure.reviews)]
        numbers = [
            (tf.gather(self._strength, tried.beer), self._scaled(asked.abv), _STRENGTH_DOUBT),
            (theirs[:, 0] - self._usual_bias, beers.mean[:, 0] - self._usual_bias, _QUALITY_DOUBT),
        ]
        by_number = []
        for tried_number, asked_number, doubt in numbers:
            slope = departures.along(left, weight, tried_number, tried.user, tried.users, doubt)
            left -= tf.gather(slope, tried.user) * tried_number
            by_number.append(tf.gather(slope, asked.user) * asked_number)
        return _Departures(left, kinds, *by_number)

    def _kinds_of(self, tried: Tried, asked: Asked) -> list[tuple[tf.Tensor, tf.Tensor, float]]:
        """Keys of user and style, brewery, both [reviews] and [n], with the doubt about each."""

        def keys(user: tf.Tensor, style: tf.Tensor, brewery: tf.Tensor) -> list[tf.Tensor]:
            user, style, brewery = (tf.cast(each, tf.int64) for each in (user, style + 1, brewery + 1))
            on_style = user * self._styles + style
            return [on_style, user * self._breweries + brewery, on_style * self._breweries + brewery]

        own = keys(tried.user, tf.gather(self._style, tried.beer), tf.gather(self._brewery, tried.beer))
        wanted = keys(asked.user, asked.style, asked.brewery)
        return list(zip(own, wanted, (_STYLE_DOUBT, _BREWERY_DOUBT, _BOTH_DOUBT), strict=True))

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


def fitted(reviews: Histories, kinds: Kinds, vectors: Numbers, rank: int, iterations: int, seed: int) -> Tendencies:
    """Tendencies from factors of `reviews`."""
    return Tendencies(factors.fitted(reviews, kinds, rank, iterations, seed), reviews, kinds, vectors)


def _sum_by_user(values: tf.Tensor, tried: Tried) -> tf.Tensor:
    return tf.math.unsorted_segment_sum(values, tried.user, tried.users)


def _product(user: tf.Tensor, beer: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(user[:, 1:] * beer[:, 1:], axis=1)


def _kept(value: tf.Tensor | Numbers) -> tf.Variable:
    return tf.Variable(value, trainable=False)
