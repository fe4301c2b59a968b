"""What `sam build` makes of the template, built once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.layers.built import PROJECT, Built


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("sam")
    tools = Path(sys.executable).parent
    build = [f"{tools}/sam", "build", "--build-dir", f"{folder}/build", "--cache-dir", f"{folder}/cache"]
    environment = os.environ | {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "AWS_DEFAULT_REGION": "us-east-1",
        "SAM_CLI_TELEMETRY": "0",
    }
    done = subprocess.run(build, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(folder / "build")
