"""The list that is served: retrieval's beers in the order of nearness and predicted score together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.data import histories
from trainer.data.histories import Histories
from trainer.data.reviews import Codes, Rows
from trainer.data.split import Split
from trainer.release.models import Lists, Pair

# Points of logit that a point of predicted score may be worth; 0 leaves retrieval's order.
WEIGHTS = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0)
# Up to 500 beers of each are ranked, so all users' would be several times the rows that are fitted.
MOST_USERS = 1500
_GAINING = 100
# Beers of a list that somebody looks at.
SHOWN = 10


@dataclass(frozen=True)
class Served:
    """Retrieval's lists of some users with a predicted score a beer: all [users, k], in retrieval's order."""

    users: npt.NDArray[np.int32]
    lists: Lists
    predicted: npt.NDArray[np.float32]

    def ordered(self, weight: float) -> Codes:
        """Beer codes [users, k] by score + weight * predicted, the highest first; of equal ones the nearer first."""
        order = np.argsort(-(self.lists.scores + weight * self.predicted), axis=1, kind="stable")
        return np.take_along_axis(self.lists.beers, order, axis=1)


def of_users(pair: Pair, split: Split, asked: Rows, known: Histories) -> Served:
    """What up to 1,500 of the users in `asked`, evenly taken, would be served; `known` are all users' histories."""
    users = np.unique(asked.user)
    users = users[np.linspace(0, len(users) - 1, min(MOST_USERS, len(users))).astype(int)]
    some, names = known.of(users), split.usernames[users]
    lists = pair.retrieved(some, names, split.beers)
    user = np.repeat(np.arange(len(users), dtype=np.int32), lists.beers.shape[1])
    pairs = Rows(user, lists.beers.reshape(-1), np.zeros(lists.beers.size, np.float32))
    predicted = pair.ranked(pairs, some, names, split.beers).reshape(lists.beers.shape)
    return Served(users, lists, predicted)


def best_weight(pair: Pair, split: Split) -> float:
    """The weight under which validation beers that their users liked come first.

    Each counts 1 / log2(place + 1) up to place 100: what is liked in the top 10 alone would be too few to tell.
    """
    served = of_users(pair, split, split.validation, histories.of_rows(split.training, len(split.usernames)))
    liked = liked_rows(split.validation, split)
    discounts = 1 / np.log2(np.arange(min(_GAINING, served.lists.beers.shape[1])) + 2.0)
    gains = [(hits(served, weight, liked, len(discounts)) * discounts).sum() for weight in WEIGHTS]
    return WEIGHTS[int(np.argmax(gains))]


def liked_rows(rows: Rows, split: Split) -> Rows:
    """Those of `rows` whose score is at least the mean of their user's fitted ones."""
    fitted, users = split.fitted, len(split.usernames)
    counts = np.bincount(fitted.user, minlength=users)
    sums = np.bincount(fitted.user, weights=fitted.score, minlength=users)
    means = np.divide(sums, counts, out=np.full(users, np.inf), where=counts > 0)
    return rows.where(rows.score >= means[rows.user])


def hits(served: Served, weight: float, wanted: Rows, depth: int) -> npt.NDArray[np.bool_]:
    """[users, depth], or as many as there are: whether each beer of the first `depth` is among the user's `wanted`."""
    most = np.int64(1) << 32
    keys = np.sort(wanted.user * most + wanted.beer)
    first = served.users[:, None] * most + served.ordered(weight)[:, :depth]
    if not len(keys):
        return np.zeros(first.shape, np.bool_)
    return keys[np.minimum(np.searchsorted(keys, first), len(keys) - 1)] == first
