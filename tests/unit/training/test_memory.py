"""What a job holds in memory follows from its hyper-parameters and its catalogue, hardly from its reviews."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.data.grown_reviews import grow
from tests.unit.training.jobs import PROJECT, SHORT, taste, write_part
from trainer.data import reviews

# Bytes of a review at the job's peak: some 56 of the columns that are read, as many while they are sorted.
MOST_BYTES = 160


def peak(base: Path, rows: int) -> tuple[int, int]:
    """The most memory in bytes of a job on about so many reviews, and how many it counted."""
    write_part(base / "source", taste())
    grow(reviews.read(base / "source"), rows, 50, base / "input" / "data" / "reviews")
    (base / "input" / "config").mkdir()
    settings = SHORT | {"retrieval_steps": "4", "ranking_steps": "20"}
    (base / "input" / "config" / "hyperparameters.json").write_text(json.dumps(settings))
    process = subprocess.Popen(
        [sys.executable, PROJECT / "training" / "train.py"],
        env={name: value for name, value in os.environ.items() if not name.startswith("SM_")}
        | {"SAGEMAKER_BASE_DIR": str(base), "PYTHONPATH": str(PROJECT / "layers" / "shared")},
        stdout=subprocess.DEVNULL,
    )
    most = 0
    while process.poll() is None:
        # Not the child's ru_maxrss, which has that of this process at the start in it.
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
        most = max(most, int(found[1]) * 1024 if found else 0)
        time.sleep(0.1)
    assert process.returncode == 0
    metrics = json.loads((base / "model" / "metrics.json").read_text())
    return most, metrics["reviews"]["total"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much memory another process has had at most")
def test_four_times_as_many_reviews_take_little_more_memory(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    (few, less), (many, more) = (peak(tmp_path / str(rows), rows) for rows in (150_000, 600_000))
    assert less >= 150_000 and more >= 4 * 149_000
    assert many - few < MOST_BYTES * (more - less)
