"""How CPU time and memory of a training job grow with reviews and beers.

    PYTHONPATH=functions:layers/shared:training:. python -m benchmarks.scale.growth [FILE] [--points 150000x26047 …]

Grows FILE (default: the full file in ../shared/data) to each of the points, reviews x beers, and runs training/train.py
on each in a process of its own, with two threads. What is measured joins docs/scale.json, and docs/scale.svg is drawn
anew from all of it. With --before FOLDER the folder training/ of another version is measured on the same parts.

Users are resampled, so quality is not what is measured here: a copy of a user tells what another one holds back.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from benchmarks.data.grown_reviews import Grown, grow
from benchmarks.data.review_file import prepare
from benchmarks.report import scale_plot
from benchmarks.threads import ENVIRONMENT
from trainer.data import reviews

PROJECT = Path(__file__).resolve().parents[2]
DEFAULT = PROJECT.parent / "shared" / "data" / "beeradvocate_full.csv.gz"
RESULTS = PROJECT / "docs" / "scale.json"
POINTS = ("150000x26047", "1455554x26047", "5000000x100000", "15000000x100000", "15000000x1000000")
# Exponents are those from so many reviews on: below, TensorFlow itself is most of the memory.
LEAST_REVIEWS = 1_400_000
_SECONDS_BETWEEN_LOOKS = 0.05
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Stage:
    """What a stage of the job took: seconds, of CPU too, and the most memory in it, in GB."""

    seconds: float = 0.0
    cpu: float = 0.0
    peak: float = 0.0


@dataclass
class Measured:
    """A run: seconds, of CPU too, the most memory in GB (of it `anonymous`: not pages of files), and the artifact's
    bytes."""

    version: str
    reviews: int
    users: int
    beers: int
    arguments: Sequence[str]
    seconds: float = 0.0
    cpu: float = 0.0
    peak: float = 0.0
    anonymous: float = 0.0
    bytes: int = 0
    stages: dict[str, Stage] = field(default_factory=dict)


def train(version: str, training: Path, parts: Path, grown: Grown, arguments: Sequence[str]) -> Measured:
    """Run `training`/train.py on `parts`, and watch it."""
    measured = Measured(version, *grown, arguments)
    with TemporaryDirectory(prefix="growth-") as base:
        channel = Path(base) / "input" / "data"
        channel.mkdir(parents=True)
        (channel / "reviews").symlink_to(parts)
        began = time.perf_counter()
        with (Path(base) / "errors").open("w+") as errors:
            process = subprocess.Popen(
                [sys.executable, str(training / "train.py"), *arguments],
                env=os.environ
                | ENVIRONMENT
                | {"SAGEMAKER_BASE_DIR": base, "PYTHONPATH": str(PROJECT / "layers" / "shared")},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
            _watch(process, measured)
            if process.returncode:
                errors.seek(0)
                sys.exit(
                    f"The job on {grown.reviews:,} reviews ended with {process.returncode}: {errors.read()[-2000:]}"
                )
        measured.seconds = time.perf_counter() - began
        measured.bytes = sum(file.stat().st_size for file in (Path(base) / "model").rglob("*") if file.is_file())
    return measured


def _watch(process: subprocess.Popen[str], measured: Measured) -> None:
    """Fill in what is measured while the process runs, and wait for its end."""
    current = "start"
    began, used = time.perf_counter(), 0.0

    def end_stage() -> None:
        nonlocal began, used
        now, cpu = time.perf_counter(), _cpu(process.pid)
        stage = measured.stages.setdefault(current, Stage())
        stage.seconds, stage.cpu = stage.seconds + now - began, stage.cpu + cpu - used
        began, used = now, cpu
        print(f"  {current}: {stage.seconds:.0f} s, {stage.cpu:.0f} s of CPU, {stage.peak:.2f} GB", flush=True)

    def look() -> None:
        while not ended.wait(_SECONDS_BETWEEN_LOOKS):
            found = _memory(process.pid)
            stage = measured.stages.setdefault(current, Stage())
            stage.peak = max(stage.peak, found.resident)
            # Not the child's ru_maxrss, which has that of this process at the start in it.
            measured.peak = max(measured.peak, found.highest)
            measured.anonymous = max(measured.anonymous, found.anonymous)

    ended = threading.Event()
    looking = threading.Thread(target=look)
    looking.start()
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("stage ") and " took " not in line:
            end_stage()
            current = line.removeprefix("stage ").strip()
    end_stage()
    ended.set()
    looking.join()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    measured.cpu = usage.ru_utime + usage.ru_stime


def _cpu(pid: int) -> float:
    """The seconds of CPU that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


class _Memory(NamedTuple):
    """Memory of a process in GB: the most of it so far, what it has now, and the anonymous part of that."""

    highest: float
    resident: float
    anonymous: float


def _memory(pid: int) -> _Memory:
    """All 0 once the process has ended."""
    found = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    sizes = (found.get(name, "0 kB").split()[0] for name in ("VmHWM", "VmRSS", "RssAnon"))
    return _Memory(*(int(size) * 1024 / 1e9 for size in sizes))


def exponents(runs: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The powers of the number of reviews that CPU time and memory grow with, by least squares over the logarithms."""
    counted = [run for run in runs if run["reviews"] >= LEAST_REVIEWS]
    if len({run["reviews"] for run in counted}) < 2:
        return {}
    size = np.log([run["reviews"] for run in counted])
    return {name: float(np.polyfit(size, np.log([run[name] for run in counted]), 1)[0]) for name in ("cpu", "peak")}


def joined(file: Path, run: Measured) -> dict[str, Any]:
    """The document in `file` with `run` in the place of what was measured at the same point."""
    runs = json.loads(file.read_text())["runs"] if file.is_file() else []
    point = (run.version, run.reviews, run.beers)
    runs = [each for each in runs if (each["version"], each["reviews"], each["beers"]) != point]
    runs = sorted([*runs, asdict(run)], key=lambda each: (each["version"], each["reviews"], each["beers"]))
    # Of runs with as many reviews, that with the smallest catalogue: a larger one is a question of its own.
    smallest = [
        each
        for each in runs
        if not any(
            (other["version"], other["reviews"]) == (each["version"], each["reviews"])
            and other["beers"] < each["beers"]
            for other in runs
        )
    ]
    found = {
        version: exponents([each for each in smallest if each["version"] == version])
        for version in sorted({each["version"] for each in runs})
    }
    return {"exponents": found, "runs": runs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--points", nargs="+", default=POINTS, metavar="REVIEWSxBEERS")
    parser.add_argument("--before", type=Path, metavar="FOLDER", help="training/ of another version, measured as well")
    parser.add_argument("--only", choices=("now", "before"), help="one of the two versions")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--set", nargs="+", default=(), metavar="NAME=VALUE", help="hyper-parameters of all runs")
    given = parser.parse_args()
    if not given.file.is_file():
        sys.exit(f"There is no file {given.file}: name a CSV of reviews with the columns of a drop.")
    versions = {"now": PROJECT / "training"} | ({"before": given.before.resolve()} if given.before else {})
    arguments = [part for pair in given.set for part in (f"--{pair.split('=')[0]}", pair.split("=")[1])]
    with TemporaryDirectory(prefix="grown-") as folder:
        prepare(given.file, Path(folder) / "source")
        source = reviews.read(Path(folder) / "source")
        for point in given.points:
            parts = Path(folder) / point
            rows, beers = map(int, point.split("x"))
            grown = grow(source, rows, beers, parts)
            for version, training in versions.items():
                if given.only in (None, version):
                    print(f"{version}: {grown.reviews:,} reviews of {grown.beers:,} beers", flush=True)
                    run = train(version, training, parts, grown, arguments)
                    print(f"{run.cpu:,.0f} s of CPU, {run.peak:.2f} GB, {run.bytes / 1e6:,.0f} MB", flush=True)
                    document = joined(given.results, run)
                    given.results.write_text(json.dumps(document, indent=1) + "\n")
                    scale_plot.draw(document, given.results.with_suffix(".svg"))
            shutil.rmtree(parts)


if __name__ == "__main__":
    main()
