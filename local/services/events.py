"""EventBridge: rules reach queues, functions and topics, and every event has an id of its own."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from moto.events.models import Rule, events_backends
from moto.s3 import notifications
from moto.s3.models import S3Backend
from moto.s3.notifications import S3NotificationEvent

from local.context import CloudContext
from local.lambda_runtime.functions import Functions
from local.services.queues import Queues

# An event is JSON: moto's type for it is a dictionary that it does not export as one.
Event = Any
SCHEDULED = "Scheduled Event"
REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
}


class CannotDeliver(Exception):
    """A rule asks for what this bus does not do; the text says what, and where it would be added."""


class Events:
    """The default bus.

    `muted` keeps S3 from announcing objects: those that a snapshot brings back are not new.
    """

    def __init__(self, cloud: CloudContext, queues: Queues, functions: Functions) -> None:
        self._cloud = cloud
        self._queues = queues
        self._functions = functions
        self._sequence = itertools.count(time.time_ns())
        self.muted = False

    def start(self) -> None:
        """Take over moto's deliveries, and deliver what the cloud emits."""
        self._cloud.event_bus = self.put
        self._cloud.replace(Rule, "send_to_targets", self._deliver_for_moto())
        self._cloud.replace(notifications, "_send_event_bridge_message", self._announce_for_moto)
        self._cloud.replace(S3Backend, "delete_object", self._delete_for_moto(S3Backend.delete_object))

    def put(self, detail_type: str, source: str, detail: dict[str, Any], resources: list[str]) -> None:
        """Deliver an event to the targets of all rules that match it."""
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": detail_type,
            "source": source,
            "account": self._cloud.account,
            "time": _now(),
            "region": self._cloud.region,
            "resources": resources,
            "detail": detail,
        }
        for rule in self._rules():
            self._deliver(rule, event)

    def announce_object(self, bucket: str, key: str, version_id: str, size: int, etag: str, reason: str) -> None:
        """Say that an object was created, as S3 does."""
        described = {"key": key, "size": size, "etag": etag, "version-id": version_id}
        self._s3_event("Object Created", bucket, described, reason)

    def fire_schedules(self) -> None:
        """Let every scheduled rule fire once: no clock does."""
        self._cloud.emit(SCHEDULED, "aws.events", {}, [])

    def _rules(self) -> list[Rule]:
        backend = events_backends[self._cloud.account][self._cloud.region]
        return list(backend.describe_event_bus("default").rules.values())

    def _deliver(self, rule: Rule, event: Event) -> None:
        if rule.state == "ENABLED" and _matches(rule, event):
            for target in rule.targets:
                try:
                    self._send(rule, target, event)
                except Exception as error:
                    # As in EventBridge: who puts an event does not learn what becomes of it.
                    self._cloud.say("event", f"{rule.name} could not reach {target['Arn']}: {error!r}")

    def _send(self, rule: Rule, target: dict[str, Any], event: Event) -> None:
        arn, body = target["Arn"], str(target.get("Input") or json.dumps(event))
        service = arn.split(":")[2]
        if {"InputTransformer", "InputPath"} & target.keys():
            raise CannotDeliver(f"{rule.name} transforms the event for {arn}; add that to local/services/events.py.")
        if service == "sqs":
            self._queues.send(arn, body, target.get("SqsParameters", {}).get("MessageGroupId"))
        elif service == "lambda":
            self._functions.invoke_later(arn, json.loads(body))
        elif service == "sns":
            self._cloud.client("sns").publish(TopicArn=arn, Message=body)
        else:
            raise CannotDeliver(
                f"{rule.name} has the target {arn}, and events reach SQS, Lambda and SNS alone: "
                f"add {service} to local/services/events.py."
            )

    def _deliver_for_moto(self) -> Any:
        """Stands in for `Rule.send_to_targets`, which knows neither Lambda nor SNS."""

        def send_to_targets(rule: Rule, original_event: Event, **_: bool) -> None:
            moment = original_event.get("time")
            event = dict(original_event)
            if isinstance(moment, int | float):
                event["time"] = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            self._deliver(rule, event)

        return send_to_targets

    def _announce_for_moto(self, _account: str, bucket: Any, event_name: str, key: Any) -> None:
        """Stands in for moto's S3 notification, which gives every event the same id and sequencer."""
        self._cloud.changed()
        kind = str(S3NotificationEvent(event_name).value).removeprefix("s3:")
        # moto announces an upload in parts twice: as a put and as the upload that it was.
        twice = kind == "ObjectCreated:Put" and key.multipart is not None
        if kind.startswith("ObjectCreated:") and not self.muted and not twice:
            etag = key.etag.strip('"')
            self.announce_object(bucket.name, key.name, key.version_id, key.size, etag, REASONS[kind])

    def _delete_for_moto(self, delete: Any) -> Any:
        """Stands in for moto's deletion of an object, which tells of that of a key's last version alone."""

        def delete_object(
            backend: S3Backend, bucket_name: str, key_name: str, version_id: str | None = None, bypass: bool = False
        ) -> Any:
            deleted, answer = delete(backend, bucket_name, key_name, version_id, bypass)
            bucket = backend.get_bucket(bucket_name)
            listens = bucket.notification_configuration and bucket.notification_configuration.event_bridge is not None
            if deleted and listens and not self.muted:
                self._cloud.changed()
                described = {"key": key_name, "version-id": answer.get("version-id", "null")}
                marked = bucket.is_versioned and version_id is None
                deletion = {"deletion-type": "Delete Marker Created" if marked else "Permanently Deleted"}
                self._s3_event("Object Deleted", bucket_name, described, "DeleteObject", deletion)
            return deleted, answer

        return delete_object

    def _s3_event(
        self, detail_type: str, bucket: str, described: dict[str, Any], reason: str, more: dict[str, Any] | None = None
    ) -> None:
        detail = {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {**described, "sequencer": f"{next(self._sequence):018X}"},
            "request-id": uuid.uuid4().hex[:16].upper(),
            "requester": self._cloud.account,
            "source-ip-address": "127.0.0.1",
            "reason": reason,
            **(more or {}),
        }
        self._cloud.emit(detail_type, "aws.s3", detail, [f"arn:aws:s3:::{bucket}"])


def _matches(rule: Rule, event: Event) -> bool:
    """Whether the rule's pattern matches; a rule without one is a schedule, which `fire_schedules` alone starts."""
    if rule.event_pattern.get_pattern():
        return bool(rule.event_pattern.matches_event(event))
    return event["detail-type"] == SCHEDULED


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
