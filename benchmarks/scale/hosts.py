"""One host and two side by side: as good, and what the second one costs and saves.

    PYTHONPATH=functions:layers/shared:training:. python -m benchmarks.scale.hosts [FILE] [NAME=VALUE ...]

Runs train.py on FILE (default: the 5,500-beer file in ../shared/data) as a job of one host and as one of two, which are
processes of this machine and share its cores, with the hyper-parameters given. The job of two measures the models of
the other one on the same held-out reviews, as it would a release in service: gains of two hosts over one with paired
bounds, each of 99 %. Seconds are of each process's CPU time and of the clock, peak memory is each process's.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

from benchmarks.data.review_file import prepare

PROJECT = Path(__file__).resolve().parents[2]
DEFAULT = PROJECT.parent / "shared" / "data" / "beeradvocate_5500.csv.gz"


class Ended(NamedTuple):
    """A host's program: its folder, seconds of CPU time, peak memory in GB."""

    base: Path
    cpu: float
    peak: float


def run_job(bases: Sequence[Path], arguments: Sequence[str]) -> tuple[list[Ended], float]:
    """train.py on a folder a host, and the seconds until all have ended."""
    with ExitStack() as held:
        free = [held.enter_context(socket.create_server(("localhost", 0))) for _ in bases]
        workers = [f"localhost:{each.getsockname()[1]}" for each in free]
    names = [f"algo-{number}" for number in range(1, len(bases) + 1)]
    began, programs = time.perf_counter(), []
    for place, base in enumerate(bases):
        with (base / "log").open("w") as log:
            programs.append(
                subprocess.Popen(
                    [sys.executable, str(PROJECT / "training" / "train.py"), *arguments],
                    env=os.environ
                    | {
                        "PYTHONPATH": str(PROJECT / "layers" / "shared"),
                        "SAGEMAKER_BASE_DIR": str(base),
                        "SM_HOSTS": json.dumps(names),
                        "SM_CURRENT_HOST": names[place],
                    }
                    | (_tf_config(workers, place) if len(bases) > 1 else {}),
                    stdout=log,
                    stderr=log,
                )
            )
    ended = []
    for base, program in zip(bases, programs, strict=True):
        _, status, used = os.wait4(program.pid, 0)
        if status:
            sys.exit(f"A host failed: {base / 'log'} says why.")
        ended.append(Ended(base, used.ru_utime + used.ru_stime, _gigabytes(used)))
    return ended, time.perf_counter() - began


def _tf_config(workers: Sequence[str], place: int) -> dict[str, str]:
    return {"TF_CONFIG": json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": place}})}


def _gigabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9


def main() -> None:
    given = [argument for argument in sys.argv[1:] if "=" in argument]
    file = Path(next((argument for argument in sys.argv[1:] if "=" not in argument), DEFAULT))
    if not file.is_file():
        sys.exit(f"There is no file {file}: name a CSV of reviews with the columns of a drop.")
    arguments = [part for each in given for part in ("--" + each.partition("=")[0], each.partition("=")[2])]
    root = Path(mkdtemp(prefix="hosts-"))
    bases = [root / name for name in ("alone", "first", "second")]
    for base in bases:
        reviews = base / "input" / "data" / "reviews"
        reviews.mkdir(parents=True)
        prepare(file, reviews)
    jobs = {"one host": run_job(bases[:1], arguments)}
    for base in bases[1:]:
        serving = base / "input" / "data" / "serving"
        serving.mkdir()
        with tarfile.open(serving / "model.tar.gz", "w:gz", compresslevel=1) as packed:
            for path in (bases[0] / "model").iterdir():
                packed.add(path, path.name)
    jobs["two hosts"] = run_job(bases[1:], arguments)
    for name, (ended, seconds) in jobs.items():
        used = " and ".join(f"{host.cpu:.0f} s of CPU time, {host.peak:.1f} GB" for host in ended)
        stages = json.loads((ended[0].base / "model" / "metrics.json").read_text())["seconds"]
        fits = ", ".join(f"{stage} {stages[stage]:.0f} s" for stage in ("fit retrieval", "fit ranking"))
        print(f"{name}: {seconds:.0f} s ({fits}), {used}")
    for metric, gain in json.loads((bases[1] / "model" / "metrics.json").read_text())["gains"]["serving"].items():
        print(
            f"{metric}: {gain['other']:.4f} with one, {gain['candidate']:.4f} with two, "
            f"gain {gain['gain']:+.2%} [{gain['lower']:+.2%}, {gain['upper']:+.2%}], {gain['users']:,} users"
        )


if __name__ == "__main__":
    main()
