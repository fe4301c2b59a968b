"""The real template deploys, answers, takes part in events, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from local.assembly import Cloud
from tests.unit.local.waiting import eventually

REVIEWS = "username,beer_name,brewery_name,score\nme,Pils,Brew,4\nme,Stout,Brew,keg\n"


def receipt(stack: Cloud, name: str) -> dict[str, object] | None:
    client = stack.client("s3")
    try:
        found = client.get_object(Bucket=stack.outputs["BucketName"], Key=f"receipts/{name}.json")
    except client.exceptions.NoSuchKey:
        return None
    parsed: dict[str, object] = json.loads(found["Body"].read())
    return parsed


def test_every_output_is_set(stack: Cloud) -> None:
    assert {"BucketName", "ApiUrl", "DropCommand", "RetrainQueueUrl", "PromoteFunctionName"} <= stack.outputs.keys()
    assert all(stack.outputs.values())


def test_before_the_first_release_the_api_says_what_to_do(stack: Cloud) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{stack.outputs['ApiUrl']}/users/me/recommendations")

    with refused.value as answer:
        assert answer.code == 503
        assert "drop a CSV" in json.loads(answer.read())["message"]


def test_the_stock_aws_command_drops_a_file_and_it_is_ingested(stack: Cloud, tmp_path: Path) -> None:
    file = tmp_path / "may.csv"
    file.write_text(REVIEWS)
    aws = Path(sys.executable).with_name("aws")
    environment = os.environ | {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": stack.region,
    }

    subprocess.run(
        [aws, "--endpoint-url", stack.url, "s3", "cp", file, f"s3://{stack.outputs['BucketName']}/incoming/"],
        env=environment,
        check=True,
        capture_output=True,
    )

    found = eventually(lambda: receipt(stack, "may.csv"))
    assert found is not None
    assert (found["rows"], found["accepted"], found["refused"]) == (2, 1, 1)


def test_a_request_by_hand_reaches_the_retrain_function_through_the_queues_url_in_aws(stack: Cloud) -> None:
    # The output is the queue's address in AWS: the endpoint decides, not the address.
    assert stack.outputs["RetrainQueueUrl"].startswith("https://sqs.")
    said: list[str] = []
    stack.watch(lambda _, text: said.append(text))

    stack.client("sqs").send_message(
        QueueUrl=stack.outputs["RetrainQueueUrl"], MessageBody='{"reason": "schedule"}', MessageGroupId="retrain"
    )

    eventually(lambda: any(text.startswith("RetrainFunction") for text in said))
    eventually(lambda: stack.queues.unfinished(stack.outputs["RetrainQueueUrl"].rpartition("/")[2]) == 0)


def test_a_monitor_that_can_not_go_on_is_told(stack: Cloud) -> None:
    sqs, bucket = stack.client("sqs"), stack.outputs["BucketName"]
    inbox = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    stack.client("sns").subscribe(TopicArn=stack.outputs["OutcomesTopic"], Protocol="sqs", Endpoint=arn)
    stack.client("s3").put_object(Bucket=bucket, Key="evidence/online.json", Body=b"not JSON")

    stack.functions.invoke_later(stack.functions.name_of("MonitorFunction"), {})

    def told_of_the_monitor() -> dict[str, Any] | None:
        # Runs of the tests before this one end meanwhile, and are told in the same topic.
        bodies = [message["Body"] for message in sqs.receive_message(QueueUrl=inbox).get("Messages", [])]
        told = [text for text in (json.loads(body)["Message"] for body in bodies) if "MonitorFunction" in text]
        record: dict[str, Any] | None = json.loads(told[0]) if told else None
        return record

    record = eventually(told_of_the_monitor)
    assert record is not None
    assert "MonitorFunction" in record["requestContext"]["functionArn"]
    assert record["requestContext"]["condition"] == "RetriesExhausted"
