"""A stack's bucket, training code and SageMaker, as the retrain function finds them: moto."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from retrain import handler as retrain_handler
from retrain.settings import RetrainSettings

from tests.unit.retrain.cloud import BUCKET, REGION, ROLE, Cloud


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
        "BUCKET": BUCKET,
        "ROLE_ARN": ROLE,
        "TRAINING_SOURCE": str(training),
        "TRAINING_INSTANCE_TYPE": "ml.m5.xlarge",
        "TRAINING_INSTANCE_COUNT": "1",
        "TRAINING_SPOT": "false",
        "TRAINING_MAXIMUM_RUNTIME": "3600",
        "TRAINING_IMAGE_TAG": "2.21-cpu-py312-amzn2023-sagemaker-v1",
        "MINIMUM_NEW_REVIEWS": "1",
        "HYPERPARAMETERS": "{}",
        "POWERTOOLS_METRICS_NAMESPACE": "Taproom",
        "AWS_DEFAULT_REGION": REGION,
    }


@pytest.fixture
def cloud(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with mock_aws():
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        retrain_handler._retrain.cache_clear()
        s3 = boto3.client("s3", region_name=REGION)
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield Cloud(
            RetrainSettings.from_environment(environment),
            s3,
            boto3.client("sagemaker", region_name=REGION),
            datetime.now(UTC),
        )
        retrain_handler._retrain.cache_clear()
