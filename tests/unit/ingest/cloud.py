"""What an ingest test arranges and looks at: the stack's bucket, table and retrain queue, on moto."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq
from moto.sqs.models import sqs_backends

from ingest.handler import handler
from taproom import contract
from taproom.usernames import username_of

REGION = "eu-west-1"
PREFIX = "taproom"
BUCKET = "drops"
TABLE = "histories"
DROPS = "drops"
RATINGS = "ratings"
DEFERRED = "deferred"


HEADER = "score,username,beer_name,brewery_name,beer_id\n"
# Four rows: one replaced by the next, one refused.
REVIEWS = (HEADER + "3,ann,Night,Mill,1\n4.5,ann,Night,Mill,1\n2,bob,Day,Mill,2\nbad,bob,Night,Mill,1\n").encode()


def event(kind: str, found: dict[str, Any]) -> str:
    """An event of S3 about an object, as it comes in a message's body."""
    detail = {"version": "0", "bucket": {"name": BUCKET}, "object": found}
    return json.dumps({"version": "0", "detail-type": kind, "source": "aws.s3", "detail": detail})


def version_of(event: str) -> str:
    """The version that an event speaks of."""
    version: str = json.loads(event)["detail"]["object"]["version-id"]
    return version


class Killed(BaseException):
    """The worker is gone: nothing in the function may catch it."""


class Killing:
    """Kills the worker at its `call`th call to AWS, before or after the call has had its effect."""

    def __init__(self, cloud: Cloud, call: int | None, when: str) -> None:
        self.calls = 0
        self._call = call
        self._emitters = [client.meta.events for client in (cloud.s3, cloud.dynamodb, cloud.sqs)]
        self._when = f"{when}-call"

    def _count(self, **_: Any) -> None:
        self.calls += 1
        if self.calls == self._call:
            raise Killed

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Calls do not count meanwhile."""
        call, calls, self._call = self._call, self.calls, None
        yield
        self._call, self.calls = call, calls

    def __enter__(self) -> Killing:
        for emitter in self._emitters:
            emitter.register(self._when, self._count)
        return self

    def __exit__(self, *_: object) -> None:
        for emitter in self._emitters:
            emitter.unregister(self._when, self._count)


@dataclass
class Cloud:
    s3: Any
    dynamodb: Any
    sqs: Any
    sagemaker: Any
    queue_url: str

    def drop(self, name: str, content: bytes, metadata: Mapping[str, str] | None = None) -> str:
        """Upload a file and return the event that EventBridge sends of it."""
        key = f"incoming/{name}"
        put = self.s3.put_object(Bucket=BUCKET, Key=key, Body=content, Metadata=metadata or {})
        found = {"key": key, "size": len(content), "etag": put["ETag"].strip('"')}
        if "VersionId" in put:
            found["version-id"] = put["VersionId"]
        return event("Object Created", found)

    def delete(self, name: str, version: str | None = None) -> str:
        """Delete a file, or one version of it for good, and return the event that EventBridge sends of it."""
        key = f"incoming/{name}"
        of_version = {"VersionId": version} if version else {}
        deleted = self.s3.delete_object(Bucket=BUCKET, Key=key, **of_version)
        return event("Object Deleted", {"key": key, "version-id": version or deleted["VersionId"]})

    def deliver(self, *bodies: str, queue: str = DROPS, context: Any = None) -> list[str]:
        """Hand messages of a queue to the function; the indices of those that it failed."""
        return self.redeliver({str(index): body for index, body in enumerate(bodies)}, queue, context)

    def redeliver(self, bodies: Mapping[str, str], queue: str, context: Any = None) -> list[str]:
        """Hand messages of a queue, by their ids, to the function; the ids of those that it failed."""
        records = [
            {
                "messageId": name,
                "body": body,
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:{queue}",
                "attributes": {"SentTimestamp": "1700000000250"},
            }
            for name, body in bodies.items()
        ]
        answer = handler({"Records": records}, context)
        return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]

    def take_in(self, name: str, content: bytes, metadata: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Drop a file, deliver its event and return its receipt."""
        assert self.deliver(self.drop(name, content, metadata)) == []
        return self.receipt(name)

    def receipt(self, name: str) -> dict[str, Any]:
        receipt: dict[str, Any] = json.loads(self.read(f"receipts/{name}.json"))
        return receipt

    def read(self, key: str) -> bytes:
        body: bytes = self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body

    def part(self, part: str) -> list[dict[str, Any]]:
        """The rows of a part."""
        rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(self.read(f"reviews/{part}.parquet"))).to_pylist()
        return rows

    def keys(self, prefix: str = "") -> list[str]:
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return [entry["Key"] for entry in found if not entry["Key"].startswith(contract.INCOMING)]

    def drops(self) -> list[str]:
        """The keys of what lies below incoming/."""
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=contract.INCOMING).get("Contents", [])
        return [entry["Key"] for entry in found]

    def writes(self) -> dict[str, int]:
        """How often each object outside of `incoming/` was written."""
        counts: dict[str, int] = {}
        for version in self.s3.list_object_versions(Bucket=BUCKET)["Versions"]:
            if not version["Key"].startswith(contract.INCOMING):
                counts[version["Key"]] = counts.get(version["Key"], 0) + 1
        return counts

    def histories(self) -> dict[tuple[str, str], dict[str, float]]:
        """The table: (username, part) to the scores by beer id."""
        return {
            (item["username"]["S"], item["part"]["S"]): {
                beer: float(score["N"]) for beer, score in item["reviews"]["M"].items()
            }
            for item in self.dynamodb.scan(TableName=TABLE)["Items"]
            if "reviews" in item
        }

    def index(self) -> set[str]:
        """The usernames that are found by their beginnings."""
        items = self.dynamodb.scan(TableName=TABLE)["Items"]
        return {
            username_of(item["part"]["S"])
            for item in items
            if item["username"]["S"][:1] == " " == item["username"]["S"][:-1]
        }

    def everything(self) -> dict[str, Any]:
        """Parts, refused rows and receipts as they are now, and every item of the table."""
        items = self.dynamodb.scan(TableName=TABLE)["Items"]
        return {key: self.read(key) for key in self.keys()} | {
            f"{item['username']['S']}|{item['part']['S']}": item for item in items
        }

    def retrain_requests(self, queue: str = "retrain.fifo") -> list[dict[str, Any]]:
        """The messages that wait in the retrain queue, or in that of what is asked later."""
        return [json.loads(body) for body in self.waiting(queue)]

    def waiting(self, queue: str) -> list[str]:
        """The bodies of ten messages at most that wait in a queue."""
        url = self.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [message["Body"] for message in found.get("Messages", [])]

    def take(self, queue: str) -> list[str]:
        """The bodies of the messages that wait in a queue, or are delayed, which has none then."""
        url = self.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        bodies = []
        for messages in iter(lambda: self._received(url), []):
            for message in messages:
                bodies.append(message["Body"])
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def _received(self, url: str) -> list[dict[str, Any]]:
        for queue in sqs_backends["123456789012"][REGION].queues.values():
            for message in queue._messages:
                message.delayed_until = 0
        received: list[dict[str, Any]] = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages", []
        )
        return received
