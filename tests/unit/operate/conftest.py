"""A stack on moto, or nothing to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
import botocore.loaders
import botocore.session
import pytest
from moto import mock_aws
from moto.core.responses import ActionResult
from moto.sagemaker.responses import SageMakerResponse

from tests.unit.operate.cloud import PARTS, REGION, RUN, Tools

NO_AWS = (
    "AWS_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)

LOADER = botocore.loaders.Loader()


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither credentials nor a region nor anybody to ask for them."""
    # Every session reads SageMaker's model anew, which takes longer than the tests.
    monkeypatch.setattr(botocore.session, "create_loader", lambda *_: LOADER)
    for name in NO_AWS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")


@pytest.fixture
def aws(nowhere: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tools]:  # noqa: ARG001 (first of all)
    """An empty account."""
    with mock_aws():
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
        yield Tools(boto3.Session())


@pytest.fixture
def tools(aws: Tools) -> Tools:
    """A stack with two parts and one completed run on them."""
    aws.deploy()
    aws.drop(*PARTS)
    aws.ran(RUN)
    return aws


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the training jobs of every tuning job, which moto can't list."""

    def these(*trials: Mapping[str, Any]) -> None:
        answer = {"TrainingJobSummaries": list(trials)}
        monkeypatch.setattr(
            SageMakerResponse,
            "list_training_jobs_for_hyper_parameter_tuning_job",
            lambda _: ActionResult(answer),
            raising=False,
        )

    return these
