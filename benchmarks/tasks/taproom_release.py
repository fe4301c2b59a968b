"""The project's own models, fitted by the code of the training job: the one file that knows its interfaces."""

from __future__ import annotations

import os
import sqlite3  # noqa: F401 (before TensorFlow, whose own SQLite lacks full-text search and would take its place)
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np

from benchmarks.data.ratings import Flags, Ids, Numbers, Places, Ratings
from benchmarks.data.review_file import PART
from trainer import hyperparameters
from trainer.data import reviews
from trainer.data.histories import Histories
from trainer.data.split import Split, draw_validation
from trainer.fitting import determinism
from trainer.release.build import fit_release
from trainer.release.models import ReleaseModels
from trainer.sagemaker.progress import Progress

Settings = Mapping[str, Any]

# Tries, the defaults first: what is chosen by NDCG@100, and beside it, in the same fits, what is chosen by RMSE.
RETRIEVAL_SETTINGS: Sequence[Settings] = (
    {},
    {"retrieval_weight_decay": 42},
    {"retrieval_epochs": 9},
    {"retrieval_dimension": 384},
    {"retrieval_dropout": 0.5},
    {"retrieval_learning_rate": 0.004},
)
RANKING_SETTINGS: Sequence[Settings] = (
    {},
    {"ranking_penalty": 1.0},
    {"factors_rank": 16},
    {"ranking_dropout": 0.3},
    {"deep_layer_sizes": (128, 64)},
    {"ranking_learning_rate": 0.001},
)


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

    def retrieved(self, users: Places, histories: Ratings) -> tuple[Ids, Numbers]:
        """Beer codes and scores, both [users, k], best first; users' histories are their rows in `histories`."""
        found = self.models.retrieve(_histories(histories).select(users), self.usernames[users], self.beers)
        return found.beers, found.scores

    def predicted(self, rows: Ratings, histories: Ratings) -> Numbers:
        """Scores [rows] of the pairs in `rows`, whose own scores are not looked at."""
        asked = reviews.Ratings(rows.user, rows.beer, rows.score)
        return self.models.predict(asked, _histories(histories), self.usernames, self.beers)


def fit(folder: Path, ratings: Ratings, fitted: Flags, left_out: Places, settings: Settings, seed: int) -> Fitted:
    """Fit on the `fitted` rows [rows] of the users who are not `left_out`, export, and load what was exported.

    `folder` is the prepared data set's.
    """
    config = hyperparameters.parsed({**settings, "run": "benchmark", "seed": seed})
    fitted = fitted & ~np.isin(ratings.user, left_out)
    known = _read(folder, ratings)
    exported = Path(mkdtemp(prefix="taproom-"))
    progress = Progress(exported / "tensorboard")
    determinism.require(config.seed)
    found = fit_release(_split(known, fitted, left_out, config), config, exported, None, progress)
    return Fitted(found.models, known.usernames, known.beers, progress.seconds, found.ranking_weight)


def _histories(ratings: Ratings) -> Histories:
    return Histories.from_ratings(reviews.Ratings(ratings.user, ratings.beer, ratings.score), ratings.users)


def _read(folder: Path, ratings: Ratings) -> reviews.Reviews:
    """The part as the job reads it."""
    known = reviews.read(folder)
    if not (np.array_equal(known.ratings.user, ratings.user) and np.array_equal(known.ratings.beer, ratings.beer)):
        raise RuntimeError(f"{folder / PART}: training reads other rows than the benchmark. Report it.")
    return known


def _split(known: reviews.Reviews, fitted: Flags, left_out: Places, config: hyperparameters.Hyperparameters) -> Split:
    """The split of the job: its validation rows are drawn from the fitted ones."""
    users = np.setdiff1d(np.arange(len(known.usernames)), left_out)
    code_of = np.full(len(known.usernames), -1, np.int32)
    code_of[users] = np.arange(len(users))

    def recoded(rows: reviews.Ratings) -> reviews.Ratings:
        return replace(rows, user=code_of[rows.user])

    rows = recoded(known.ratings.select(fitted))
    validation = draw_validation(len(rows), config)
    return Split(
        usernames=known.usernames[users],
        beers=known.beers,
        training=rows.select(~validation),
        validation=rows.select(validation),
        held_out=recoded(known.ratings.select(~fitted & (code_of[known.ratings.user] >= 0))),
    )
