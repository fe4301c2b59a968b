"""The loop as somebody outside sees it: drops and receipts, outcomes, recommendations, releases."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.assembly import Cloud
from taproom import sagemaker_endpoints
from taproom.contract import INCOMING, METRICS, RECEIPTS, RELEASES, REPORT
from taproom.names import Layout

# Nothing in the loop is silent for so long while it works.
LONGEST_SILENCE = 600.0


class LoopBroken(Exception):
    """The loop did not do what it is there for; the text is a sentence for a person."""


@dataclass(frozen=True)
class Outcome:
    """A message of the outcomes topic: `kind` is promoted, refused, rolled back, failed, …"""

    kind: str
    run: str
    body: str


class Loop:
    """Watches a deployed cloud; make it before the first drop, or outcomes are missed."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._outputs = cloud.outputs
        self._s3 = cloud.client("s3")
        self._sagemaker = cloud.client("sagemaker")
        self._sqs = cloud.client("sqs")
        self._dynamodb = cloud.client("dynamodb")
        self._last_activity = time.monotonic()
        self._queue: str = self._sqs.create_queue(QueueName="demo-outcomes")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        cloud.client("sns").subscribe(
            TopicArn=self._outputs["OutcomesTopic"],
            Protocol="sqs",
            Endpoint=arn,
        )
        cloud.watch(self._note_activity)

    def drop(self, file: Path) -> dict[str, Any]:
        """Upload a file under incoming/ and wait for its receipt.

        Raises
        ------
        LoopBroken
            If the file is refused, or nothing comes of it.
        """
        self._last_activity = time.monotonic()
        bucket = self._outputs["BucketName"]
        self._s3.upload_file(str(file), bucket, f"{INCOMING}{file.name}")
        while True:
            try:
                found = self._s3.get_object(Bucket=bucket, Key=f"{RECEIPTS}{file.name}.json")
            except ClientError:
                self._check_activity(f"the receipt of {file.name}")
                time.sleep(0.1)
                continue
            receipt: dict[str, Any] = json.load(found["Body"])
            if receipt["status"] != "accepted":
                raise LoopBroken(f"The drop {file.name} was refused: {receipt['reason']}")
            return receipt

    def outcome(self) -> Outcome:
        """Wait for the next message of the outcomes topic.

        Raises
        ------
        LoopBroken
            If none comes while nothing else happens either.
        """
        self._last_activity = time.monotonic()
        while True:
            received = self._sqs.receive_message(QueueUrl=self._queue, WaitTimeSeconds=1).get("Messages", [])
            if not received:
                self._check_activity("an outcome")
                continue
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=received[0]["ReceiptHandle"])
            notice = json.loads(received[0]["Body"])
            attributes = notice.get("MessageAttributes") or {}
            if "outcome" not in attributes:
                # The failure destination of promote: an invocation that was tried for the last time.
                raise LoopBroken(f"Promote gave up: {notice['Message'][:2000]}")
            return Outcome(attributes["outcome"]["Value"], attributes["run"]["Value"], notice["Message"])

    def recommendations_url(self, username: str, limit: int) -> str:
        """Where the API answers."""
        return f"{self._outputs['ApiUrl']}/users/{urllib.parse.quote(username, safe='')}/recommendations?limit={limit}"

    def recommendations(self, username: str, limit: int) -> dict[str, Any]:
        """What the API answers.

        Raises
        ------
        LoopBroken
            If it answers with an error.
        """
        url = self.recommendations_url(username, limit)
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                answered: dict[str, Any] = json.load(answer)
                return answered
        except urllib.error.HTTPError as error:
            raise LoopBroken(f"{url} answered {error.code}: {error.read().decode(errors='replace')}") from error

    def rated_beers(self, username: str) -> set[str]:
        """The ids of the beers in the user's history."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._outputs["HistoriesTable"],
            KeyConditionExpression="username = :username",
            ExpressionAttributeValues={":username": {"S": username}},
        )
        return {beer for page in pages for item in page["Items"] for beer in item["reviews"]["M"]}

    def endpoints(self) -> list[dict[str, Any]]:
        """DescribeEndpoint's answer for each of the stack's endpoints."""
        prefix = self._outputs["NamePrefix"]
        found = (
            endpoint
            for layout in Layout
            for endpoint in sagemaker_endpoints.of_layout(self._sagemaker, prefix, layout).values()
            if endpoint is not None
        )
        return [self._sagemaker.describe_endpoint(EndpointName=endpoint.name) for endpoint in found]

    def metrics(self, release: str) -> dict[str, Any]:
        """A release's metrics.json."""
        metrics: dict[str, Any] = json.loads(self._file(release, METRICS))
        return metrics

    def report(self, release: str) -> bytes:
        """A release's report.html."""
        return self._file(release, REPORT)

    def _file(self, release: str, name: str) -> bytes:
        found = self._s3.get_object(Bucket=self._outputs["BucketName"], Key=f"{RELEASES}{release}/{name}")
        content: bytes = found["Body"].read()
        return content

    def _note_activity(self, _kind: str, _text: str) -> None:
        self._last_activity = time.monotonic()

    def _check_activity(self, awaited: str) -> None:
        if time.monotonic() - self._last_activity > LONGEST_SILENCE:
            raise LoopBroken(f"Nothing has happened for {LONGEST_SILENCE:.0f} seconds while waiting for {awaited}.")
