"""A stack in which the recommend function finds everything: moto."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from moto.sagemakerruntime.responses import SageMakerRuntimeResponse

from recommend import handler as recommend_handler
from recommend.adapters import serving_release, waking
from tests.unit.recommend.cloud import ACCOUNT, BUCKET, OLD, PREFIX, RATINGS_QUEUE_URL, REGION, TABLE, Cloud, Release

SETTINGS = {
    "PREFIX": PREFIX,
    "BUCKET": BUCKET,
    "HISTORIES_TABLE": TABLE,
    "RATINGS_QUEUE_URL": RATINGS_QUEUE_URL,
    "ENDPOINT_LAYOUT": "separate",
    "INGEST_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/ingest",
    "ACCESS": "open",
    "USERNAME_CLAIM": "username",
    "SERVED_LOG_SAMPLING": "1",
    "EXPLORATION": "0",
    "DAILY_IMAGES": "1000",
    "QUICK_AFTER": "0.8",
}


@dataclass(frozen=True)
class AnsweredSender:
    """Sends as boto3 does, and waits."""

    sqs: Any
    queue_url: str

    def get_ready(self) -> None:
        pass

    def send(self, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=body)


@pytest.fixture(scope="session")
def clients() -> dict[str, Any]:
    """Clients take long to make, and keep nothing of what a test did."""
    session = boto3.Session("none", "none", region_name=REGION)
    return {
        service: session.client(service, config=Config(retries={"mode": "standard", "total_max_attempts": 2}))
        for service in ("s3", "dynamodb", "sqs", "sagemaker-runtime", "sagemaker", "rekognition")
    }


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the template sets them, where anybody may be anybody."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    # However slow the machine is, an answer that comes is not taken for one that does not.
    monkeypatch.setattr(waking, "DELAY_SECONDS", 600)


@pytest.fixture
def cloud(clients: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """The release OLD in service behind an endpoint a servable; it knows the beer 0, the first that ann rated."""
    with mock_aws():
        clients["s3"].create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        clients["dynamodb"].create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "username", "KeyType": "HASH"},
                {"AttributeName": "part", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "username", "AttributeType": "S"},
                {"AttributeName": "part", "AttributeType": "S"},
            ],
        )
        arranged = Cloud(clients["s3"], clients["dynamodb"], clients["sqs"], clients["sagemaker"])
        for queue in ("ingest", "ratings"):
            clients["sqs"].create_queue(QueueName=queue)
        monkeypatch.setattr(SageMakerRuntimeResponse, "invoke_endpoint", lambda asked: arranged.invoke_endpoint(asked))
        release = Release(OLD, nearest={"0": ["3", "1", "4", "2"]}, scores={"1": 3.5, "2": 4.25, "3": 2.0, "4": 4.0})
        arranged.endpoints |= {"taproom-retrieval": release, "taproom-ranking": release}
        arranged.keep_catalogue(OLD, tmp_path)
        arranged.remember("ann", "20250101T000000Z-000000000000", {"0": 5.0})
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        monkeypatch.setattr(boto3, "client", lambda service, **_: clients[service])
        # moto answers for boto3 alone.
        monkeypatch.setattr(recommend_handler, "_sender", AnsweredSender)
        # A thread of a test would outlive it.
        monkeypatch.setattr(serving_release, "in_a_thread", lambda work: work())
        recommend_handler._services.cache_clear()
        yield arranged
        if recommend_handler._services.cache_info().currsize:
            recommend_handler._services().close()
        recommend_handler._services.cache_clear()
