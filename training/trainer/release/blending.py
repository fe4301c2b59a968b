"""The list that is served: retrieval's beers, ordered by retrieval's score and the predicted score together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from taproom.contract import score_floor
from trainer.data.histories import MOST_RANKED, Histories, evenly_taken
from trainer.data.reviews import Beers, Ids, Ratings, Texts
from trainer.data.split import Split
from trainer.evaluation import metrics
from trainer.release.models import ReleaseModels, Retrieved

# Points of logit that a point of predicted score may be worth; 0 leaves retrieval's order.
WEIGHTS = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0)
_COUNTED = 100
# The share of what a user finds that may be given for what is liked.
MOST_LOST = 0.02


@dataclass(frozen=True)
class ScoredLists:
    """Retrieval's lists of some users with a predicted score a beer: all [users, k], in retrieval's order.

    `floor` [users] is each user's contract.score_floor; 0 for one without a score.
    """

    users: Ids
    retrieved: Retrieved
    predicted: npt.NDArray[np.float32]
    floor: npt.NDArray[np.float32]

    def order(self, weight: float) -> npt.NDArray[np.int64]:
        """Places in retrieval's lists [users, k] by its score + weight * predicted score, the highest first.

        Of equal ones the one that retrieval has first. Those predicted below the user's floor come after all others.
        """
        is_below = self.predicted < self.floor[:, None]
        return np.lexsort((-(self.retrieved.scores + weight * self.predicted), is_below), axis=1)

    def blended(self, weight: float) -> Ids:
        """Beer ids [users, k] in that order."""
        return np.take_along_axis(self.retrieved.beers, self.order(weight), axis=1)


def score_lists(models: ReleaseModels, split: Split, asked: Ratings, histories: Histories) -> ScoredLists:
    """The lists of up to 1,500 of the users in `asked`, evenly taken; `histories` are all users'."""
    users = evenly_taken(np.unique(asked.user), MOST_RANKED)
    return replace(score_histories(models, histories.select(users), split.usernames[users], split.beers), users=users)


def score_histories(models: ReleaseModels, histories: Histories, usernames: Texts, beers: Beers) -> ScoredLists:
    """The lists of `usernames` [users] with these `histories`, counted from 0."""
    return score_retrieved(models, models.retrieve(histories, usernames, beers), histories, usernames, beers)


def score_retrieved(
    models: ReleaseModels, retrieved: Retrieved, histories: Histories, usernames: Texts, beers: Beers
) -> ScoredLists:
    """The same for what is `retrieved` already."""
    users = np.arange(len(usernames), dtype=np.int32)
    user = np.repeat(users, retrieved.beers.shape[1])
    queries = Ratings(user, retrieved.beers.reshape(-1), np.zeros(retrieved.beers.size, np.float32))
    predicted = models.predict(queries, histories, usernames, beers).reshape(retrieved.beers.shape)
    return ScoredLists(users, retrieved, predicted, score_floors(histories))


def score_floors(histories: Histories) -> npt.NDArray[np.float32]:
    """The floor of each user [users], by their own scores; 0 without any."""
    sums = np.bincount(histories.user, histories.score, len(histories))
    counts = np.maximum(np.diff(histories.start), 1)
    return np.where(np.diff(histories.start) > 0, score_floor(sums / counts, counts), 0).astype(np.float32)


def best_weight(lists: ScoredLists, asked: Ratings, is_liked: npt.NDArray[np.bool_]) -> float:
    """The weight under which liked beers come first, among those that cost at most 2 % of what users find.

    Each beer `asked` about counts its discount (metrics.discount) up to rank 99, since what is in the top 10 alone
    would be too few to tell; `is_liked` [ratings]. Of what is found, each user's share counts alike, as it does in
    recall: those with long histories lose less by a weight than others do. Of weights that do equally well the
    smallest.
    """
    discounts = metrics.discount(np.arange(min(_COUNTED, lists.retrieved.beers.shape[1])))
    own = asked.select(np.isin(asked.user, lists.users))
    rows = np.bincount(np.searchsorted(lists.users, own.user), minlength=len(lists.users))

    def by_user(some: Ratings) -> npt.NDArray[np.float64]:
        """What each weight finds of `some` for each user [weights, users]."""
        blended = (lists.blended(weight)[:, : len(discounts)] for weight in WEIGHTS)
        return np.stack([_hits(lists.users, beers, some) @ discounts for beers in blended])

    found = by_user(asked) @ (1 / np.maximum(rows, 1))
    liked = by_user(asked.select(is_liked)).sum(axis=1)
    return WEIGHTS[int(np.argmax(np.where(found >= (1 - MOST_LOST) * found.max(), liked, -1)))]


def _hits(users: Ids, lists: Ids, asked: Ratings) -> npt.NDArray[np.bool_]:
    """[users, k]: whether each beer of `lists` [users, k] is one that its user is `asked` about."""
    most = np.int64(1) << 32
    keys = np.sort(asked.user * most + asked.beer)
    listed = users[:, None] * most + lists
    if not len(keys):
        return np.zeros(listed.shape, np.bool_)
    return keys[np.minimum(np.searchsorted(keys, listed), len(keys) - 1)] == listed
