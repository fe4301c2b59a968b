"""How good the models are, next to those that anyone could install instead.

Prints tables, and writes docs/benchmarks.json, docs/benchmarks.md and its picture. Every result is
saved as soon as it is there, and merged into what was measured before: with --only the other models'
results stay, and with --resume an interrupted run goes on. With --json the results go to that file,
and docs/ is not touched; files other than the default ones need it.

    make quality                                                      all of it: an hour or two on two cores
    make quality ARGS="--reviews my-reviews.csv --json mine.json"     on your own reviews
    make quality ARGS="--only taproom --reviews ../shared/data/beeradvocate_5500.csv.gz"
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    # Python put this folder first, whose `ingest` is not the package.
    sys.path[:1] = [str(PROJECT / folder) for folder in ("", "functions", "layers/shared", "training")]

from benchmarks.models import MODELS, VARIANTS  # noqa: E402
from benchmarks.processes import WorkerFailed, run  # noqa: E402
from benchmarks.report import document, plot  # noqa: E402
from benchmarks.report.results import Results, UnreadableResults  # noqa: E402
from benchmarks.tasks.task import Task  # noqa: E402

DATA = PROJECT.parent / "shared" / "data"
DEFAULTS = tuple(DATA / f"{name}.csv.gz" for name in ("beeradvocate_5500", "ratebeer_text", "beeradvocate_full"))
DOCS = PROJECT / "docs"
# Above so many reviews a file is large, and gets fewer seeds and tries: the whole should take an hour or two.
LARGE = 600_000
SEEDS = {"small": 3, "large": 1}
TRIES = {"small": 3, "large": 2}
# Unless `--only` names them: one is slow, and less good than the other CatBoost; one asks for another fit of ours.
_LEFT_OUT_OF_LARGE = ("catboost-raw", "taproom-no-cross")
# All that need to know of a user is a history.
_NEWCOMER_MODELS = ("popularity", "item-cosine", "ease", "implicit-als", "taproom")
_PACKAGES = ("tensorflow-cpu", "implicit", "lightfm-next", "scikit-surprise", "catboost", "scipy", "numpy")


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; without `models`, and with `seeds` or `tries` of 0, a file's size decides."""

    files: Sequence[Path]
    json: Path
    writes_docs: bool
    models: Sequence[str]
    seeds: int
    tries: int
    resume: bool


def main() -> None:
    asked = _asked()
    try:
        results = Results.read(asked.json)
    except UnreadableResults as error:
        sys.exit(str(error))
    results.document["about"] = {"machine": _machine(), "packages": _packages()}
    log = Path(tempfile.mkdtemp(prefix="quality-"))
    say(f"Results go to {asked.json}; what the workers print goes to {log / 'workers.log'}")
    try:
        for file in asked.files:
            compare(file, asked, results, log)
    except WorkerFailed as error:
        sys.exit(f"{error}. What was measured is kept: once it is mended, go on with --resume.")
    if asked.writes_docs:
        plot.draw(results.document, DOCS / "benchmarks.svg")
        (DOCS / "benchmarks.md").write_text(document.page(results.document, "benchmarks.svg"), encoding="utf-8")
    print(document.terminal(results.document))


def compare(file: Path, asked: Asked, results: Results, folder: Path) -> None:
    """Measure the models asked for on one file."""
    log = folder / "workers.log"
    prepared = run(Task("prepare", str(folder / file.name), file=str(file)), log)
    if "unusable" in prepared:
        sys.exit(prepared["unusable"])
    name, size = prepared["name"], "large" if prepared["reviews"] > LARGE else "small"
    seeds = range(1, (asked.seeds or SEEDS[size]) + 1)
    tries = asked.tries or TRIES[size]
    counts = {key: prepared[key] for key in ("digest", "reviews", "users", "beers", "refused")}
    results.begin(name, counts | {"seeds": len(seeds), "tries": tries})
    say(f"{name}: {prepared['reviews']:,} reviews, {prepared['users']:,} users, {prepared['beers']:,} beers")
    data = Path(prepared["folder"])
    models = asked.models or [each for each in MODELS if size == "small" or each not in _LEFT_OUT_OF_LARGE]
    for model in models:
        _measure(model, name, data, seeds, tries, asked.resume, results, log)
    for model in (each for each in _NEWCOMER_MODELS if each in models):
        _newcomers(model, name, data, seeds, asked.resume, results, log)


def _measure(
    model: str, name: str, data: Path, seeds: range, tries: int, resume: bool, results: Results, log: Path
) -> None:
    if not resume:
        results.forget(name, model)
    tuned = "taproom" if model in VARIANTS else model
    settings = results.chosen(name, tuned)
    if settings is None:
        say(f"{name} · {tuned} · choosing from up to {tries} settings")
        settings = _tune(tuned, name, data, seeds[0], tries, results, log)
    for seed in seeds:
        if resume and results.has(name, model, seed):
            continue
        answer = run(Task("measure", str(data), model, seed, settings=settings), log)
        results.add(name, model, seed, answer)
        say(f"{name} · {model} · seed {seed} · {_shown(answer['metrics'])} · fitted in {answer['fit_seconds']:.1f} s")


def _tune(model: str, name: str, data: Path, seed: int, tries: int, results: Results, log: Path) -> dict[str, Any]:
    answer = run(Task("tune", str(data), model, seed, tries=tries), log)
    results.chose(name, model, answer)
    chosen: dict[str, Any] = answer["chosen"]
    return chosen


def _newcomers(model: str, name: str, data: Path, seeds: range, resume: bool, results: Results, log: Path) -> None:
    for seed in seeds:
        if resume and results.has(name, model, seed, "newcomers"):
            continue
        answer = run(Task("newcomers", str(data), model, seed, settings=results.chosen(name, model) or {}), log)
        results.add(name, model, seed, answer, "newcomers")
        say(f"{name} · {model} · newcomers · seed {seed} · {_shown(answer['recall_at_100'])}")


def _shown(metrics: dict[str, float | None]) -> str:
    return " ".join(f"{name} {value:.4f}" for name, value in metrics.items() if value is not None)


def say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def _machine() -> str:
    cpu = Path("/proc/cpuinfo")
    names = [line for line in cpu.read_text().splitlines() if line.startswith("model name")] if cpu.exists() else []
    processor = names[0].partition(":")[2].strip() if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _packages() -> str:
    found = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def _asked() -> Asked:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--reviews",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="CSVs of reviews, .csv or .csv.gz, with the columns of a drop (default: the three in ../shared/data)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where results go instead of docs/")
    parser.add_argument(
        "--only", nargs="+", choices=list(MODELS), metavar="MODEL", help=f"measure these alone: {', '.join(MODELS)}"
    )
    parser.add_argument(
        "--seeds",
        type=int,
        default=0,
        help=f"of the split (default: {SEEDS['small']}, above {LARGE:,} reviews {SEEDS['large']})",
    )
    parser.add_argument(
        "--tries",
        type=int,
        default=0,
        help=f"of each model (default: {TRIES['small']}, above {LARGE:,} reviews {TRIES['large']})",
    )
    parser.add_argument("--resume", action="store_true", help="keep results that are there, measure what is missing")
    given = parser.parse_args()
    files = [file.resolve() for file in given.reviews or DEFAULTS]
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        parser.error(
            f"there is no file {', '.join(missing)}; name a CSV of reviews with --reviews FILE and where its results "
            "go with --json FILE"
        )
    if min(given.seeds, given.tries) < 0:
        parser.error(f"--seeds is {given.seeds} and --tries {given.tries}; expected 1 or more")
    own = sorted({file.name for file in files} - {file.name for file in DEFAULTS})
    if own and given.json is None:
        parser.error(
            f"docs/ tells of the default files alone; name where the results of {', '.join(own)} go: --json FILE"
        )
    return Asked(
        files,
        (given.json or DOCS / "benchmarks.json").resolve(),
        given.json is None,
        given.only or (),
        given.seeds,
        given.tries,
        given.resume,
    )


if __name__ == "__main__":
    main()
