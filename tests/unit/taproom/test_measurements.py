"""What functions measure carries the stack that it is of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from local import PROJECT
from tests.stack_metrics import Metric, emitted

# As a function does: an invocation after the other.
PROGRAM = """
from taproom import measurements
measured = measurements.of_service("ingest")
for _ in range(2):
    measured.add_metric("AcceptedReviews", "Count", 1)
    measured.flush_metrics()
"""


def said(stack: str) -> list[str]:
    path = os.pathsep.join([str(PROJECT / "layers" / "shared"), *map(str, map(Path, sys.path))])
    environment = {**os.environ, "STACK": stack, "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def test_the_same_metric_of_two_stacks_is_two_metrics_in_every_invocation() -> None:
    for stack in ("one", "other"):
        lines = said(stack)
        assert len(lines) == 2
        for line in lines:
            dimensions = frozenset({("service", "ingest"), ("stack", stack)})
            assert emitted([line]) == {Metric("Taproom", "AcceptedReviews", dimensions): "Count"}
            assert json.loads(line)["stack"] == stack
