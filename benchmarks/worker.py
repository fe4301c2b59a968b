"""One task in a process of its own, so that its memory is its own: JSON in, JSON out.

`python -m benchmarks.worker '<task>'` prints the answer as its last line; `benchmarks/quality.py` starts it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.models import MODELS
from benchmarks.tasks.task import Task


def main() -> None:
    # Libraries print what they like; the answer goes where only it is written.
    answer_to = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    answer = answered(Task.from_json(sys.argv[1]))
    answer_to.write(json.dumps(answer | {"peak_memory_mb": round(_peak())}) + "\n")
    answer_to.flush()


def answered(task: Task) -> dict[str, Any]:
    """Do the task; the answer's keys depend on its verb."""
    if task.verb == "prepare":
        from benchmarks.data.review_file import UnusableFile, prepare

        try:
            return asdict(prepare(Path(task.file), Path(task.folder)))
        except UnusableFile as error:
            return {"unusable": str(error)}
    tasks = import_module(f"benchmarks.tasks.{MODELS[task.model].kind}_tasks")
    answer: dict[str, Any] = getattr(tasks, task.verb)(task)
    return answer


def _peak() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    main()
