"""A stack's bucket, training code and SageMaker, as the retrain function finds them: moto."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from retrain import handler as retrain_handler
from retrain.settings import RetrainSettings
from tests.unit.retrain.cloud import BUCKET, DEFERRED_QUEUE, REGION, RETRAIN_QUEUE, ROLE, TOPIC, Cloud, queue_url


@pytest.fixture
def training(tmp_path: Path) -> Path:
    """A small folder of training code."""
    folder = tmp_path / "training"
    folder.mkdir()
    (folder / "train.py").write_text("print('training')\n")
    (folder / "requirements.txt").write_text("pyarrow\n")
    return folder


@pytest.fixture
def environment(training: Path) -> dict[str, str]:
    """The function's environment, as template.yaml sets it."""
    return {
        "STACK": "taproom",
        "PREFIX": "taproom",
        "BUCKET": BUCKET,
        "ROLE_ARN": ROLE,
        "RETRAIN_QUEUE_URL": queue_url(RETRAIN_QUEUE),
        "DEFERRED_QUEUE_URL": queue_url(DEFERRED_QUEUE),
        "OUTCOMES_TOPIC": TOPIC,
        "TRAINING_SOURCE": str(training),
        "TRAINING_INSTANCE_TYPE": "ml.m5.xlarge",
        "TRAINING_INSTANCE_COUNT": "1",
        "TRAINING_SPOT": "false",
        "TRAINING_MAXIMUM_RUNTIME": "3600",
        "TRAINING_IMAGE_TAG": "2.21-cpu-py312-amzn2023-sagemaker-v1",
        "MINIMUM_NEW_REVIEWS": "1",
        "MINIMUM_MINUTES_BETWEEN_RUNS": "0",
        "MONTHLY_TRAINING_MINUTES": "0",
        "PREPARATION": "automatic",
        "PREPARATION_MINIMUM_REVIEWS": "20000000",
        "PREPARATION_INSTANCE_TYPE": "ml.m5.4xlarge",
        "PREPARATION_MAXIMUM_RUNTIME": "7200",
        "PREPARATION_IMAGE_TAG": "3.5-cpu-py312-v1.4",
        "ENDPOINT_LAYOUT": "separate",
        "HYPERPARAMETERS": "{}",
        "AWS_DEFAULT_REGION": REGION,
    }


@pytest.fixture(scope="session")
def clients() -> dict[str, Any]:
    """Clients take long to make, and keep nothing of what a test did."""
    session = boto3.Session("none", "none", region_name=REGION)
    return {service: session.client(service) for service in ("s3", "sagemaker", "sqs", "sns")}


@pytest.fixture
def cloud(environment: dict[str, str], clients: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with mock_aws():
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(boto3, "client", clients.__getitem__)
        retrain_handler._retrain.cache_clear()
        clients["s3"].create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        clients["sqs"].create_queue(QueueName=RETRAIN_QUEUE, Attributes=fifo)
        clients["sqs"].create_queue(QueueName=DEFERRED_QUEUE)
        clients["sns"].create_topic(Name="outcomes")
        settings = RetrainSettings.from_environment(environment)
        yield Cloud(settings, clients["s3"], clients["sagemaker"], clients["sqs"], clients["sns"], datetime.now(UTC))
        retrain_handler._retrain.cache_clear()
