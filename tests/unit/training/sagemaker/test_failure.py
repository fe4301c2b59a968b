"""A job that can't go on exits non-zero and says in one sentence why and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.training.jobs import PROJECT, Row, review, taste, train, write_part

TRAIN = PROJECT / "training" / "train.py"


def drinker(name: str, beers: int) -> list[Row]:
    return [review(name, f"b{beer:03}", 3.0, line=beer + 2) for beer in range(beers)]


@pytest.mark.parametrize(
    ("rows", "given", "reason"),
    [
        ([], {}, "hold no review"),
        (drinker("ann", 3) + drinker("bob", 4), {}, "None of the 2 users has at least 5 reviews (they have 3 to 4)"),
        (drinker("ann", 30), {}, "Only one of the 1 users has at least 5 reviews"),
        (
            [review(f"user {number}", "only", 3.0) for number in range(30)],
            {"minimum_reviews": "1"},
            "reviews that can be fitted are all of one beer ('only')",
        ),
        (
            drinker("ann", 2) + drinker("bob", 2),
            {"minimum_reviews": "1", "held_out_share": "0.001"},
            "2 users leave 3 reviews to fit and 0 held-out reviews to measure with",
        ),
        (taste(4), {"patience": "0", "colour": "amber"}, "colour is not a hyper-parameter"),
    ],
    ids=["no review", "too few", "one user", "one beer", "nothing held out", "two faults"],
)
def test_too_little_to_train_on(rows: list[Row], given: dict[str, str], reason: str, tmp_path: Path) -> None:
    write_part(tmp_path / "input/data/reviews", rows)
    run = train(tmp_path, given)
    assert run.status == 1
    assert reason in run.failure
    assert run.errors.strip() == run.failure
    assert run.failure.endswith(".") and "\n" not in run.failure


def test_no_part_at_all(tmp_path: Path) -> None:
    run = train(tmp_path, {})
    assert run.status == 1
    assert run.failure.startswith("There is no Parquet part in the channel 'reviews'")


def test_a_part_that_is_not_parquet_is_named(tmp_path: Path) -> None:
    file = tmp_path / "input/data/reviews/20260101T000000Z-aaaaaaaaaaaa.parquet"
    file.parent.mkdir(parents=True)
    file.write_text("score,username")
    run = train(tmp_path, {})
    assert run.status == 1
    assert f"The part {file.name} can't be read as Parquet" in run.failure


def test_help_says_how_to_run_on_a_laptop(tmp_path: Path) -> None:
    run = train(tmp_path, {}, "--help")
    assert run.status == 0
    assert any("SAGEMAKER_BASE_DIR=run" in line for line in run.lines)


def test_a_job_that_cannot_start_says_so_before_tensorflow_is_imported() -> None:
    """Which takes seconds."""
    script = f"import runpy, sys; sys.argv[1:] = ['--help']; runpy.run_path({str(TRAIN)!r}, run_name='__main__'); "
    script += "assert 'trainer.data.split' in sys.modules and 'tensorflow' not in sys.modules"
    path = os.pathsep.join([str(TRAIN.parent), str(PROJECT / "layers" / "shared")])
    ended = subprocess.run([sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": path}, capture_output=True)
    assert ended.returncode == 0, ended.stderr
