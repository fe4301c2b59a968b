"""Who reviewed what: each user's reviews side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from trainer.data.reviews import Floats, Ids, Ratings

# Histories, and queries of their users, are padded to the longest of a batch: so many cells, and so many pairs of
# a query and a review, may a batch have.
_MOST_CELLS = 65_536
_MOST_PAIRS = 4_194_304
# Of some users a score for every beer: 64 MB a matrix.
_MOST_SCORES = 16_777_216
_MOST_USERS = 256
# Of so many users are the lists ranked: up to 500 beers of each, so all users' would be several times the ratings that
# are fitted.
MOST_RANKED = 1500


@dataclass(frozen=True)
class Histories:
    """The reviews of user u are at places `start[u]` to `start[u + 1]` of `beer` and `score`, both [reviews]."""

    start: npt.NDArray[np.int64]  # [users + 1]
    beer: Ids
    score: Floats  # 0 to 5

    @classmethod
    def from_ratings(cls, ratings: Ratings, users: int) -> Self:
        """The histories of `users` users; each in the order of `ratings`."""
        order = np.argsort(ratings.user, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(ratings.user, minlength=users))])
        return cls(start, ratings.beer[order], ratings.score[order])

    def __len__(self) -> int:
        """How many users there are, those without a review included."""
        return len(self.start) - 1

    @property
    def user(self) -> Ids:
        """The user of each review [reviews]."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.start))

    def select(self, users: npt.NDArray[np.integer]) -> Histories:
        """The histories of `users`, in their order."""
        lengths = np.diff(self.start)[users]
        start = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(start[-1]) - np.repeat(start[:-1] - self.start[users], lengths)
        return Histories(start, self.beer[places], self.score[places])

    def shortened(self, most: int) -> Histories:
        """The first `most` reviews of each history."""
        lengths = np.diff(self.start)
        kept = np.arange(len(self.beer)) - np.repeat(self.start[:-1], lengths) < most
        start = np.concatenate([[0], np.cumsum(np.minimum(lengths, most))])
        return Histories(start, self.beer[kept], self.score[kept])

    def padded(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Beers and scores as [users, longest history or 1], filled up with -1 and 0."""
        lengths = np.diff(self.start)
        filled = np.arange(max(int(lengths.max(initial=0)), 1)) < lengths[:, None]
        beers, scores = np.full(filled.shape, -1, np.int32), np.zeros(filled.shape, np.float32)
        beers[filled], scores[filled] = self.beer, self.score
        return beers, scores


def evenly_taken(users: npt.NDArray[np.int32], most: int) -> npt.NDArray[np.int32]:
    """Up to `most` of `users` [n], in their order."""
    return users[np.linspace(0, len(users) - 1, min(most, len(users))).astype(int)]


def users_at_once(beers: int) -> int:
    """How many users, 256 at most, may have a score for each of so many `beers` at once."""
    return max(1, min(_MOST_USERS, _MOST_SCORES // max(beers, 1)))


def drawn(users: npt.NDArray[np.int32], most: int, seed: int) -> npt.NDArray[np.int32]:
    """Up to `most` of `users` [n] by chance, in their order; the same again by the same `seed`."""
    if len(users) <= most:
        return users
    return users[np.sort(np.random.default_rng(seed).choice(len(users), most, replace=False))]


def batches_of_similar_length(
    histories: Histories, most_users: int, queries: npt.NDArray[np.int64] | None = None
) -> Iterator[npt.NDArray[np.int64]]:
    """All users in batches of at most `most_users`, each batch ascending, with few cells of padding.

    Where `queries` [users] says how many beers each user is asked about, also with few pairs of a query and a review.
    """
    lengths = np.maximum(np.diff(histories.start), 1)
    order = np.argsort(lengths, kind="stable")
    begin = 0
    while begin < len(order):
        some = order[begin : begin + most_users]
        cells = lengths[some] * np.arange(1, len(some) + 1)
        size = int(np.searchsorted(cells, _MOST_CELLS, side="right"))
        if queries is not None:
            pairs = cells * np.maximum.accumulate(queries[some])
            size = min(size, int(np.searchsorted(pairs, _MOST_PAIRS, side="right")))
        end = begin + max(size, 1)
        # Ascending, so that queries sorted by user have their users in this order.
        yield np.sort(order[begin:end])
        begin = end
