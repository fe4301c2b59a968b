"""The fit is not what is tested here: training jobs do without processes of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from local.sagemaker.training import jobs
from local.sagemaker.training.container import TrainingContainer
from tests.loop.conftest import World
from tests.loop.training import train


class ProgramInThisProcess:
    """In place of `local.sagemaker.training.program.TrainingProgram`: the stand-in, called."""

    ended_by = ""

    def __init__(self, container: TrainingContainer, _url: str, _region: str) -> None:
        self._container = container

    def follow(self, _log: Path, _seconds: float, _read: Callable[[str], None]) -> int:
        """Do the job; its exit code."""
        try:
            train.main(self._container.base, self._container.code / "packages")
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
        world.cloud.replace(jobs, "TrainingProgram", ProgramInThisProcess)
        return world

    return deploy
