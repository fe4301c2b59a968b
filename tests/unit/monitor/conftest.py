"""A stack's bucket and SageMaker, as the monitor function finds them: moto."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.unit.monitor.cloud import BUCKET, NEW, OLD, REGION, Cloud

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def clients() -> dict[str, Any]:
    """Clients take long to make, and keep nothing of what a test did."""
    session = boto3.Session("none", "none", region_name=REGION)
    return {service: session.client(service) for service in ("s3", "sagemaker")}


@pytest.fixture
def cloud(clients: dict[str, Any]) -> Iterator[Cloud]:
    """NEW has been in service for 36 hours, and OLD was before it."""
    with mock_aws():
        clients["s3"].create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        arranged = Cloud(clients["s3"], clients["sagemaker"], NOW)
        arranged.keep(OLD, None, NOW - timedelta(days=20))
        arranged.keep(NEW, OLD, NOW - timedelta(hours=36))
        arranged.serve(NEW)
        yield arranged
