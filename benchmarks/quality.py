"""How good the models are, next to those that anyone could install instead.

Prints tables, and writes docs/benchmarks.json, docs/benchmarks.md and its picture. Every result is
saved as soon as it is there, and merged into what was measured before: with --only the other models'
results stay, and with --resume an interrupted run goes on. With --json the results go to that file,
and docs/ is not touched; files other than the default ones need it.

    make quality                                                      all of it: several hours on two cores
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

PROJECT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    # Python put this folder first, whose `ingest` is not the package.
    sys.path[:1] = [str(PROJECT / folder) for folder in ("", "functions", "layers/shared", "training")]

from benchmarks.data.holdout import MOST_TENTHS  # noqa: E402
from benchmarks.models import MODELS  # noqa: E402
from benchmarks.processes import WorkerFailed, run  # noqa: E402
from benchmarks.report import document, plot  # noqa: E402
from benchmarks.report.results import BY_TIME, Results, UnreadableResults  # noqa: E402
from benchmarks.tasks.task import Task, Verb  # noqa: E402

DATA = PROJECT.parent / "shared" / "data"
DEFAULTS = tuple(
    DATA / f"{name}.csv.gz"
    for name in ("movielens_small", "ratebeer_text", "beeradvocate_dense", "beeradvocate_5500", "beeradvocate_full")
)
DOCS = PROJECT / "docs"
# Of each model's settings: as many as the training job tries itself while it fits ours.
TRIES = 6
SEEDS = 3
# Above so many reviews a file is large, and gets fewer seeds, and fewer tries of what is slow.
LARGE = 600_000
LARGE_SEEDS = 1
LARGE_SLOW_TRIES = 2
# Unless `--only` names it: it asks for another fit of ours.
_LEFT_OUT_OF_LARGE = ("taproom-no-cross",)
# All that need to know of a user is a history.
_NEWCOMER_MODELS = ("popularity", "ease", "collective-ease", "implicit-als", "taproom")
_PACKAGES = ("tensorflow-cpu", "implicit", "lightfm-next", "catboost", "scipy", "numpy")


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
    timed: bool


def main() -> None:
    asked = _asked()
    try:
        results = Results.read(asked.json)
    except UnreadableResults as error:
        sys.exit(str(error))
    results.document["about"] = {"packages": _packages()}
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
    """Measure the models asked for on one file: on random rows and, where it has times, on later ones."""
    log = folder / "workers.log"
    prepared = run(Task("prepare", str(folder / file.name), file=str(file)), log)
    if "unusable" in prepared:
        sys.exit(prepared["unusable"])
    say(f"{prepared['name']}: {prepared['reviews']:,} reviews of {prepared['beers']:,} beers")
    is_large = prepared["reviews"] > LARGE
    wanted = asked.seeds or (LARGE_SEEDS if is_large else SEEDS)
    for by_time in (False, True)[: 1 + prepared["dated"]]:
        name = f"{prepared['name']}{BY_TIME if by_time else ''}"
        seeds = min(wanted, MOST_TENTHS) if by_time else wanted
        counts = {key: prepared[key] for key in ("digest", "reviews", "users", "beers", "refused")}
        results.begin(name, counts | {"seeds": seeds, "by_time": by_time})
        measured = Measured(name, prepared["folder"], by_time, range(1, seeds + 1), asked, results, log)
        models = asked.models or [each for each in MODELS if not is_large or each not in _LEFT_OUT_OF_LARGE]
        for model in (each for each in models if by_time or not MODELS[each].by_time):
            slow = is_large and MODELS[model].slow
            measured.measure(model, asked.tries or (LARGE_SLOW_TRIES if slow else TRIES))
        for model in (each for each in _NEWCOMER_MODELS if each in models and not by_time):
            measured.newcomers(model)


@dataclass(frozen=True)
class Measured:
    """One data set under measurement."""

    name: str
    folder: str
    by_time: bool
    seeds: range
    asked: Asked
    results: Results
    log: Path

    def measure(self, model: str, tries: int) -> None:
        """Choose settings with the first seed, or before all that is tested, then measure with every one."""
        if not self.asked.resume:
            self.results.forget(self.name, model)
        if self.results.chosen(self.name, model) is None and MODELS[model].kind != "taproom":
            say(f"{self.name} · {model} · choosing from up to {tries} settings")
            seed = self.seeds[-1] if self.by_time else self.seeds[0]
            self.results.chose(self.name, model, run(self._task("tune", model, seed, tries=tries), self.log))
        for seed in self.seeds:
            if self.asked.resume and self.results.has(self.name, model, seed):
                continue
            answer = run(self._task("measure", model, seed), self.log) | {"machine": _machine()}
            shown = f"{_shown(answer['metrics'])} · fitted in {answer['fit_seconds']:.1f} s"
            if not self.asked.timed:
                answer |= {"fit_seconds": None, "evaluation_seconds": None}
                answer.pop("stages", None)
            self.results.add(self.name, model, seed, answer)
            say(f"{self.name} · {model} · seed {seed} · {shown}")

    def newcomers(self, model: str) -> None:
        """Measure how users are served who were not fitted."""
        for seed in self.seeds:
            if self.asked.resume and self.results.has(self.name, model, seed, "newcomers"):
                continue
            answer = run(self._task("newcomers", model, seed), self.log)
            self.results.add(self.name, model, seed, answer, "newcomers")
            say(f"{self.name} · {model} · newcomers · seed {seed} · {_shown(answer['recall_at_100'])}")

    def _task(self, verb: Verb, model: str, seed: int, tries: int = 0) -> Task:
        settings = self.results.chosen(self.name, model) or {}
        return Task(verb, self.folder, model, seed, tries, settings, by_time=self.by_time)


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
        help="CSVs of reviews, .csv or .csv.gz, with the columns of a drop (default: the five in ../shared/data)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where results go instead of docs/")
    parser.add_argument(
        "--only", nargs="+", choices=list(MODELS), metavar="MODEL", help=f"measure these alone: {', '.join(MODELS)}"
    )
    parser.add_argument(
        "--seeds",
        type=int,
        default=0,
        help=f"of the split (default: {SEEDS}, above {LARGE:,} reviews {LARGE_SEEDS})",
    )
    parser.add_argument(
        "--tries",
        type=int,
        default=0,
        help=f"of each peer (default: {TRIES}, above {LARGE:,} reviews {LARGE_SLOW_TRIES} of a slow one)",
    )
    parser.add_argument("--resume", action="store_true", help="keep results that are there, measure what is missing")
    parser.add_argument(
        "--untimed", action="store_true", help="keep no times: for a machine that has other work to do meanwhile"
    )
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
        not given.untimed,
    )


if __name__ == "__main__":
    main()
