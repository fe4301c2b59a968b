"""No text from outside costs more than in proportion to its length."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

# Of processor time, not of a clock: another process on the machine makes no difference.
SECONDS = 30


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def test_long_runs_of_each_kind_of_character_are_read_within_half_a_minute_of_processor_time() -> None:
    command = [sys.executable, "-m", "tests.unit.long_runs"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(command, capture_output=True, text=True, env=environment, preexec_fn=_limit, check=False)

    assert (run.returncode, run.stderr) == (0, "")
