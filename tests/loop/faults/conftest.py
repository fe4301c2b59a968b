"""The fit is not what is tested here: training jobs do without processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from local.sagemaker.training import jobs
from tests.loop.conftest import World
from tests.loop.training import train


class ProgramInThisProcess:
    """In place of `local.sagemaker.training.program.Program`: the stand-in, called."""

    ended_by = ""

    def __init__(self, _command: list[str], code: Path, _variables: Mapping[str, str], _failure: Path) -> None:
        self._code = code

    def follow(self, _log: Path, _seconds: float, _read: Callable[[str], None]) -> int:
        """Do the job; its exit code."""
        try:
            train.main(self._code.parent, self._code / "packages")
        except SystemExit as ended:
            return int(ended.code or 0)
        return 0

    def kill(self) -> None:
        """It ends by itself, in a moment."""


@pytest.fixture(scope="module")
def prepared(deployed: Callable[..., World]) -> Callable[..., World]:
    """As `deployed`, and training jobs take no time."""

    def deploy() -> World:
        world = deployed()
        world.cloud.replace(jobs, "Program", ProgramInThisProcess)
        return world

    return deploy
