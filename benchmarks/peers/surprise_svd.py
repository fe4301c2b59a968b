"""Biased matrix factorisation by stochastic gradient descent: SVD of the package `scikit-surprise`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.data.ratings import Catalogue, Ids, Numbers, Ratings
from benchmarks.peers.model import Settings

SETTINGS: tuple[Settings, ...] = (
    {"n_factors": 20, "n_epochs": 30, "lr_all": 0.005, "reg_all": 0.15},
    {"n_factors": 20, "n_epochs": 40, "lr_all": 0.005, "reg_all": 0.1},
    {"n_factors": 50, "n_epochs": 40, "lr_all": 0.005, "reg_all": 0.08},
    {"n_factors": 100, "n_epochs": 20, "lr_all": 0.005, "reg_all": 0.02},
    {"n_factors": 10, "n_epochs": 40, "lr_all": 0.005, "reg_all": 0.1},
    {"n_factors": 50, "n_epochs": 40, "lr_all": 0.005, "reg_all": 0.15},
)

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Svd:
    settings: Settings
    mean: float
    algorithm: Any
    user_of: Ids  # [users], -1 without training rows
    beer_of: Ids  # [beers], -1 without training rows

    def predicted(self, rows: Ratings) -> Numbers:
        user, beer = self.user_of[rows.user], self.beer_of[rows.beer]
        has_user, has_beer = user >= 0, beer >= 0
        scores = np.full(len(rows), self.mean)
        scores += np.where(has_user, self.algorithm.bu[user], 0) + np.where(has_beer, self.algorithm.bi[beer], 0)
        both = has_user & has_beer
        scores[both] += np.einsum("ij,ij->i", self.algorithm.pu[user[both]], self.algorithm.qi[beer[both]])
        return np.clip(scores, 0, 5).astype(np.float32)


def fit(
    training: Ratings,
    catalogue: Catalogue,  # noqa: ARG001 (a peer's interface)
    settings: Settings,
    seed: int,
    validation: Ratings | None,  # noqa: ARG001
) -> Svd:
    from surprise import SVD, Trainset

    user, user_of = _among(training.user, training.users)
    beer, beer_of = _among(training.beer, training.beers)
    users, beers = int(user.max()) + 1, int(beer.max()) + 1
    by_user: dict[int, list[tuple[int, float]]] = {code: [] for code in range(users)}
    by_beer: dict[int, list[tuple[int, float]]] = {code: [] for code in range(beers)}
    # The order in which the descent takes the rows: by user, whose rows are shuffled.
    order = np.random.default_rng(seed).permutation(len(training))
    for one, other, score in zip(
        user[order].tolist(), beer[order].tolist(), training.score[order].tolist(), strict=True
    ):
        by_user[one].append((other, score))
        by_beer[other].append((one, score))
    algorithm = SVD(**settings, random_state=seed)
    algorithm.fit(Trainset(by_user, by_beer, users, beers, len(training), (0, 5), {}, {}))
    return Svd(settings, float(training.score.mean(dtype=np.float64)), algorithm, user_of, beer_of)


def _among(codes: Ids, owners: int) -> tuple[Ids, Ids]:
    """`codes` counted among those that occur, and the place of each of all owners among them."""
    occurring, place = np.unique(codes, return_inverse=True)
    places = np.full(owners, -1, np.int32)
    places[occurring] = np.arange(len(occurring), dtype=np.int32)
    return place.astype(np.int32), places
