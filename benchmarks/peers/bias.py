"""Mean + what the beer adds + what the user adds, both shrunk towards 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.data.ratings import Ids, Numbers, Ratings
from benchmarks.peers.model import Settings
from trainer.data.attributes import ItemAttributes

SETTINGS: tuple[Settings, ...] = (
    {"beer_shrinkage": 3.0, "user_shrinkage": 10.0, "rounds": 3},
    {"beer_shrinkage": 3.0, "user_shrinkage": 6.0, "rounds": 3},
    {"beer_shrinkage": 3.0, "user_shrinkage": 15.0, "rounds": 3},
    {"beer_shrinkage": 5.0, "user_shrinkage": 10.0, "rounds": 3},
    {"beer_shrinkage": 2.0, "user_shrinkage": 10.0, "rounds": 3},
    {"beer_shrinkage": 10.0, "user_shrinkage": 5.0, "rounds": 1},
)

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bias:
    settings: Settings
    mean: float
    beer: Reals  # [beers]
    user: Reals  # [users]

    def predicted(self, rows: Ratings) -> Numbers:
        return (self.mean + self.beer[rows.beer] + self.user[rows.user]).astype(np.float32)


def fit(
    training: Ratings,
    attributes: ItemAttributes,  # noqa: ARG001 (a peer's interface)
    settings: Settings,
    seed: int,  # noqa: ARG001
    validation: Ratings | None,  # noqa: ARG001
) -> Bias:
    """Alternate `rounds` times between beers and users.

    Notes
    -----
    b_i = sum(r - mu - b_u) / (beer_shrinkage + n_i), b_u = sum(r - mu - b_i) / (user_shrinkage + n_u):
    Koren, "Factor in the Neighbors", 2010, section 2.1.
    """
    scores = training.score.astype(np.float64)
    mean = float(scores.mean())
    beer, user = np.zeros(training.beers), np.zeros(training.users)
    for _ in range(settings["rounds"]):
        beer = shrunk(training.beer, scores - mean - user[training.user], training.beers, settings["beer_shrinkage"])
        user = shrunk(training.user, scores - mean - beer[training.beer], training.users, settings["user_shrinkage"])
    return Bias(settings, mean, beer, user)


def shrunk(owner: Ids, deviations: Reals, owners: int, shrinkage: float) -> Reals:
    """Each owner's mean deviation [owners], as if it had `shrinkage` more of 0."""
    sums = np.bincount(owner, weights=deviations, minlength=owners)
    return np.asarray(sums / (np.bincount(owner, minlength=owners) + shrinkage))
