"""Messages that were given up get another try, in order, and somebody reads why they failed."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from operate.__main__ import main
from operate.commands.redrive import subject
from taproom.messages.erasures import Erasure
from tests.unit.operate.cloud import LOG_GROUP, Tools


def drop(key: str) -> str:
    return json.dumps({"detail-type": "Object Created", "detail": {"object": {"key": key}}})


def given_up(tools: Tools, queue: str, *bodies: str, **group: str) -> list[str]:
    """Send messages and fail with each as often as its queue allows; their ids."""
    sqs = tools.client("sqs")
    ids = [sqs.send_message(QueueUrl=tools.queue(queue), MessageBody=body, **group)["MessageId"] for body in bodies]
    fail_at_all(tools, queue)
    return ids


def fail_at_all(tools: Tools, queue: str) -> None:
    while waiting(tools, queue):
        tools.messages(queue)


def waiting(tools: Tools, queue: str) -> int:
    asked = {"QueueUrl": tools.queue(queue), "AttributeNames": ["ApproximateNumberOfMessages"]}
    return int(tools.client("sqs").get_queue_attributes(**asked)["Attributes"]["ApproximateNumberOfMessages"])


def log(tools: Tools, *lines: dict[str, Any]) -> None:
    logs = tools.client("logs")
    logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName="ingest")
    events = [{"timestamp": int(time.time() * 1000), "message": json.dumps(line)} for line in lines]
    logs.put_log_events(logGroupName=LOG_GROUP, logStreamName="ingest", logEvents=events)


def bodies(tools: Tools, queue: str) -> list[str]:
    return [message["Body"] for message in tools.messages(queue)]


def test_dead_letters_go_back_to_their_queue_with_what_they_failed_of(
    tools: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    (message_id,) = given_up(tools, "ingest", drop("incoming/may.csv"))
    assert (waiting(tools, "ingest"), waiting(tools, "ingest-dead")) == (0, 1)
    log(
        tools,
        {"level": "ERROR", "message": "another one", "exception": "KeyError: 'x'"},
        {"level": "ERROR", "message_id": message_id, "exception": "Traceback …\nOSError: [Errno 28] No space left"},
        {"level": "INFO", "message_id": message_id, "message": "Not why"},
    )
    main(["redrive"])
    moved, why, end = capsys.readouterr().out.splitlines()
    assert moved.startswith("moved  Object Created incoming/may.csv  IngestDeadLetters -> IngestQueue  sent ")
    assert why.strip() == "OSError: [Errno 28] No space left"
    assert end.startswith("1 moved. What becomes of them: python -m operate status --stack taproom")
    assert (waiting(tools, "ingest"), waiting(tools, "ingest-dead")) == (1, 0)
    assert bodies(tools, "ingest") == [drop("incoming/may.csv")]


def test_fifo_dead_letters_go_back_in_their_order_however_many_they_are(tools: Tools) -> None:
    sqs = tools.client("sqs")
    asked = [json.dumps({"reason": "ingest", "part": f"{number:02}"}) for number in range(23)]
    for body in asked:
        sqs.send_message(QueueUrl=tools.queue("retrain-dead.fifo"), MessageBody=body, MessageGroupId="retrain")
    assert waiting(tools, "retrain-dead.fifo") == 23
    main(["redrive"])
    assert (waiting(tools, "retrain.fifo"), waiting(tools, "retrain-dead.fifo")) == (23, 0)
    url, found = tools.queue("retrain.fifo"), []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60).get("Messages"):
        found += [message["Body"] for message in messages]
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert found == asked


def test_what_failed_again_can_be_moved_again_within_five_minutes(tools: Tools) -> None:
    given_up(tools, "retrain.fifo", '{"reason": "schedule"}', MessageGroupId="retrain")
    for _ in range(2):
        main(["redrive"])
        assert waiting(tools, "retrain.fifo") == 1
        fail_at_all(tools, "retrain.fifo")
        assert waiting(tools, "retrain-dead.fifo") == 1


def test_a_dry_run_shows_all_and_moves_nothing(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    given_up(tools, "ingest", *(drop(f"incoming/{number}.csv") for number in range(12)))
    given_up(tools, "retrain.fifo", '{"reason": "by hand"}', MessageGroupId="retrain")
    main(["redrive", "--dry-run"])
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("waits  Object Created incoming/")]) == 12
    assert len([line for line in lines if line.startswith("waits  by hand  RetrainDeadLetters -> Retr")]) == 1
    assert lines[-1] == "13 shown, none moved."
    assert (waiting(tools, "ingest-dead"), waiting(tools, "retrain-dead.fifo")) == (12, 1)


def test_one_queue_can_be_named_and_one_that_there_is_not_is_refused(tools: Tools) -> None:
    given_up(tools, "ingest", drop("incoming/may.csv"))
    given_up(tools, "retrain.fifo", '{"reason": "by hand"}', MessageGroupId="retrain")
    main(["redrive", "--queue", "RetrainDeadLetters"])
    assert (waiting(tools, "ingest-dead"), waiting(tools, "retrain-dead.fifo")) == (1, 0)
    with pytest.raises(SystemExit, match="'IngestQueue' is no queue of dead letters; those are: IngestDeadLetters, "):
        main(["redrive", "--queue", "IngestQueue"])


@pytest.mark.parametrize(
    ("body", "about"),
    [
        ('{"detail": {"TrainingJobName": "run", "TrainingJobStatus": "Failed"}}', "run Failed"),
        ('{"reason": "ingest", "part": "20260101T000000Z-0"}', "ingest 20260101T000000Z-0"),
        ('{"reason": "by hand", "force": true}', "by hand"),
        (Erasure("ann", 1).message(), "a request to forget somebody"),
        ('{"recommendation_id": null, "username": "ann"}', "a rating, an answer, or what came of one"),
        ("{not json", "unreadable: '{not json'"),
        ("[1]", "unreadable: '[1]'"),
        ('{"detail": 3}', "unreadable: '{\"detail\": 3}'"),
    ],
)
def test_a_message_is_told_by_what_it_is_about(body: str, about: str) -> None:
    assert subject(body) == about
