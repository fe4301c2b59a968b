"""The list that is served: retrieval's beers, ordered by retrieval's score and the predicted score together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.data.histories import Histories
from trainer.data.reviews import Ids, Ratings
from trainer.data.split import Split
from trainer.evaluation import metrics
from trainer.release.models import ReleaseModels, Retrieved

# Points of logit that a point of predicted score may be worth; 0 leaves retrieval's order.
WEIGHTS = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0)
# Up to 500 beers of each are ranked, so all users' would be several times the ratings that are fitted.
MOST_USERS = 1500
_COUNTED = 100


@dataclass(frozen=True)
class ScoredLists:
    """Retrieval's lists of some users with a predicted score a beer: all [users, k], in retrieval's order."""

    users: Ids
    retrieved: Retrieved
    predicted: npt.NDArray[np.float32]

    def blended(self, weight: float) -> Ids:
        """Beer ids [users, k] by retrieval's score + weight * predicted score, the highest first.

        Of equal ones the one that retrieval has first.
        """
        order = np.argsort(-(self.retrieved.scores + weight * self.predicted), axis=1, kind="stable")
        return np.take_along_axis(self.retrieved.beers, order, axis=1)


def score_lists(models: ReleaseModels, split: Split, asked: Ratings, histories: Histories) -> ScoredLists:
    """The lists of up to 1,500 of the users in `asked`, evenly taken; `histories` are all users'."""
    users = evenly_taken(np.unique(asked.user))
    own, names = histories.select(users), split.usernames[users]
    retrieved = models.retrieve(own, names, split.beers)
    user = np.repeat(np.arange(len(users), dtype=np.int32), retrieved.beers.shape[1])
    queries = Ratings(user, retrieved.beers.reshape(-1), np.zeros(retrieved.beers.size, np.float32))
    predicted = models.predict(queries, own, names, split.beers).reshape(retrieved.beers.shape)
    return ScoredLists(users, retrieved, predicted)


def evenly_taken(users: Ids) -> Ids:
    """Up to 1,500 of `users`, in their order."""
    return users[np.linspace(0, len(users) - 1, min(MOST_USERS, len(users))).astype(int)]


def best_weight(lists: ScoredLists, liked: Ratings) -> float:
    """The weight under which the beers that users `liked` come first.

    Each counts its discount (metrics.discount) up to rank 99: what is liked in the top 10 alone would be too few to
    tell. Of weights that do equally well the smallest.
    """
    discounts = metrics.discount(np.arange(min(_COUNTED, lists.retrieved.beers.shape[1])))
    gains = [(_hits(lists, weight, liked, len(discounts)) * discounts).sum() for weight in WEIGHTS]
    return WEIGHTS[int(np.argmax(gains))]


def _hits(lists: ScoredLists, weight: float, liked: Ratings, depth: int) -> npt.NDArray[np.bool_]:
    """[users, depth]: whether each beer of the first `depth` is among those that the user `liked`."""
    most = np.int64(1) << 32
    keys = np.sort(liked.user * most + liked.beer)
    first = lists.users[:, None] * most + lists.blended(weight)[:, :depth]
    if not len(keys):
        return np.zeros(first.shape, np.bool_)
    return keys[np.minimum(np.searchsorted(keys, first), len(keys) - 1)] == first
