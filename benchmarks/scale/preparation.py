"""How long preparation takes, and how much memory, in the training job's process and on Spark, and that both agree.

Each kind prepares the same part in a process of its own, in turns; the training job's with pyarrow and numpy.
Spark's figures are those of all its processes, its start included.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from benchmarks.data.review_file import prepare
from trainer.data import bursts, prepared, reviews
from trainer.data.split import hold_out
from trainer.hyperparameters import Hyperparameters

PROJECT = Path(__file__).resolve().parents[2]
SHARE = Hyperparameters.held_out_share
IN_PROCESS = f"""
import sys
from pathlib import Path
from trainer.data import bursts, reviews
from trainer.data.split import hold_out
known, _ = bursts.without_bursts(reviews.read(Path(sys.argv[1]), Path(sys.argv[2]), "benchmark"))
hold_out(known.ratings, known.usernames, known.beers.ids, {SHARE})
"""


@dataclass(frozen=True)
class Measured:
    """One run: wall-clock and CPU seconds, and the largest sum of its processes' memory in MB."""

    seconds: float
    cpu: float
    peak: float


def measured(command: list[str], **environment: str) -> Measured:
    """Run the command to its end, which has to be a good one."""
    paths = os.pathsep.join(str(PROJECT / folder) for folder in ("layers/shared", "training"))
    began = time.perf_counter()
    process = psutil.Popen(
        command,
        env={**os.environ, "PYTHONPATH": paths, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    cpu: dict[int, float] = {}
    peak = 0.0
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(0.1):
            memory = 0
            for each in _family(process):
                try:
                    times = each.cpu_times()
                    cpu[each.pid] = times.user + times.system
                    memory += each.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            peak = max(peak, memory / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    status = process.wait()
    seconds = time.perf_counter() - began
    ended.set()
    watcher.join()
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    return Measured(seconds, sum(cpu.values()), peak)


def _family(process: psutil.Popen) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def in_process(parts: Path, folder: Path) -> Measured:
    """The training job's own."""
    return measured([sys.executable, "-c", IN_PROCESS, str(parts), str(folder / "snapshot")])


def on_spark(parts: Path, folder: Path) -> Measured:
    """What SageMaker's Spark container runs, here on two cores."""
    given = folder / "processing" / "input"
    given.mkdir(parents=True)
    (given / "reviews").symlink_to(parts)
    settings = (
        "--master local[2] --driver-memory 4g --conf spark.ui.enabled=false --conf spark.driver.bindAddress=127.0.0.1"
    )
    return measured(
        [sys.executable, str(PROJECT / "training" / "prepare.py"), "--run", "benchmark"],
        SAGEMAKER_BASE_DIR=str(folder),
        PYSPARK_SUBMIT_ARGS=f"{settings} --conf spark.sql.shuffle.partitions=8 pyspark-shell",
    )


def differences(parts: Path, folder: Path) -> list[str]:
    """The tables in which what Spark left in the folder is not the training job's."""
    made, left_out, is_held_out = prepared.read(folder / "processing" / "output" / "prepared", SHARE)
    known, found = bursts.without_bursts(reviews.read(parts))
    own = hold_out(known.ratings, known.usernames, known.beers.ids, SHARE)
    pairs = {"usernames": (made.usernames, known.usernames), "held out": (is_held_out, own)}
    for table in ("beers", "ratings"):
        for name in ("ids", "names", "breweries", "styles", "abv", "user", "beer", "score", "day"):
            if hasattr(known.beers if table == "beers" else known.ratings, name):
                pairs[f"{table}.{name}"] = (getattr(getattr(made, table), name), getattr(getattr(known, table), name))
    wrong = [name for name, (one, other) in pairs.items() if one.dtype != other.dtype or not np.array_equal(one, other)]
    same = {"aliases": made.beers.aliases == known.beers.aliases, "bursts": left_out == found}
    return wrong + [name for name, is_same in same.items() if not is_same]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", help="CSVs of reviews")
    parser.add_argument("--repeat", type=int, default=1)
    given = parser.parse_args()
    print("| reviews | kind | seconds | CPU s | peak MB | tables |\n|---|---|---|---|---|---|")
    for file in given.files:
        with tempfile.TemporaryDirectory() as temporary:
            parts = Path(temporary) / "parts"
            rows = prepare(file, parts).reviews
            runs: dict[str, list[Measured]] = {"in process": [], "Spark": []}
            for turn in range(given.repeat):
                runs["in process"].append(in_process(parts, Path(temporary) / f"own-{turn}"))
                runs["Spark"].append(on_spark(parts, Path(temporary) / f"spark-{turn}"))
            wrong = differences(parts, Path(temporary) / "spark-0")
            for kind, all_runs in runs.items():
                seconds, cpu, peak = (
                    statistics.median(getattr(each, name) for each in all_runs) for name in ("seconds", "cpu", "peak")
                )
                tables = "differ: " + ", ".join(wrong) if wrong else "the same"
                print(f"| {rows:,} | {kind} | {seconds:.1f} | {cpu:.1f} | {peak:,.0f} | {tables} |", flush=True)


if __name__ == "__main__":
    main()
