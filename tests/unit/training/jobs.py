"""Small drops of reviews, and training jobs that run on them as SageMaker runs them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.served.rows import SCHEMA
from taproom.contract import LEARNT_COLUMNS, PART_COLUMNS

PROJECT = Path(__file__).parents[3]
DROPPED = datetime(2026, 1, 31, tzinfo=UTC)
Row = dict[str, Any]


def review(username: str, beer_id: str, score: float, **others: Any) -> Row:
    """A row of a part; what is not given is plausible."""
    return {
        "username": username,
        "beer_id": beer_id,
        "beer_name": f"Beer {beer_id}",
        "brewery_name": f"Brewery {beer_id[-1]}",
        "style": "Stout",
        "abv": 5.0,
        "score": score,
        "text": None,
        "reviewed_at": DROPPED,
        "dropped_at": DROPPED,
        "line": 2,
    } | others


def write_part(folder: Path, rows: Iterable[Row], name: str = "20260131T000000Z-000000000001") -> Path:
    """Write a part as ingest does."""
    text, moment = pa.string(), pa.timestamp("ms", "UTC")
    types = {"abv": pa.float32(), "score": pa.float32(), "line": pa.int64()}
    types |= {"reviewed_at": moment, "dropped_at": moment}
    schema = pa.schema([(column, types.get(column, text)) for column in PART_COLUMNS])
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.parquet"
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), file)
    return file


def write_beers(folder: Path, *beers: tuple[str, str, str, str | None, float | None]) -> None:
    """Write beers of catalogue files (id, name, brewery, style, strength) as ingest does."""
    schema = pa.schema([(name, pa.float32() if name == "abv" else pa.string()) for name in LEARNT_COLUMNS])
    folder.mkdir(parents=True, exist_ok=True)
    rows = [dict(zip(LEARNT_COLUMNS, beer, strict=True)) for beer in beers]
    pq.write_table(pa.Table.from_pylist(rows, schema), folder / "0123456789ab.parquet")


def write_served(folder: Path, *rows: Row) -> None:
    """Write a file of the served log with these columns of its rows, as ingest does."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.Table.from_pylist([dict.fromkeys(SCHEMA.names) | row for row in rows], SCHEMA), folder / "0.parquet"
    )


def taste(users: int = 40, beers: int = 50, seed: int = 7) -> list[Row]:
    """Users who each drink 12 to 20 beers, mostly those of their own half of the catalogue, and like them more."""
    chance = np.random.default_rng(seed)
    rows = []
    for user in range(users):
        likes = np.where(np.arange(beers) % 2 == user % 2, 5.0, 1.0)
        drunk = chance.choice(beers, size=chance.integers(12, 21), replace=False, p=likes / likes.sum())
        for line, beer in enumerate(drunk):
            score = 3.0 + (1.0 if likes[beer] > 1 else -1.0) + chance.choice([-0.5, 0.0, 0.5])
            rows.append(
                review(
                    f"user {user:02}",
                    f"b{beer:02}",
                    float(score),
                    style=("Stout", "Pils")[beer % 2],
                    abv=None if beer == 3 else 4.0 + beer % 5,
                    reviewed_at=DROPPED + timedelta(minutes=line),
                    line=line + 2,
                )
            )
    return rows


SHORT = {
    "retrieval_epochs": "3", "retrieval_batch": "16", "retrieval_dimension": "32",
    "ranking_epochs": "2", "ranking_batch": "64", "factors_iterations": "3",
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A training job that ended."""

    base: Path
    status: int
    lines: list[str]
    errors: str

    @property
    def model(self) -> Path:
        return self.base / "model"

    @property
    def failure(self) -> str:
        return (self.base / "output" / "failure").read_text()

    @property
    def metrics(self) -> dict[str, Any]:
        return dict(json.loads((self.model / "metrics.json").read_text()))


def train(base: Path, hyperparameters: dict[str, str], *arguments: str, **environment: str) -> Run:
    """Run train.py on `base` as SageMaker would on /opt/ml, to its end."""
    return ended(base, start(base, hyperparameters, *arguments, **environment))


def start(base: Path, hyperparameters: dict[str, str], *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start train.py on `base`; fitting must not depend on which warnings are errors."""
    config = base / "input" / "config"
    config.mkdir(parents=True, exist_ok=True)
    (config / "hyperparameters.json").write_text(json.dumps(hyperparameters))
    return subprocess.Popen(
        [sys.executable, "-W", "error", PROJECT / "training" / "train.py", *arguments],
        env={name: value for name, value in os.environ.items() if not name.startswith("SM_")}
        | {"SAGEMAKER_BASE_DIR": str(base), "PYTHONPATH": str(PROJECT / "layers" / "shared")}
        | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(base: Path, program: subprocess.Popen[str]) -> Run:
    """What a started program did, once it has ended."""
    out, errors = program.communicate()
    return Run(base, program.returncode, out.splitlines(), errors)


def start_hosts(bases: list[Path], hyperparameters: dict[str, str]) -> list[subprocess.Popen[str]]:
    """Start train.py as the hosts algo-1, algo-2, … of one job, each with a folder of its own."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("localhost", 0))) for _ in bases]
        workers = [f"localhost:{each.getsockname()[1]}" for each in sockets]
    names = [f"algo-{place}" for place in range(1, len(bases) + 1)]
    return [
        start(
            base,
            hyperparameters,
            SM_HOSTS=json.dumps(names),
            SM_CURRENT_HOST=name,
            TF_CONFIG=json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": place}}),
        )
        for place, (base, name) in enumerate(zip(bases, names, strict=True))
    ]


def pack(model: Path, channel: Path) -> None:
    """Pack a run's model folder as SageMaker does, into the channel of the next run."""
    channel.mkdir(parents=True, exist_ok=True)
    with tarfile.open(channel / "model.tar.gz", "w:gz") as archive:
        for path in sorted(model.iterdir()):
            archive.add(path, path.name)
