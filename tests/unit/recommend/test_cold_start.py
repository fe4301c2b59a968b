"""What a new container waits for before its first answer."""

from __future__ import annotations

import os
import subprocess
import sys

# A quarter and a tenth of a second.
SLOW = {"boto3", "rapidfuzz"}


def test_the_page_comes_without_importing_what_only_some_answers_need() -> None:
    code = f"import sys, recommend.handler; print(*({SLOW} & sys.modules.keys()))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
