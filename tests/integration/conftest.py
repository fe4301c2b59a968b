"""The project's own stack, deployed in a laptop cloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.assembly import Cloud


@pytest.fixture(scope="package")
def stack_parameters() -> dict[str, str]:
    """The template's parameters; a package of tests that needs others overrides this."""
    return {}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, stack_parameters: dict[str, str]) -> Iterator[Cloud]:
    """A cloud with the stack of template.yaml in it.

    One for each file of tests, and stopped after it: a process has one cloud at a time.
    """
    with Cloud(tmp_path_factory.mktemp("stack")) as cloud:
        cloud.deploy(parameters=stack_parameters)
        yield cloud
