"""The project's own models, fitted by the code of the training job: the one file that knows its interfaces."""

from __future__ import annotations

import os
import sqlite3  # noqa: F401 (before TensorFlow, whose own SQLite lacks full-text search and would take its place)
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np

from benchmarks.data.ratings import DataSet, Flags, Ids, Numbers, Places, Ratings
from trainer import hyperparameters
from trainer.data import reviews
from trainer.data.histories import Histories
from trainer.data.split import Split, draw_validation
from trainer.fitting import determinism
from trainer.release.blending import ScoredLists, score_floors
from trainer.release.build import fit_release
from trainer.release.models import ReleaseModels, Retrieved
from trainer.sagemaker.progress import Progress

Settings = Mapping[str, Any]

_USERS_AT_ONCE = 1024


@dataclass(frozen=True)
class Fitted:
    """Models that were exported and loaded again. `seconds` by the job's stages; `ranking_weight` as it serves.

    `usernames` are all of the file's, newcomers' too.
    """

    models: ReleaseModels
    usernames: reviews.Texts
    beers: reviews.Beers
    seconds: Mapping[str, float]
    ranking_weight: float

    def retrieved(self, users: Places, histories: Ratings) -> Retrieved:
        """Beer codes and scores, both [users, k], best first; users' histories are their rows in `histories`."""
        own = Histories.from_ratings(histories, histories.users)
        return self.models.retrieve(own.select(users), self.usernames[users], self.beers)

    def predicted(self, rows: reviews.Ratings, histories: Ratings) -> Numbers:
        """Scores [rows] of the pairs in `rows`, whose own scores are not looked at."""
        own = Histories.from_ratings(histories, histories.users)
        return self.models.predict(rows, own, self.usernames, self.beers)

    def served(self, users: Places, retrieved: Retrieved, histories: Ratings) -> Ids:
        """What was `retrieved` for `users` in the order that is served, beer codes [users, k]."""
        lists, known = np.empty_like(retrieved.beers), Histories.from_ratings(histories, histories.users)
        for start in range(0, len(users), _USERS_AT_ONCE):
            some = slice(start, start + _USERS_AT_ONCE)
            own = Retrieved(retrieved.beers[some], retrieved.scores[some])
            user = np.repeat(users[some].astype(np.int32), own.beers.shape[1])
            asked = reviews.Ratings(user, own.beers.ravel(), np.zeros(own.beers.size, np.float32))
            predicted = self.predicted(asked, histories).reshape(own.beers.shape)
            floors = score_floors(known.select(users[some]))
            lists[some] = ScoredLists(users[some].astype(np.int32), own, predicted, floors).blended(self.ranking_weight)
        return lists


def fit(data: DataSet, fitted: Flags, left_out: Places, settings: Settings, seed: int) -> Fitted:
    """Fit on the `fitted` rows [rows] of the users who are not `left_out`, export, and load what was exported."""
    config = hyperparameters.parsed({**settings, "run": "benchmark", "seed": seed})
    exported = Path(mkdtemp(prefix="taproom-"))
    progress = Progress(exported / "tensorboard")
    determinism.require(config.seed)
    found = fit_release(split_of(data, fitted, left_out, config), config, exported, None, progress)
    return Fitted(found.models, data.usernames, data.beers, progress.seconds, found.ranking_weight)


def split_of(data: DataSet, fitted: Flags, left_out: Places, config: hyperparameters.Hyperparameters) -> Split:
    """The split of the job, whose validation rows are drawn from the fitted ones; rows keep their days.

    Nothing is held out in it: what the benchmark measures on is not handed over.
    """
    users = np.setdiff1d(np.arange(len(data.usernames)), left_out)
    code_of = np.full(len(data.usernames), -1, np.int32)
    code_of[users] = np.arange(len(users))
    own = data.ratings.select(fitted & (code_of[data.ratings.user] >= 0))
    rows = reviews.Ratings(code_of[own.user], own.beer, own.score, own.day)
    validation = draw_validation(len(rows), config)
    return Split(
        usernames=data.usernames[users],
        beers=data.beers,
        training=rows.select(~validation),
        validation=rows.select(validation),
        held_out=rows.select(np.zeros(0, np.int64)),
    )
