"""The training code on the path, as in the container, and two runs that the tests share."""

from __future__ import annotations

import os

import pytest

from tests.unit.training.jobs import SHORT, Run, pack, taste, train, write_part

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run where nothing serves yet."""
    base = tmp_path_factory.mktemp("first")
    write_part(base / "input/data/reviews", taste())
    return train(base, SHORT | {"run": "taproom-000000000001", "sagemaker_program": '"train.py"'})


@pytest.fixture(scope="session")
def second(first: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run on the same reviews, with the first run's pair in service, and checkpoints."""
    base = tmp_path_factory.mktemp("second")
    write_part(base / "input/data/reviews", taste())
    pack(first.model, base / "input/data/serving")
    (base / "checkpoints").mkdir()
    return train(base, SHORT | {"run": "taproom-000000000002"})
