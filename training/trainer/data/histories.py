"""Who reviewed what: each user's reviews side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.data.reviews import Codes, Numbers, Rows

# Histories, and rows asked of them, are padded to the longest of those that are in the works at once.
_CELLS_AT_ONCE = 65_536
_PAIRS_AT_ONCE = 4_194_304


@dataclass(frozen=True)
class Histories:
    """The reviews of user u are at places `start[u]` to `start[u + 1]` of `beer` and `score`, both [rows]."""

    start: npt.NDArray[np.int64]  # [users + 1]
    beer: Codes
    score: Numbers  # 0 to 5

    def __len__(self) -> int:
        """How many users there are, those without a review included."""
        return len(self.start) - 1

    @property
    def user(self) -> Codes:
        """The user of each review [rows]."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.start))

    def of(self, users: npt.NDArray[np.integer]) -> Histories:
        """The histories of `users`, in their order."""
        lengths = np.diff(self.start)[users]
        start = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(start[-1]) - np.repeat(start[:-1] - self.start[users], lengths)
        return Histories(start, self.beer[places], self.score[places])

    def padded(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Beers and scores as [users, longest history or 1], filled up with -1 and 0."""
        lengths = np.diff(self.start)
        filled = np.arange(max(int(lengths.max(initial=0)), 1)) < lengths[:, None]
        beers, scores = np.full(filled.shape, -1, np.int32), np.zeros(filled.shape, np.float32)
        beers[filled], scores[filled] = self.beer, self.score
        return beers, scores


def of_rows(rows: Rows, users: int) -> Histories:
    """The histories of `users` users; each in the order of `rows`."""
    order = np.argsort(rows.user, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(rows.user, minlength=users))])
    return Histories(start, rows.beer[order], rows.score[order])


def alike_long(
    known: Histories, most: int, rows: npt.NDArray[np.int64] | None = None
) -> Iterator[npt.NDArray[np.int64]]:
    """All users in groups of `most` at most, ascending, with few cells of padding.

    Where each user is asked about as many rows as `rows` [users] says, also with few pairs of such a row and a review.
    """
    lengths = np.maximum(np.diff(known.start), 1)
    order = np.argsort(lengths, kind="stable")
    begin = 0
    while begin < len(order):
        some = order[begin : begin + most]
        cells = lengths[some] * np.arange(1, len(some) + 1)
        size = int(np.searchsorted(cells, _CELLS_AT_ONCE, side="right"))
        if rows is not None:
            pairs = cells * np.maximum.accumulate(rows[some])
            size = min(size, int(np.searchsorted(pairs, _PAIRS_AT_ONCE, side="right")))
        end = begin + max(size, 1)
        # Ascending, so that rows sorted by user have their users in this order.
        yield np.sort(order[begin:end])
        begin = end
