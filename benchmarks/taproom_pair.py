"""The project's own pair, fitted by the code of the training job: the one file that knows its interfaces."""

from __future__ import annotations

import os
import sqlite3  # noqa: F401 (before TensorFlow, whose own SQLite lacks full-text search and would take its place)
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np

from benchmarks.ratings import Codes, Flags, Numbers, Places, Ratings
from benchmarks.review_file import PART
from trainer import hyperparameters
from trainer.data import histories as user_histories
from trainer.data import reviews
from trainer.data.histories import Histories
from trainer.data.split import Split, drawn_for_validation
from trainer.fitting import determinism
from trainer.release.build import fit_pair
from trainer.release.models import Pair
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
    {"ranking_penalty": 1e-3},
    {"factors_rank": 16},
    {"ranking_dropout": 0.3},
    {"deep_layer_sizes": (128, 64)},
    {"ranking_learning_rate": 0.001},
)


@dataclass(frozen=True)
class Fitted:
    """A pair that was exported and loaded again. `seconds` by the job's stages; `ranking_weight` as it serves.

    `usernames` are all of the file's, newcomers' too.
    """

    pair: Pair
    usernames: reviews.Texts
    beers: reviews.Beers
    seconds: Mapping[str, float]
    ranking_weight: float

    def retrieved(self, users: Places, histories: Ratings) -> tuple[Codes, Numbers]:
        """Beer codes and scores, both [users, k], best first; users' histories are their rows in `histories`."""
        found = self.pair.retrieved(_of(histories).of(users), self.usernames[users], self.beers)
        return found.beers, found.scores

    def predicted(self, rows: Ratings, histories: Ratings) -> Numbers:
        """Scores [rows] of the pairs in `rows`, whose own scores are not looked at."""
        asked = reviews.Rows(rows.user, rows.beer, rows.score)
        return self.pair.ranked(asked, _of(histories), self.usernames, self.beers)


def fit(folder: Path, ratings: Ratings, fitted: Flags, left_out: Places, settings: Settings, seed: int) -> Fitted:
    """Fit on the `fitted` rows [rows] of the users who are not `left_out`, export, and load what was exported.

    `folder` is the prepared data set's.
    """
    chosen = hyperparameters.parsed({**settings, "run": "benchmark", "seed": seed})
    fitted = fitted & ~np.isin(ratings.user, left_out)
    known = _read(folder, ratings)
    exported = Path(mkdtemp(prefix="taproom-"))
    progress = Progress(exported / "tensorboard")
    determinism.require(chosen.seed)
    found = fit_pair(_split(known, fitted, left_out, chosen), chosen, exported, None, progress)
    return Fitted(found.pair, known.usernames, known.beers, progress.seconds, found.ranking_weight)


def _of(histories: Ratings) -> Histories:
    rows = reviews.Rows(histories.user, histories.beer, histories.score)
    return user_histories.of_rows(rows, histories.users)


def _read(folder: Path, ratings: Ratings) -> reviews.Reviews:
    """The part as the job reads it."""
    known = reviews.read(folder)
    if not (np.array_equal(known.rows.user, ratings.user) and np.array_equal(known.rows.beer, ratings.beer)):
        raise RuntimeError(f"{folder / PART}: training reads other rows than the benchmark. Report it.")
    return known


def _split(known: reviews.Reviews, fitted: Flags, left_out: Places, chosen: hyperparameters.Hyperparameters) -> Split:
    """The split of the job: its validation rows are drawn from the fitted ones."""
    users = np.setdiff1d(np.arange(len(known.usernames)), left_out)
    code_of = np.full(len(known.usernames), -1, np.int32)
    code_of[users] = np.arange(len(users))

    def recoded(rows: reviews.Rows) -> reviews.Rows:
        return reviews.Rows(code_of[rows.user], rows.beer, rows.score)

    rows = recoded(known.rows.where(fitted))
    validation = drawn_for_validation(len(rows), chosen)
    return Split(
        usernames=known.usernames[users],
        beers=known.beers,
        training=rows.where(~validation),
        validation=rows.where(validation),
        held_out=recoded(known.rows.where(~fitted & (code_of[known.rows.user] >= 0))),
    )
