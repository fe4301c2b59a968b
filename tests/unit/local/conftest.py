"""A laptop cloud with the test stack in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.assembly import Cloud

STACK = Path(__file__).parent / "stack" / "template.yaml"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One for each file of tests, since moto's state is that of the process."""
    with Cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        cloud.deploy(STACK)
        yield cloud
