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

import catalogue
import determinism
import export
import features
import hyperparameters
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import reviews
from fitting import fit as fit_model
from progress import Progress
from ranking_model import RankingModel
from retrieval_model import RetrievalModel
from servables import Pair
from split import Split

from benchmarks.ratings import Codes, Flags, Numbers, Places, Ratings
from benchmarks.review_file import PART
from taproom.contract import CATALOGUE

Settings = Mapping[str, Any]

# Tries, the defaults first: what is chosen by NDCG@100, and beside it, in the same fits, what is chosen by RMSE.
RETRIEVAL_SETTINGS: Sequence[Settings] = (
    {},
    {"retrieval_dimension": 128},
    {"retrieval_temperature": 0.15},
    {"retrieval_temperature": 0.25},
    {"retrieval_learning_rate": 0.002},
    {"retrieval_batch": 2048},
)
RANKING_SETTINGS: Sequence[Settings] = (
    {},
    {"ranking_dimension": 16},
    {"ranking_penalty": 20.0},
    {"ranking_dropout": 0.4},
    {"ranking_learning_rate": 0.001},
    {"ranking_penalty": 5.0},
)


@dataclass(frozen=True)
class Fitted:
    """A pair that was exported and loaded again. `seconds` by the job's stages; `ranking_weight` as it serves."""

    pair: Pair
    split: Split
    code_of: Places  # [all users] of the file: the user's code in the split, -1 for one left out
    seconds: Mapping[str, float]
    ranking_weight: float

    def retrieved(self, users: Places, histories: Ratings) -> tuple[Codes, Numbers]:  # noqa: ARG002
        """Beer codes and scores, both [users, k], best first; users' histories are their rows in `histories`."""
        codes = self.pair.retrieved(self._usernames(users), self.split.beers)
        scores = np.broadcast_to(-np.arange(codes.shape[1], dtype=np.float32), codes.shape)
        return codes, scores

    def predicted(self, rows: Ratings, histories: Ratings) -> Numbers:  # noqa: ARG002
        """Scores [rows] of the pairs in `rows`, whose own scores are not looked at."""
        users, place = np.unique(rows.user, return_inverse=True)
        asked = reviews.Rows(place.astype(np.int32), rows.beer, rows.score)
        return self.pair.ranked(asked, self._usernames(users.astype(np.int64)), self.split.beers)

    def _usernames(self, users: Places) -> reviews.Texts:
        code = self.code_of[users]
        return np.where(code >= 0, self.split.usernames[code], "")


def fit(folder: Path, ratings: Ratings, fitted: Flags, left_out: Places, settings: Settings, seed: int) -> Fitted:
    """Fit on the `fitted` rows [rows] of the users who are not `left_out`, export, and load what was exported.

    `folder` is the prepared data set's. Texts of other rows are blanked before the training code reads them.
    """
    chosen = hyperparameters.parsed({**settings, "run": "benchmark", "seed": seed})
    fitted = fitted & ~np.isin(ratings.user, left_out)
    known = _read(folder, ratings, fitted)
    split, code_of = _split(known, fitted, left_out, chosen)
    exported = Path(mkdtemp(prefix="taproom-"))
    progress = Progress(exported / "tensorboard")
    determinism.require(chosen.seed)
    with progress.stage("fit retrieval"):
        retrieval = RetrievalModel(split, chosen)
        fit_model(retrieval, chosen.retrieval_epochs, chosen.patience, None, progress.epoch)
    with progress.stage("fit ranking"):
        vocabulary = features.vocabulary(split)
        ranking = RankingModel(split, vocabulary, chosen)
        fit_model(ranking, chosen.ranking_epochs, chosen.patience, None, progress.epoch)
    with progress.stage("export"):
        export.save(
            export.RetrievalServable(retrieval, split, chosen.retrieval_temperature, chosen.run),
            export.RankingServable(ranking, vocabulary, chosen.run),
            exported,
        )
        catalogue.write(exported / CATALOGUE, split, chosen.run)
    return Fitted(Pair(exported), split, code_of, progress.seconds, 0.0)


def knows(setting: str) -> bool:
    """Whether the training code has a hyper-parameter of that name."""
    return setting in hyperparameters.Hyperparameters.__dataclass_fields__


def _read(folder: Path, ratings: Ratings, fitted: Flags) -> reviews.Reviews:
    """The part as the job reads it, without the texts of rows that are not fitted."""
    known = reviews.read(folder)
    if not (np.array_equal(known.rows.user, ratings.user) and np.array_equal(known.rows.beer, ratings.beer)):
        raise RuntimeError(f"{folder / PART}: training reads other rows than the benchmark. Report it.")
    table = pq.read_table(folder / PART)
    if table["text"].null_count == table.num_rows:
        return known
    pairs = pc.binary_join_element_wise(table["username"], table["beer_id"], "\0")
    own = pa.array(known.usernames[ratings.user[fitted]] + "\0" + known.beers.ids[ratings.beer[fitted]], pa.string())
    texts = pc.if_else(pc.is_in(pairs, own), table["text"], pa.scalar(None, pa.string()))
    blanked = Path(mkdtemp(prefix="taproom-part-"))
    pq.write_table(table.set_column(table.schema.get_field_index("text"), "text", texts), blanked / PART)
    return reviews.read(blanked)


def _split(
    known: reviews.Reviews, fitted: Flags, left_out: Places, chosen: hyperparameters.Hyperparameters
) -> tuple[Split, Places]:
    """The split of the job: its validation rows are drawn from the fitted ones, as `training/split.py` draws them."""
    users = np.setdiff1d(np.arange(len(known.usernames)), left_out)
    code_of = np.full(len(known.usernames), -1, np.int64)
    code_of[users] = np.arange(len(users))
    rows = _recoded(known.rows.where(fitted), code_of)
    validation = np.zeros(len(rows), np.bool_)
    share = max(1, round(len(rows) * chosen.validation_share))
    validation[np.random.default_rng(chosen.seed).permutation(len(rows))[:share]] = True
    parted = Split(
        usernames=known.usernames[users],
        beers=known.beers,
        training=rows.where(~validation),
        validation=rows.where(validation),
        held_out=_recoded(known.rows.where(~fitted & (code_of[known.rows.user] >= 0)), code_of),
    )
    return parted, code_of


def _recoded(rows: reviews.Rows, code_of: Places) -> reviews.Rows:
    return reviews.Rows(code_of[rows.user].astype(np.int32), rows.beer, rows.score)
