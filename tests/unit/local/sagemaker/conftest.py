"""A cloud with nothing but moto's server and the SageMaker rooms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.local.sagemaker.cloud import SageMakerCloud


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SageMakerCloud]:
    """One cloud for all: its model server takes seconds to start."""
    cloud = SageMakerCloud(tmp_path_factory.mktemp("cloud"))
    cloud.start()
    cloud.client("s3").create_bucket(Bucket="bucket")
    yield cloud
    cloud.stop()


@pytest.fixture
def cloud(running: SageMakerCloud) -> SageMakerCloud:
    """The running cloud, with no event of an earlier test waiting."""
    while not running.events.empty():
        running.events.get()
    running.said.clear()
    return running
