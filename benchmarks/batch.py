"""How fast everybody's recommendations are made, and whether they are those that the API answers.

    PYTHONPATH=functions:layers/shared:training:. python -m benchmarks.batch [FILE]

Fits a release to FILE (default: the 5,500-beer file in ../shared/data), writes the lists of all its users, and asks the
API's own code, in this process and with the same models, for those of 1,000 of them. Seconds are of this process's
CPU time over its cores, so that what else the machine does counts less.
"""

from __future__ import annotations

import os
import random
import sqlite3  # noqa: F401 (before TensorFlow, whose own SQLite lacks full-text search and would take its place)
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import pyarrow.parquet as pq

from benchmarks.data.review_file import prepare
from recommend.adapters.tensorflow_serving import PredictedScores, Retrieved
from recommend.adapters.waking import Waking
from recommend.catalogue.catalogue import Catalogue
from recommend.recommending.query import RecommendationQuery
from recommend.recommending.recommender import Recommender
from taproom.contract import CATALOGUE, RANKING, RETRIEVAL
from trainer import hyperparameters
from trainer.data import reviews
from trainer.data.reviews import Reviews
from trainer.data.split import split
from trainer.fitting import determinism
from trainer.release import everybody
from trainer.release.build import fit_release
from trainer.release.models import ReleaseModels
from trainer.sagemaker.progress import Progress

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data" / "beeradvocate_5500.csv.gz"
# The lists' quality is not what is measured; that scores are as far apart as a fitted model's is.
SETTINGS = {"run": "benchmark", "retrieval_epochs": 4, "ranking_epochs": 2, "factors_iterations": 8}
ASKED, LENGTH = 1000, 10


class Models:
    """The release's models as the API's code asks them, without the endpoints between."""

    def __init__(self, folder: Path) -> None:
        self._models = ReleaseModels(folder)

    def recommend(self, username: str, history: dict[str, float], _: Any) -> Retrieved:
        found = self._models.answer(RETRIEVAL, {"username": [username], **_padded([history])})
        beers, scores, known = (found[name].numpy()[0] for name in ("beer_id", "score", "known"))
        return Retrieved(tuple(beer.decode() for beer in beers), tuple(map(float, scores)), bool(known), "benchmark")

    def predict(self, username: str, history: dict[str, float], beers: Sequence[Any], _: Any) -> PredictedScores:
        inputs = {
            "username": [username] * len(beers),
            "beer_id": [beer.beer_id for beer in beers],
            "brewery_name": [beer.brewery for beer in beers],
            "style": [beer.style or "" for beer in beers],
            "abv": [-1.0 if beer.abv is None else beer.abv for beer in beers],
            **_padded([history]),
        }
        return PredictedScores(tuple(map(float, self._models.answer(RANKING, inputs)["score"].numpy())), "benchmark")


def _padded(histories: Sequence[dict[str, float]]) -> dict[str, Any]:
    longest = max(1, *(len(each) for each in histories))
    return {
        "history_beer_ids": [[*each, *[""] * (longest - len(each))] for each in histories],
        "history_scores": [[*each.values(), *[0.0] * (longest - len(each))] for each in histories],
    }


def answered(folder: Path, known: Reviews, usernames: Sequence[str]) -> dict[str, list[str]]:
    """What the API's code answers each of `usernames`."""
    catalogue = Catalogue(folder / CATALOGUE)
    serving: Any = SimpleNamespace(catalogue=lambda _=None: catalogue, known_catalogue=lambda: catalogue)
    models: Any = Models(folder)
    # In one process nothing sleeps, however long it takes.
    recommender = Recommender(models, models, serving, Waking(models, serving))
    query = RecommendationQuery(LENGTH)
    ratings, found = known.ratings, {}
    for username in usernames:
        own = np.flatnonzero(ratings.user == np.searchsorted(known.usernames, username))
        ids = known.beers.ids[ratings.beer[own]]
        history = dict(zip(ids, map(float, ratings.score[own]), strict=True))
        found[username] = [
            one.ranked.beer.beer_id for one in recommender.recommend(username, history, query, explored=False).beers
        ]
    return found


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not file.is_file():
        sys.exit(f"There is no file {file}: name a CSV of reviews with the columns of a drop.")
    part = Path(mkdtemp(prefix="part-"))
    prepare(file, part)
    known = reviews.read(part)
    config = hyperparameters.parsed(SETTINGS)
    determinism.require(config.seed)
    folder = Path(mkdtemp(prefix="batch-"))
    fit_release(split(known, config), config, folder, None, Progress(folder / "tensorboard"))
    began, used = time.perf_counter(), time.process_time()
    everybody.write_recommendations(folder, known, (), LENGTH, folder / "batch")
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    users, cores = len(known.usernames), os.cpu_count() or 1
    print(f"{users:,} users in {seconds:.1f} s, {cpu:.1f} s of CPU time: {users / cpu * cores:,.0f} users a second")
    rows = pq.read_table(folder / "batch" / "recommendations.parquet").to_pylist()
    lists: dict[str, list[str]] = {}
    for row in rows:
        lists.setdefault(row["username"], []).append(row["beer_id"])
    asked = random.Random(1).sample(sorted(lists), min(ASKED, len(lists)))
    expected = answered(folder, known, asked)
    same = sum(lists[name] == expected[name] for name in asked)
    print(f"{same:,} of {len(asked):,} lists are those that the API answers, beer by beer")


if __name__ == "__main__":
    main()
