"""Reviews as numbers: what every model under comparison is given, read as the training job reads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from trainer.data import reviews
from trainer.data.attributes import ItemAttributes

Ids = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ratings(reviews.Ratings):
    """The job's ratings, which are [rows] and sorted by user, then beer, among so many `users` and `beers`."""

    users: int = 0
    beers: int = 0

    def select(self, chosen: Flags | Places) -> Ratings:
        some = super().select(chosen)
        return Ratings(some.user, some.beer, some.score, some.day, self.users, self.beers)

    def matrix(self) -> Any:
        """SciPy's CSR matrix [users, beers], 1 where there is a review."""
        from scipy.sparse import csr_matrix

        ones = np.ones(len(self), np.float32)
        return csr_matrix((ones, (self.user, self.beer)), shape=(self.users, self.beers))

    @property
    def beer_counts(self) -> Places:
        """Reviews of each beer [beers]."""
        return np.bincount(self.beer, minlength=self.beers)


class DataSet(NamedTuple):
    """All of a prepared file. `attributes` are what models may know of beers nobody reviewed."""

    usernames: reviews.Texts
    beers: reviews.Beers
    ratings: Ratings
    attributes: ItemAttributes


def load(folder: Path) -> DataSet:
    """Read what `review_file.prepare` wrote to `folder`."""
    found = reviews.read(folder)
    own = found.ratings
    ratings = Ratings(own.user, own.beer, own.score, own.day, len(found.usernames), len(found.beers))
    return DataSet(found.usernames, found.beers, ratings, ItemAttributes.from_beers(found.beers))
