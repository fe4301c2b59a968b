"""Queues lose nothing, and their functions get batches, retries and dead letters as in Lambda."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from typing import Any

import pytest
from moto.sqs.models import SQSBackend, sqs_backends

from local.assembly import Cloud
from local.services.queues import POLL, failed_ids
from tests.unit.local.waiting import eventually


def send(cloud: Cloud, body: str, queue: str = "Queue", **more: Any) -> None:
    cloud.client("sqs").send_message(QueueUrl=cloud.outputs[queue], MessageBody=body, **more)


def records(cloud: Cloud, body: str) -> list[dict[str, Any]]:
    """Every delivery of the message `body` to the function, the earliest first."""
    client, bucket = cloud.client("s3"), cloud.outputs["BucketName"]
    found = client.list_objects_v2(Bucket=bucket, Prefix="batches/").get("Contents", [])
    delivered = [json.loads(client.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()) for entry in found]
    return sorted(
        (record for record in delivered if record["body"] == body),
        key=lambda record: int(record["attributes"]["ApproximateReceiveCount"]),
    )


def batches(cloud: Cloud, start: str) -> list[list[str]]:
    """The bodies that begin so, by the invocation that got them."""
    client, bucket = cloud.client("s3"), cloud.outputs["BucketName"]
    found: dict[str, list[str]] = {}
    for entry in client.list_objects_v2(Bucket=bucket, Prefix="batches/").get("Contents", []):
        body = json.loads(client.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read())["body"]
        if body.startswith(start):
            found.setdefault(entry["Key"].split("/")[1], []).append(body)
    return list(found.values())


def empty(cloud: Cloud) -> bool:
    return cloud.queues.unfinished(cloud.outputs["QueueName"]) == 0


def backend(cloud: Cloud) -> SQSBackend:
    return sqs_backends[cloud.account][cloud.region]


def test_a_message_is_delivered_once_and_deleted(cloud: Cloud) -> None:
    send(cloud, "pils", MessageAttributes={"kind": {"DataType": "String", "StringValue": "lager"}})

    eventually(lambda: empty(cloud))

    (record,) = records(cloud, "pils")
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(cloud.outputs["QueueName"])
    assert record["messageAttributes"]["kind"]["stringValue"] == "lager"
    assert record["messageAttributes"]["kind"]["dataType"] == "String"


def test_what_a_queue_no_longer_keeps_is_not_received(cloud: Cloud) -> None:
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="forgetful", Attributes={"MessageRetentionPeriod": "60"})["QueueUrl"]
    for body in ("old", "new"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    old, _ = backend(cloud).get_queue("forgetful")._messages
    assert old.sent_timestamp is not None
    old.sent_timestamp -= 60_001
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert [message["Body"] for message in sqs.receive_message(QueueUrl=url)["Messages"]] == ["new"]


def test_only_the_message_thatfailed_ids_comes_again_and_then_becomes_a_dead_letter(cloud: Cloud) -> None:
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(["good", "refuse me"])]
    cloud.client("sqs").send_message_batch(QueueUrl=cloud.outputs["Queue"], Entries=entries)

    eventually(lambda: empty(cloud))

    assert len(records(cloud, "good")) == 1
    # maxReceiveCount of the template is 2.
    assert [record["attributes"]["ApproximateReceiveCount"] for record in records(cloud, "refuse me")] == ["1", "2"]
    (letter,) = cloud.client("sqs").receive_message(QueueUrl=cloud.outputs["DeadLetters"])["Messages"]
    assert letter["Body"] == "refuse me"


def test_what_comes_within_the_batching_window_is_one_batch_up_to_its_size(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.services.queues.LONGEST_WINDOW", 300)
    # Two pollers share five: one of them fills a batch of three, and nobody gets the others yet.
    for number in range(5):
        send(cloud, f"window {number}", "Window")
        time.sleep(2 * POLL)
    eventually(lambda: [len(batch) for batch in batches(cloud, "window")] == [3])

    monkeypatch.setattr("local.services.queues.LONGEST_WINDOW", 0)
    eventually(lambda: sum(map(len, batches(cloud, "window"))) == 5)


def test_a_message_whose_worker_died_comes_again(cloud: Cloud) -> None:
    send(cloud, "die once")

    eventually(lambda: empty(cloud))

    assert [record["attributes"]["ApproximateReceiveCount"] for record in records(cloud, "die once")] == ["1", "2"]


def test_what_is_sent_while_others_are_deleted_is_not_lost_nor_received_twice(cloud: Cloud) -> None:
    queues, name = backend(cloud), "busy"
    queues.create_queue(name)
    received: list[str] = []

    def send_many(sender: int) -> None:
        for number in range(100):
            queues.send_message(name, f"{sender}-{number}")

    def receive_many() -> None:
        while batch := queues.receive_message(name, 10, 1, 600):
            for message in batch:
                received.append(message.body)
                queues.delete_message(name, str(message.receipt_handle))

    threads = [threading.Thread(target=send_many, args=(sender,)) for sender in range(4)]
    threads += [threading.Thread(target=receive_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(received) == Counter(f"{sender}-{number}" for sender in range(4) for number in range(100))


def test_a_receiver_that_waits_gets_what_is_sent_meanwhile(cloud: Cloud) -> None:
    queues = backend(cloud)
    queues.create_queue("quiet")
    received: list[str] = []
    receiver = threading.Thread(
        target=lambda: received.extend(message.body for message in queues.receive_message("quiet", 1, 20, 600))
    )
    receiver.start()

    queues.send_message("quiet", "late")
    receiver.join()

    assert received == ["late"]


def test_a_fifo_group_is_worked_on_by_one_receiver_in_order(cloud: Cloud) -> None:
    for body in ("1", "2", "3"):
        send(cloud, body, "Line", MessageGroupId="line")
    name = cloud.outputs["Line"].rpartition("/")[2]
    queues = backend(cloud)

    batch = queues.receive_message(name, 2, 0, 600)
    meanwhile = queues.receive_message(name, 10, 0, 600)
    for message in batch:
        queues.delete_message(name, str(message.receipt_handle))
    after = queues.receive_message(name, 10, 0, 600)

    assert [message.body for message in batch] == ["1", "2"]
    assert meanwhile == []
    assert [message.body for message in after] == ["3"]


def test_a_fifo_queue_drops_an_equal_message_even_after_the_first_was_deleted(cloud: Cloud) -> None:
    name, queues = cloud.outputs["Line"].rpartition("/")[2], backend(cloud)
    send(cloud, "again", "Line", MessageGroupId="other")
    for message in queues.receive_message(name, 10, 0, 600):
        queues.delete_message(name, str(message.receipt_handle))

    send(cloud, "again", "Line", MessageGroupId="other")

    assert queues.receive_message(name, 10, 0, 600) == []


def test_an_answer_without_failures_deletes_the_whole_batch() -> None:
    report = ["ReportBatchItemFailures"]

    assert failed_ids(None, {"a", "b"}, report) == set()
    assert failed_ids({}, {"a", "b"}, report) == set()
    assert failed_ids({"batchItemFailures": []}, {"a", "b"}, report) == set()
    assert failed_ids({"batchItemFailures": None}, {"a", "b"}, report) == set()


def test_an_answer_names_the_messages_thatfailed_ids() -> None:
    answer = {"batchItemFailures": [{"itemIdentifier": "b"}]}

    assert failed_ids(answer, {"a", "b"}, ["ReportBatchItemFailures"]) == {"b"}
    assert failed_ids(answer, {"a", "b"}, []) == set()


def test_an_answer_that_names_no_message_of_the_batch_fails_all_of_it() -> None:
    report = ["ReportBatchItemFailures"]

    assert failed_ids({"batchItemFailures": [{"itemIdentifier": "c"}]}, {"a", "b"}, report) == {"a", "b"}
    assert failed_ids({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}, report) == {"a", "b"}
    assert failed_ids({"batchItemFailures": [{}]}, {"a", "b"}, report) == {"a", "b"}
    assert failed_ids({"batchItemFailures": "a"}, {"a", "b"}, report) == {"a", "b"}
    assert failed_ids("fine", {"a", "b"}, report) == {"a", "b"}


def test_pollers_outlive_a_full_disk_say_it_once_and_go_on(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    cloud.watch(lambda kind, text: said.append(text) if kind == "queue" else None)
    invoke, failures = cloud.functions.invoke, iter(range(3))

    def on_a_full_disk(name: str, event: Any) -> Any:
        if next(failures, None) is not None:
            raise OSError(28, "No space left on device")
        return invoke(name, event)

    monkeypatch.setattr(cloud.functions, "invoke", on_a_full_disk)
    # A message is delivered twice before it is a dead letter, so it takes two to use up three failures.
    send(cloud, "helles")
    send(cloud, "dunkles")
    eventually(lambda: empty(cloud))
    send(cloud, "weisse")
    eventually(lambda: empty(cloud))

    assert len(records(cloud, "weisse")) == 1
    assert 1 <= len(said) <= 2
    assert "No space left on device" in said[0]
