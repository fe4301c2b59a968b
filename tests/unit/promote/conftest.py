"""A moto account with the stack's bucket, queue, topic and model package group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from promote.metrics import Metrics
from promote.releases import Releases
from promote.settings import PromoteSettings

ENVIRONMENT = {
    "STACK": "taproom",
    "PREFIX": "taproom",
    "BUCKET": "reviews-of-beer",
    "AWS_REGION": "us-east-1",
    "ROLE_ARN": "arn:aws:iam::123456789012:role/sagemaker",
    "OUTCOMES_TOPIC": "arn:aws:sns:us-east-1:123456789012:outcomes",
    "RETRAIN_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/retrain.fifo",
    "ENDPOINT_KIND": "serverless",
    "SERVERLESS_MEMORY": "2048",
    "SERVERLESS_CONCURRENCY": "5",
    "PROVISIONED_CONCURRENCY": "0",
    "MINIMUM_INSTANCES": "1",
    "MAXIMUM_INSTANCES": "1",
    "INVOCATIONS_PER_INSTANCE": "3000",
    "SERVING_IMAGE_TAG": "2.20-cpu",
    "APPROVAL": "automatic",
    "KEPT_RELEASES": "11",
    "EXPERIMENT_SHARE": "0",
}
RUN = "taproom-0123456789ab"


@pytest.fixture
def environment() -> dict[str, str]:
    return dict(ENVIRONMENT)


@pytest.fixture
def settings(environment: dict[str, str]) -> PromoteSettings:
    return PromoteSettings.from_environment(environment)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=ENVIRONMENT["BUCKET"])
        boto3.client("sagemaker").create_model_package_group(ModelPackageGroupName="taproom")
        yield cast(Callable[[str], Any], boto3.client)


@pytest.fixture
def releases(aws: Callable[[str], Any]) -> Releases:
    return Releases(aws("s3"), ENVIRONMENT["BUCKET"])


def metrics(
    recall: float = 0.40,
    ndcg: float = 0.10,
    rmse: float = 0.60,
    *,
    popularity: float = 0.25,
    bias: float = 0.65,
    mean: float = 0.75,
    run: str = RUN,
    serving: str | None = None,
    serving_recall: float = 0.40,
    serving_rmse: float = 0.60,
) -> Metrics:
    """A run's metrics in which only what a test speaks of differs."""

    def retrieval(recall: float, ndcg: float = 0.10) -> dict[str, float]:
        return {
            "recall_at_10": recall / 4,
            "recall_at_50": recall / 2,
            "recall_at_100": recall,
            "recall_at_500": 0.9,
            "ndcg_at_10": ndcg,
            "coverage": 0.5,
        }

    return Metrics.model_validate(
        {
            "release": run,
            "serving": serving,
            "serving_failure": None,
            "reviews": {"total": 1000, "fitted": 900, "held_out": 100, "users": 50, "beers": 40},
            "retrieval": {
                "candidate": retrieval(recall, ndcg),
                "serving": retrieval(serving_recall) if serving else None,
                "popularity": retrieval(popularity),
            },
            "ranking": {
                "candidate": {"rmse": rmse, "mae": 0.5},
                "serving": {"rmse": serving_rmse, "mae": 0.5} if serving else None,
                "bias": {"rmse": bias, "mae": 0.5},
                "mean": {"rmse": mean, "mae": 0.6},
            },
            # Not the gate's: ignored.
            "served": {"candidate": {"liked_at_10": 0.3, "liked_at_10_retrieved": 0.25}, "serving": None},
        }
    )
