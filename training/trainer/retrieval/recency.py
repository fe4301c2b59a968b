"""Which beers are reviewed more lately than they used to be, and how much that says of what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from trainer.data.histories import Histories, evenly_taken
from trainer.data.reviews import Floats, Ratings
from trainer.data.time_split import TimeSplit, windows
from trainer.retrieval.ranks import summed_gain

# Days after which a review counts half.
HALF_LIVES = (7, 30, 90, 365)
# Points of logit for a share that is e times as large as it used to be; by 1, recent popularity takes the place of
# that of all time.
WEIGHTS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
_PSEUDO_COUNT = 0.5
_MOST_USERS = 1000


@dataclass(frozen=True)
class Recency:
    """What is added to the score of each beer is `weight` times its `log_rise` by `half_life`, in days."""

    half_life: float = 365
    weight: float = 0.0

    def __str__(self) -> str:
        return f"recency {self.weight:g}" + (f", with a half-life of {self.half_life:g} days" if self.weight else "")

    def bias(self, ratings: Ratings, beers: int) -> Floats:
        """[beers], as of the newest of `ratings`; 0 where there are no times."""
        if not self.weight:
            return np.zeros(beers, np.float32)
        return np.float32(self.weight) * log_rise(ratings, beers, self.half_life)


def log_rise(ratings: Ratings, beers: int, half_life: float) -> Floats:
    """[beers]: the logarithm of a beer's share of recent ratings, divided by its share of all.

    A rating counts 2^-(age / half_life), its age in days before the newest of `ratings`; every beer has half a rating
    more than it has.
    """
    age = (ratings.day.max() - ratings.day).astype(np.float64)
    return (
        _log_share(np.bincount(ratings.beer, 0.5 ** (age / half_life), beers))
        - _log_share(np.bincount(ratings.beer, minlength=beers))
    ).astype(np.float32)


def choose_recency(ratings: Ratings, users: int, beers: int) -> Recency:
    """The one under which popularity alone finds most of what came next, in five windows of the time line.

    Each window asks its users, new ones too, about what they reviewed in it; summed_gain, averaged over users and
    over windows, decides. Popularity stands for the whole score since it needs no fit, so that there can be windows
    enough: one has a few dozen users where people come once. Weight 0 where there are no times.
    """
    tried = [Recency(), *(Recency(half_life, weight) for half_life in HALF_LIVES for weight in WEIGHTS)]
    gains = np.zeros(len(tried))
    for window in windows(ratings):
        popularity = _log_share(np.bincount(window.earlier.beer, minlength=beers))
        gains += [_gain(popularity + each.bias(window.earlier, beers), window, users) for each in tried]
    return tried[int(np.argmax(gains))]


def _gain(scores: npt.NDArray[np.float64], window: TimeSplit, users: int) -> float:
    place = np.empty(len(scores), np.int64)
    place[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
    asked = evenly_taken(np.unique(window.later.user), _MOST_USERS)
    known, wanted = (Histories.from_ratings(each, users).select(asked) for each in (window.earlier, window.later))
    ranks = place[wanted.beer]
    for user in range(len(asked)):
        own, new = (slice(each.start[user], each.start[user + 1]) for each in (known, wanted))
        # What a user has had takes no place in their list.
        ranks[new] -= np.searchsorted(np.sort(place[known.beer[own]]), ranks[new])
    return summed_gain(ranks, wanted.user) / len(asked)


def _log_share(counts: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    shares = (counts + _PSEUDO_COUNT) / (counts.sum() + _PSEUDO_COUNT * len(counts))
    return np.asarray(np.log(shares), np.float64)
