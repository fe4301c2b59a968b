"""Reviews as numbers: what every model under comparison is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ratings:
    """One row a (user, beer) pair; `user` counts up to `users`, `beer` up to `beers`; `score` is 0 to 5."""

    user: Ids
    beer: Ids
    score: Numbers
    users: int
    beers: int

    def __len__(self) -> int:
        return len(self.user)

    def where(self, chosen: Flags | Places) -> Ratings:
        """The rows of a mask, or at the given places, among the same users and beers."""
        return Ratings(self.user[chosen], self.beer[chosen], self.score[chosen], self.users, self.beers)

    def matrix(self) -> Any:
        """SciPy's CSR matrix [users, beers], 1 where there is a review."""
        from scipy.sparse import csr_matrix

        ones = np.ones(len(self), np.float32)
        return csr_matrix((ones, (self.user, self.beer)), shape=(self.users, self.beers))

    @property
    def beer_counts(self) -> Places:
        """Reviews of each beer [beers]."""
        return np.bincount(self.beer, minlength=self.beers)


@dataclass(frozen=True)
class Catalogue:
    """Of each beer [beers]: codes of its brewery and its style, and percent by volume (NaN where unknown)."""

    brewery: Ids
    style: Ids
    abv: Numbers


def save(file: Path, ratings: Ratings, catalogue: Catalogue) -> None:
    np.savez(
        file,
        user=ratings.user,
        beer=ratings.beer,
        score=ratings.score,
        size=np.array([ratings.users, ratings.beers]),
        brewery=catalogue.brewery,
        style=catalogue.style,
        abv=catalogue.abv,
    )


def load(file: Path) -> tuple[Ratings, Catalogue]:
    with np.load(file) as kept:
        users, beers = kept["size"].tolist()
        return (
            Ratings(kept["user"], kept["beer"], kept["score"], users, beers),
            Catalogue(kept["brewery"], kept["style"], kept["abv"]),
        )
