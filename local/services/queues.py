"""SQS: moto's queues made safe for threads, and polled on behalf of functions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from moto.awslambda.models import EventSourceMapping, LambdaBackend, lambda_backends
from moto.core.utils import unix_time_millis
from moto.sqs.exceptions import QueueDoesNotExist
from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends

from local.context import CloudContext
from local.lambda_runtime.functions import Functions

# Seconds after which a message that failed is tried again; SQS waits for the visibility timeout,
# which is minutes.
RETRY_AFTER = 1
# Seconds that a message is delayed at most.
LONGEST_DELAY = 5
# Seconds that a batch is collected for at most; Lambda collects for the mapping's batching window, up to minutes.
LONGEST_WINDOW = 1
# Batches of one standard queue at a time: a laptop has few cores, and each batch may be a large file.
MOST_BATCHES = 2
# A receiver that waits looks again after as many seconds: for messages that have become visible
# again, and for the end of the cloud.
POLL = 0.1


class Queues:
    """The queues that moto knows, and a poller for each mapping of a queue to a function."""

    def __init__(self, cloud: CloudContext, functions: Functions) -> None:
        self._cloud = cloud
        self._functions = functions
        # moto replaces a queue's list of messages when one is deleted: one that is sent meanwhile
        # would be lost, and two receivers could get the same one.
        self._lock = threading.RLock()
        self._arrived = threading.Condition(self._lock)
        self._pollers: list[threading.Thread] = []

    def start(self) -> None:
        """Take over moto's queues and mappings."""
        cloud = self._cloud
        cloud.replace(Queue, "add_message", self._locked(_add_message))
        for name in ("delete_message", "change_message_visibility", "purge_queue"):
            cloud.replace(SQSBackend, name, self._locked(getattr(SQSBackend, name)))
        cloud.replace(SQSBackend, "receive_message", self._receive_for_moto(SQSBackend.receive_message))
        cloud.replace(SQSBackend, "is_message_valid_based_on_retention_period", _is_retained)
        cloud.replace(LambdaBackend, "create_event_source_mapping", self._map_for_moto())
        cloud.on_stop(self._stop)

    def send(self, arn: str, body: str, group: str | None) -> None:
        """Put a message on the queue; `group` is for FIFO queues."""
        self._backend().send_message(queue_name=arn.rpartition(":")[2], message_body=body, group_id=group)

    def unfinished(self, name: str) -> int:
        """Messages of the queue that are not done: visible, delayed or being worked on."""
        with self._lock:
            return len(self._backend().get_queue(name)._messages)

    def _backend(self) -> SQSBackend:
        return sqs_backends[self._cloud.account][self._cloud.region]

    def _locked(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def locked(*args: Any, **keywords: Any) -> Any:
            with self._arrived:
                result = original(*args, **keywords)
                self._arrived.notify_all()
                return result

        return locked

    def _receive_for_moto(self, original: Callable[..., list[Message]]) -> Callable[..., list[Message]]:
        """Stands in for `SQSBackend.receive_message`: waits without holding the lock."""

        def receive_message(
            backend: SQSBackend,
            queue_name: str,
            count: int,
            wait_seconds_timeout: int,
            visibility_timeout: int,
            message_attribute_names: list[str] | None = None,
        ) -> list[Message]:
            until = time.monotonic() + float(wait_seconds_timeout)
            with self._arrived:
                while True:
                    found = original(backend, queue_name, count, 0, visibility_timeout, message_attribute_names)
                    left = until - time.monotonic()
                    if found or left <= 0 or self._cloud.stopping.is_set():
                        return found
                    self._arrived.wait(min(left, POLL))

        return receive_message

    def _map_for_moto(self) -> Callable[..., EventSourceMapping]:
        """Stands in for `LambdaBackend.create_event_source_mapping`: polls what is mapped."""
        original = LambdaBackend.create_event_source_mapping

        def create_event_source_mapping(backend: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
            mapping = original(backend, spec)
            self._poll(mapping)
            return mapping

        return create_event_source_mapping

    def _poll(self, mapping: EventSourceMapping) -> None:
        asked = int((mapping.scaling_config or {}).get("MaximumConcurrency", MOST_BATCHES))
        # One worker a message group in Lambda; our FIFO queues have a single group.
        pollers = 1 if mapping.event_source_arn.endswith(".fifo") else min(asked, MOST_BATCHES)
        for number in range(1, pollers + 1):
            poller = threading.Thread(
                target=self._poll_for_ever, args=(mapping,), name=f"poll-{mapping.function_name}-{number}", daemon=True
            )
            self._pollers.append(poller)
            poller.start()

    def _poll_for_ever(self, mapping: EventSourceMapping) -> None:
        """Poll for as long as the mapping is there; a fault, such as a full disk, is said once and tried again."""
        self._cloud.flowing.wait()
        queue_name = mapping.event_source_arn.rpartition(":")[2]
        mappings = lambda_backends[self._cloud.account][self._cloud.region]._event_source_mappings
        said = ""
        while not self._cloud.stopping.is_set() and mapping.uuid in mappings:
            if not mapping.enabled:
                self._cloud.stopping.wait(POLL)
                continue
            try:
                timeout = int(self._backend().get_queue(queue_name).visibility_timeout)  # type: ignore[attr-defined]
                batch = self._collect(mapping, queue_name, timeout)
                if batch:
                    self._process(mapping, queue_name, batch)
                    said = ""
            except QueueDoesNotExist:
                # The stack is being deleted, and the queue went before the mapping.
                return
            except Exception as error:
                fault = f"{queue_name} can't be worked on, and is tried again: {error!r}"
                if fault != said:
                    said = fault
                    self._cloud.say("queue", fault)
                self._cloud.stopping.wait(RETRY_AFTER)

    def _collect(self, mapping: EventSourceMapping, queue_name: str, timeout: int) -> list[Message]:
        """A batch: what there is, and what comes within the batching window, up to the batch size."""
        batch = self._backend().receive_message(queue_name, mapping.batch_size, 1, timeout, ["All"])
        start, window = time.monotonic(), int(mapping.max_batch_window or 0)
        while batch and (more := mapping.batch_size - len(batch)):
            if time.monotonic() - start >= min(window, LONGEST_WINDOW) or self._cloud.stopping.wait(POLL):
                break
            batch += self._backend().receive_message(queue_name, more, 0, timeout, ["All"])
        return batch

    def _process(self, mapping: EventSourceMapping, queue_name: str, batch: list[Message]) -> None:
        records = [_record(message, mapping.event_source_arn, self._cloud.region) for message in batch]
        try:
            answer = self._functions.invoke(mapping.function_arn, {"Records": records})
        except Exception:
            for message in batch:
                self._backend().change_message_visibility(queue_name, str(message.receipt_handle), RETRY_AFTER)
            raise
        if self._cloud.stopping.is_set() and answer.error:
            return
        ids = {message.id for message in batch}
        failed = ids if answer.error else failed_ids(answer.json(), ids, mapping.function_response_types or [])
        for message in batch:
            if message.id in failed:
                self._backend().change_message_visibility(queue_name, str(message.receipt_handle), RETRY_AFTER)
            else:
                self._backend().delete_message(queue_name, str(message.receipt_handle))

    def _stop(self) -> None:
        for poller in self._pollers:
            poller.join()


def failed_ids(answer: Any, ids: set[str], response_types: list[str]) -> set[str]:
    """The message ids that a function's answer reports as failed.

    All of `ids` when the answer names a message that was not in the batch, or is not understood.
    """
    if "ReportBatchItemFailures" not in response_types or not answer:
        return set()
    if not isinstance(answer, dict) or not isinstance(answer.get("batchItemFailures") or [], list):
        return ids
    named = {failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or []}
    return named if named <= ids else ids


def _record(message: Message, queue_arn: str, region: str) -> dict[str, Any]:
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
    }
    if message.group_id is not None:
        attributes["MessageGroupId"] = message.group_id
        attributes["MessageDeduplicationId"] = str(message.deduplication_id)
        attributes["SequenceNumber"] = message.sequence_number or str(message.sent_timestamp)
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {
            name: {
                "stringValue": value.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": value["DataType"],
            }
            for name, value in message.message_attributes.items()
        },
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": region,
    }


def _is_retained(backend: SQSBackend, queue_name: str, message: Message) -> bool:
    """Stands in for moto's, which counts all messages of the queue, several times, for each that is received."""
    until = int(message.sent_timestamp or 0) + 1000 * int(backend.get_queue(queue_name).message_retention_period)  # type: ignore[attr-defined]
    return until > unix_time_millis()


def _add_message(queue: Queue, message: Message) -> None:
    """Stands in for `Queue.add_message`, which would call the mapped function inside of SendMessage.

    A FIFO queue drops a message whose deduplication id came in the five minutes before, whether or not
    the earlier one has been read. What is delayed comes soon: nobody at a laptop waits for minutes.
    """
    if queue.fifo_queue and message.deduplication_id is not None and message.approximate_receive_count == 0:
        seen: dict[str, int] = queue.__dict__.setdefault("deduplication_ids", {})
        now = int(message.sent_timestamp or 0)
        last = seen.get(message.deduplication_id)
        if last is not None and now - last < 5 * 60 * 1000:
            return
        seen[message.deduplication_id] = now
    message.delayed_until = min(message.delayed_until, unix_time_millis() + LONGEST_DELAY * 1000)
    queue._messages.append(message)
