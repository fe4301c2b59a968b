"""What Spark prepares is what the training job would have made of the same parts, table by table and row by row."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from taproom.contract import beer_id_of, held_out
from taproom.snapshots.description import COLUMNS, DESCRIPTION, Snapshot
from tests.prerequisites import JAVA
from tests.unit.training.jobs import DROPPED, PROJECT, Row, review, taste, write_part
from trainer.data import bursts, prepared, reviews
from trainer.data.burst_rule import LEAST_ALONE, LEAST_TOGETHER, MOST_ALIKE
from trainer.data.split import hold_out
from trainer.sagemaker.failure import CannotTrain

FIRST, SECOND, THIRD = (f"2026010{day}T000000Z-00000000000{day}" for day in (1, 2, 3))
SHARE = 0.1
DAY = timedelta(days=1)
MADE = beer_id_of("Twin Brewery", "Twin")


# Files of so many rows, in the place of millions.
SMALL_FILES = """
import runpy, sys
sys.path[:0] = [sys.argv[1].rpartition("/")[0]]
from trainer.preparation import output_files
output_files._FILE_ROWS = 200
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def prepare(base: Path, *before: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SM_")}
    environment |= {"SAGEMAKER_BASE_DIR": str(base), "PYTHONPATH": str(PROJECT / "layers" / "shared")}
    # Neither 200 partitions nor compiling code for speed is for a handful of rows.
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    }
    given = " ".join(f"--conf {name}={value}" for name, value in settings.items())
    environment |= {"PYSPARK_SUBMIT_ARGS": f"--master local[2] {given} pyspark-shell"}
    command = [sys.executable, *before, str(PROJECT / "training" / "prepare.py"), "--run", "the-run"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def first_part() -> Iterator[Row]:
    yield from taste()
    # Of the same time, and of no known time.
    yield review("zoë", "b1", 1, line=900)
    yield review("zoë", "b1", 2, line=901)
    yield review("\U0001f37a", "b1", 2.5, reviewed_at=None, line=902)
    yield review("\uffff", "b1", 3.5, reviewed_at=DROPPED - 9 * DAY, line=903)
    # One beer under a given and a made id, and two that a part tells apart.
    yield review("ann", "77", 4, beer_name="Twin", brewery_name="Twin Brewery", line=910)
    for beer in ("501", "502"):
        yield review("ann", beer, 3, beer_name="Apart", brewery_name="Two Brewers", line=int(beer))


def second_part() -> Iterator[Row]:
    yield review("zoë", "b1", 5, reviewed_at=DROPPED - DAY)
    yield review("ann", MADE, 2, beer_name="twin", brewery_name="TWIN  Brewery", reviewed_at=DROPPED + DAY, line=3)
    # The only one that knows its style, and superseded in the third part.
    yield review("bob", "rare", 2, style="Gose", abv=4.1, line=4)
    for beer in range(LEAST_ALONE):
        yield review("shill", f"b{beer:02}", 5, line=10 + beer)
    for user in range(MOST_ALIKE):
        for given in ("b49", *(f"b{number:02}" for number in range(LEAST_TOGETHER - 1))):
            yield review(f"crowd {user}", given, 0.5, reviewed_at=DROPPED - 40 * DAY, line=100 + user)


def third_part() -> Iterator[Row]:
    yield review("bob", "rare", 4, style=None, abv=None, reviewed_at=DROPPED + DAY)
    yield review("\U0001f37a", "b1", 1, reviewed_at=None, dropped_at=DROPPED + DAY, line=3)
    yield review("cid", "only here", 3.5, beer_name="Nur hier", line=4)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parts")
    for name, rows in ((FIRST, first_part()), (SECOND, second_part()), (THIRD, third_part())):
        write_part(folder, rows, name)
    return folder


@pytest.fixture(scope="module")
def output(parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Spark makes of the parts."""
    JAVA.required()
    base = tmp_path_factory.mktemp("spark")
    shutil.copytree(parts, base / "processing" / "input" / "reviews")
    done = prepare(base)
    assert done.returncode == 0, done.stderr
    return base / "processing" / "output"


@pytest.fixture(scope="module")
def snapshot(parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot that the training job leaves of the parts."""
    folder = tmp_path_factory.mktemp("snapshot")
    reviews.read(parts, folder, "the-run")
    return folder


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and one.tolist() == other.tolist()


def assert_same_reviews(folder: Path, parts: Path) -> None:
    made, left_out, is_held_out = prepared.read(folder, SHARE)
    known, found = bursts.without_bursts(reviews.read(parts))
    assert same(made.usernames, known.usernames)
    assert all(
        same(getattr(made.beers, name), getattr(known.beers, name))
        for name in ("ids", "names", "breweries", "styles", "abv")
    )
    assert made.beers.aliases == known.beers.aliases
    assert all(
        same(getattr(made.ratings, name), getattr(known.ratings, name)) for name in ("user", "beer", "score", "day")
    )
    assert left_out == found
    assert same(is_held_out, hold_out(known.ratings, known.usernames, known.beers.ids, SHARE))


def test_all_tables_are_those_of_the_training_job(output: Path, parts: Path) -> None:
    assert_same_reviews(output / "prepared", parts)


def test_the_parts_have_every_case_that_could_differ(output: Path) -> None:
    made, left_out, is_held_out = prepared.read(output / "prepared", SHARE)
    assert made.beers.aliases[MADE] == "77"
    assert {"501", "502"} <= set(made.beers.ids)
    assert left_out == bursts.Bursts(MOST_ALIKE + 1, LEAST_ALONE + MOST_ALIKE * LEAST_TOGETHER, MOST_ALIKE)
    rare = made.beers.ids.tolist().index("rare")
    assert made.beers.styles[rare] == "Gose"
    assert made.ratings.score[made.ratings.beer == rare].tolist() == [4]
    assert made.usernames.tolist()[-3:] == ["zoë", "\uffff", "\U0001f37a"]
    assert 0 < is_held_out.sum() < len(is_held_out)


def test_the_snapshot_has_the_rows_of_the_training_jobs_in_the_same_order(output: Path, snapshot: Path) -> None:
    made, own = (Snapshot.from_json((folder / DESCRIPTION).read_bytes()) for folder in (output / "snapshot", snapshot))
    assert (made.run, made.rows, list(made.parts)) == (own.run, own.rows, list(own.parts))
    tables = [
        pq.read_table(folder / next(iter(one.files))) for folder, one in ((output / "snapshot", made), (snapshot, own))
    ]
    assert [table.column_names for table in tables] == [list(COLUMNS)] * 2
    assert tables[0].schema.types == tables[1].schema.types
    assert tables[0].to_pylist() == tables[1].to_pylist()
    assert {name: (output / "snapshot" / name).stat().st_size for name in made.files} == made.files


def test_of_a_snapshot_and_newer_parts_in_many_files_it_makes_the_same(parts: Path, tmp_path: Path) -> None:
    JAVA.required()
    given = tmp_path / "processing" / "input" / "reviews"
    older = tmp_path / "older"
    older.mkdir()
    for name in (FIRST, SECOND):
        shutil.copy(parts / f"{name}.parquet", older)
    reviews.read(older, given / "snapshots" / "earlier", "earlier")
    (given / "reviews").mkdir()
    shutil.copy(parts / f"{THIRD}.parquet", given / "reviews")
    done = prepare(tmp_path, "-c", SMALL_FILES)
    assert done.returncode == 0, done.stderr
    made = tmp_path / "processing" / "output"
    assert_same_reviews(made / "prepared", parts)
    users = [set(pq.read_table(file)["username"].to_pylist()) for file in sorted((made / "snapshot").glob("*.parquet"))]
    assert len(users) > 2
    assert len(set.union(*users)) == sum(map(len, users)), "all rows of a user are in one file"


def test_the_hold_out_is_the_contracts_function_itself(output: Path) -> None:
    made, _, is_held_out = prepared.read(output / "prepared", SHARE)
    pairs = zip(made.usernames[made.ratings.user], made.beers.ids[made.ratings.beer], strict=True)
    assert is_held_out.tolist() == [held_out(username, beer, SHARE) for username, beer in pairs]


def test_tables_of_another_hold_out_are_refused(output: Path) -> None:
    with pytest.raises(CannotTrain, match=r"holds out a share of 0\.1, the job 0\.2"):
        prepared.read(output / "prepared", 0.2)


def test_without_a_part_it_says_what_to_do(tmp_path: Path) -> None:
    JAVA.required()
    done = prepare(tmp_path)
    assert done.returncode == 1
    assert "drop a CSV of reviews" in (tmp_path / "output" / "message").read_text()
