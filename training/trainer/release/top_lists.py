"""The first places of the served list of many users at once, without ranking what cannot get there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from taproom.contract import HIGHEST_SCORE
from trainer.data.histories import Histories
from trainer.data.reviews import Beers, Floats, Ids, Ratings, Texts
from trainer.release.blending import ScoredLists, score_floors
from trainer.release.models import ReleaseModels, Retrieved

# Of a list of so many places this times as many beers are ranked first: most of those that get there are among them.
_FIRST_TIMES = 4
# Below every floor, and never a prediction: what was not ranked, or is not to be shown.
_LEFT_OUT = np.float32(-1e9)


@dataclass(frozen=True)
class TopLists:
    """The beers of the first `length` places [users, length], -1 where there are fewer, with their predicted scores."""

    beers: Ids
    scores: Floats

    def replace(self, user: int, beers: Ids, scores: Floats) -> None:
        """Take these beers for one user's list, as many as it has places."""
        count = min(len(beers), self.beers.shape[1])
        self.beers[user] = -1
        self.beers[user, :count], self.scores[user, :count] = beers[:count], scores[:count]


def top_lists(
    models: ReleaseModels,
    ranking_weight: float,
    histories: Histories,
    usernames: Texts,
    beers: Beers,
    may_be_shown: npt.NDArray[np.bool_],
    length: int,
) -> TopLists:
    """What `ScoredLists.blended` has in front, for users [users] with `histories`, of what `may_be_shown` [beers].

    Notes
    -----
    The list is in the order of r + w s (r retrieval's score, s the predicted one, 0 to 5), beers below the floor last.
    Let T be the value of its last place among the beers ranked so far that are not below the floor, where there are
    `length` of them. A beer with r + 5 w <= T, which retrieval has behind all of these, is not in the list whatever its
    s: its value is no higher, and of equal ones the first by retrieval comes first. So only the others are ranked.
    """
    retrieved = models.retrieve(histories, usernames, beers)
    found, values = retrieved.beers, retrieved.scores
    user = histories.user.astype(np.int64)
    tried = np.isin(np.arange(len(found))[:, None] * len(beers) + found, user * len(beers) + histories.beer)
    allowed = (found >= 0) & ~tried & may_be_shown[found]
    predicted = np.full(found.shape, _LEFT_OUT, np.float32)
    floor = score_floors(histories)
    place = np.cumsum(allowed, axis=1)
    first = allowed & (place <= _FIRST_TIMES * length)
    _rank(models, first, retrieved, histories, usernames, beers, predicted)
    ranked = np.where(first & (predicted >= floor[:, None]), values + ranking_weight * predicted, -np.inf)
    last = -np.partition(-ranked, min(length, ranked.shape[1]) - 1, axis=1)[:, min(length, ranked.shape[1]) - 1]
    can_reach = values + np.float32(ranking_weight * HIGHEST_SCORE) > last[:, None]
    _rank(models, allowed & ~first & can_reach, retrieved, histories, usernames, beers, predicted)
    lists = ScoredLists(np.arange(len(found), dtype=np.int32), retrieved, predicted, floor)
    order = lists.order(ranking_weight)[:, :length]
    best, scores = np.take_along_axis(found, order, axis=1), np.take_along_axis(predicted, order, axis=1)
    return TopLists(np.where(scores == _LEFT_OUT, -1, best), scores)


def _rank(
    models: ReleaseModels,
    chosen: npt.NDArray[np.bool_],
    retrieved: Retrieved,
    histories: Histories,
    usernames: Texts,
    beers: Beers,
    predicted: Floats,
) -> None:
    """Put the predicted scores of the `chosen` [users, k] into `predicted` [users, k]."""
    user, place = np.nonzero(chosen)
    if not len(user):
        return
    asked = Ratings(user.astype(np.int32), retrieved.beers[user, place], np.zeros(len(user), np.float32))
    predicted[user, place] = models.predict(asked, histories, usernames, beers)
