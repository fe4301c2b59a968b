"""What some tests need and not every machine has: without it they are left out, and the report's first lines say so."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Prerequisite:
    """A file or program: where it is, None where this machine lacks it."""

    name: str
    path: Path | None
    tests: str
    cure: str

    @property
    def left_out(self) -> str:
        """What is left out without it, and how to have it."""
        return f"{self.tests}, for want of {self.name}: {self.cure}"

    def required(self) -> Path:
        """Where it is; a test that asks for it in vain is skipped."""
        if self.path is None:
            pytest.skip(self.left_out)
        return self.path


def report(prerequisites: Iterable[Prerequisite]) -> list[str]:
    """A line for each of `prerequisites` that this machine lacks."""
    return [f"left out: {each.left_out}" for each in prerequisites if each.path is None]


def _program(*names: str) -> Path | None:
    """The first of the programs `names` that is there and starts: pyenv has names for versions that it lacks."""
    for found in filter(None, map(shutil.which, names)):
        if subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0:
            return Path(found)
    return None


def _data(name: str) -> Path | None:
    file = Path(os.environ.get("TAPROOM_DATA", PROJECT.parent / "shared" / "data")) / name
    return file if file.is_file() else None


CHROMIUM = Prerequisite(
    name="Chromium",
    path=_program("chromium", "chromium-browser"),
    tests="tests/browser, the page in a real browser",
    cure="make browser installs it on Debian",
)
PYTHON_3_12 = Prerequisite(
    name="python3.12",
    path=_program("python3.12"),
    tests="the built layers under Lambda's Python (one of tests/unit/layers)",
    cure="put it on PATH",
)
JAVA = Prerequisite(
    name="Java",
    path=_program("java"),
    tests="preparation on Spark (tests/unit/training/preparation, two modules of tests/unit/local and tests/loop)",
    cure="apt-get install openjdk-17-jre-headless on Debian",
)
CURL = Prerequisite(
    name="curl",
    path=_program("curl"),
    tests="the commands of README and docs/ (one module of tests/loop)",
    cure="apt-get install curl on Debian",
)
BEERADVOCATE_5500 = Prerequisite(
    name="beeradvocate_5500.csv.gz",
    path=_data("beeradvocate_5500.csv.gz"),
    tests="menus matched with 5,500 real beers, their ids and bursts (three modules of tests/unit)",
    cure="set TAPROOM_DATA to the folder that holds the file",
)
ALL = (CHROMIUM, PYTHON_3_12, JAVA, CURL, BEERADVOCATE_5500)
