"""The stack's bucket, table and retrain queue, as the ingest function finds them: moto."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ingest import handler as ingest_handler
from tests.unit.ingest.cloud import BUCKET, DEFERRED, DROPS, PREFIX, RATINGS, REGION, TABLE, Cloud


@pytest.fixture(scope="session")
def clients() -> dict[str, Any]:
    """Clients take long to make, and keep nothing of what a test did."""
    session = boto3.Session("none", "none", region_name=REGION)
    return {service: session.client(service) for service in ("s3", "dynamodb", "sqs", "sagemaker")}


@pytest.fixture
def cloud(clients: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with mock_aws():
        s3, dynamodb, sqs = clients["s3"], clients["dynamodb"], clients["sqs"]
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        dynamodb.create_table(
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
        queue = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        queue_url = sqs.create_queue(QueueName="retrain.fifo", Attributes=queue)["QueueUrl"]
        settings = {
            "PREFIX": PREFIX,
            "BUCKET": BUCKET,
            "HISTORIES_TABLE": TABLE,
            "INGEST_QUEUE_URL": sqs.create_queue(QueueName=DROPS)["QueueUrl"],
            "RETRAIN_QUEUE_URL": queue_url,
            "DEFERRED_QUEUE_URL": sqs.create_queue(QueueName=DEFERRED)["QueueUrl"],
            "RATINGS_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/{RATINGS}",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(boto3, "client", clients.__getitem__)
        ingest_handler.wired.cache_clear()
        ingest_handler.api_messages.cache_clear()
        yield Cloud(s3, dynamodb, sqs, clients["sagemaker"], queue_url)
        ingest_handler.wired.cache_clear()
        ingest_handler.api_messages.cache_clear()
