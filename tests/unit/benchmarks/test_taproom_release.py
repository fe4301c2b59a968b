"""The project's own models under the benchmark: real workers, real training code, few epochs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.data.holdout import hold_out_later
from benchmarks.data.ratings import DataSet
from benchmarks.processes import WorkerFailed, run
from benchmarks.tasks.task import Task
from tests.unit.benchmarks.reviewed import attributes, drawn
from trainer.data.reviews import Beers
from trainer.hyperparameters import Hyperparameters

SHORT = {"retrieval_epochs": 2, "ranking_epochs": 2, "retrieval_batch": 128, "ranking_batch": 128}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 users, of whom every other one reviews even beers and the rest odd ones."""
    folder = tmp_path_factory.mktemp("prepared")
    random = np.random.default_rng(1)
    lines = ["score,username,beer_name,brewery_name,style,abv"]
    for user in range(60):
        for beer in random.choice(30, 15, replace=False):
            taste = 2 * beer + user % 2
            lines.append(f"{random.integers(4, 11) / 2},u{user},Beer {taste},Brewery {taste % 7},Style {taste % 3},5")
    (folder / "mine.csv").write_text("\n".join(lines) + "\n")
    answer = run(Task("prepare", str(folder / "data"), file=str(folder / "mine.csv")), folder / "log")
    assert (answer["reviews"], answer["users"]) == (900, 60)
    return folder / "data"


def test_it_is_measured_in_both_orders_and_by_its_scores(prepared: Path) -> None:
    answer = run(Task("measure", str(prepared), "taproom", 1, settings=SHORT), prepared / "log")
    metrics: dict[str, Any] = answer["metrics"]
    assert 0 < metrics["recall_at_10"] <= metrics["recall_at_100"] == 1  # of 60 beers, all are among the first 100
    assert metrics["served_recall_at_100"] == 1
    assert 0 < metrics["served_liked_at_10"] <= 10
    assert 0 < metrics["rmse"] < 3
    assert answer["fit_seconds"] > 0
    assert answer["peak_memory_mb"] > 100


def test_the_job_is_given_the_fitted_rows_with_their_days_and_none_that_is_measured_on() -> None:
    from benchmarks.tasks.taproom_release import split_of

    ratings = drawn(2000, users=100, beers=50)
    names = np.array([f"{code:03}" for code in range(100)], object)
    beers = Beers(names[:50], names[:50], names[:50], names[:50], np.full(50, 5, np.float32))
    data = DataSet(names, beers, ratings, attributes(50))
    held = hold_out_later(ratings, 1)
    split = split_of(data, held.fitted, np.array([0, 7]), Hyperparameters())
    given = split.observed
    expected = ratings.select(held.fitted & ~np.isin(ratings.user, [0, 7]))
    assert len(split.held_out) == 0
    assert not {"000", "007"} & set(split.usernames)
    rows = zip(split.usernames[given.user], given.beer, given.score, given.day, strict=True)
    assert set(rows) == set(zip(names[expected.user], expected.beer, expected.score, expected.day, strict=True))
    assert given.day.max() < ratings.day[held.test].min()


def test_newcomers_and_known_users_are_asked_about(prepared: Path) -> None:
    answer = run(Task("newcomers", str(prepared), "taproom", 1, settings=SHORT), prepared / "log")
    recalls = answer["recall_at_100"]
    assert set(recalls) == {"newcomers", "known_cut", "known_whole", "newcomers_rest"}
    assert all(recall == 1 for recall in recalls.values())  # the whole catalogue is among the first 100


def test_a_worker_that_fails_says_why(prepared: Path) -> None:
    with pytest.raises(WorkerFailed, match="not_a_setting is not a hyper-parameter"):
        run(Task("measure", str(prepared), "taproom", 1, settings={"not_a_setting": 1}), prepared / "log")
