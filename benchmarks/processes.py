"""Starting workers: one at a time, each with the same number of threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.tasks.task import Task
from benchmarks.threads import ENVIRONMENT

PROJECT = Path(__file__).resolve().parents[1]
_PATHS = os.pathsep.join(str(PROJECT / folder) for folder in ("", "functions", "layers/shared", "training"))


class WorkerFailed(Exception):
    """A worker ended without an answer; the message has the end of what it printed."""


def run(task: Task, log: Path) -> dict[str, Any]:
    """The worker's answer; what it prints is added to `log`.

    Raises
    ------
    WorkerFailed
        The worker ended without an answer.
    """
    with log.open("ab") as printed:
        printed.write(f"\n{task.to_json()}\n".encode())
        printed.flush()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.worker", task.to_json()],
            cwd=PROJECT,
            env=os.environ | ENVIRONMENT | {"PYTHONPATH": _PATHS},
            stdout=subprocess.PIPE,
            stderr=printed,
            text=True,
        )
    if done.returncode:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise WorkerFailed(
            f"{task.verb} {task.model} ended with {done.returncode} ({' '.join(last)[:300]}); all of it is in {log}"
        )
    return dict(json.loads(done.stdout))
