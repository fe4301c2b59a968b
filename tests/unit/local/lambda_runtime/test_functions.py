"""Functions run in workers, and fail, as they do in Lambda."""

from __future__ import annotations

import base64
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local import PROJECT
from local.assembly import Cloud
from local.lambda_runtime import workers
from tests.unit.local.waiting import eventually


def invoke(cloud: Cloud, logical_id: str, event: Any = None) -> Any:
    answer = cloud.functions.invoke(cloud.functions.name_of(logical_id), event)
    assert not answer.error, answer.fault
    return answer.json()


def inbox(cloud: Cloud) -> list[Any]:
    """The messages that reached the topic since it was last looked at."""
    client = cloud.client("sqs")
    received = client.receive_message(QueueUrl=cloud.outputs["Inbox"], MaxNumberOfMessages=10).get("Messages", [])
    for message in received:
        client.delete_message(QueueUrl=cloud.outputs["Inbox"], ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(json.loads(message["Body"])["Message"]) for message in received]


def test_a_handler_gets_its_event_and_context_and_its_answer_goes_back(cloud: Cloud) -> None:
    answer = invoke(cloud, "Echo", {"beer": "Märzen"})

    assert answer["event"] == {"beer": "Märzen"}
    assert answer["function"] == cloud.functions.name_of("Echo")
    assert answer["memory"] == "256"
    assert 19_000 < answer["left"] <= 20_000


def test_the_environment_is_the_deployed_one_bound_to_the_cloud(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "somebody")

    environment = invoke(cloud, "Echo")["environment"]

    assert environment["BUCKET"] == cloud.outputs["BucketName"]
    assert environment["AWS_ENDPOINT_URL"] == cloud.url
    assert cloud.functions.role_of(environment["AWS_ACCESS_KEY_ID"]) is not None
    assert environment["SOURCE"] == str(PROJECT / "training")
    assert "AWS_PROFILE" not in environment


def test_a_worker_is_used_again(cloud: Cloud) -> None:
    assert invoke(cloud, "Echo")["process"] == invoke(cloud, "Echo")["process"]


def test_invocations_at_the_same_time_have_a_worker_each(cloud: Cloud, tmp_path: Path) -> None:
    event = {"place": str(tmp_path), "party": 3}

    with ThreadPoolExecutor(3) as pool:
        processes = list(pool.map(lambda _: invoke(cloud, "Meet", event), range(3)))

    assert len(set(processes)) == 3


def test_an_invocation_waits_for_a_busy_worker_before_another_is_started(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 60.0)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: invoke(cloud, "Echo"), range(4)))
    assert len({answer["process"] for answer in answers}) == 1


def test_a_changed_environment_needs_a_new_worker(cloud: Cloud) -> None:
    before = invoke(cloud, "Echo")
    name = cloud.functions.name_of("Echo")
    cloud.client("lambda").update_function_configuration(
        FunctionName=name, Environment={"Variables": {"COLOUR": "amber"}}
    )

    after = invoke(cloud, "Echo")

    assert after["environment"]["COLOUR"] == "amber"
    assert after["process"] != before["process"]


def test_an_exception_is_reported_with_its_type_message_and_trace(cloud: Cloud) -> None:
    answer = cloud.functions.invoke(cloud.functions.name_of("Fail"), {})

    reported = answer.json()
    assert answer.error
    assert (reported["errorType"], reported["errorMessage"]) == ("ValueError", "there is no such keg")
    assert "in fail" in "".join(reported["stackTrace"])
    assert answer.fault == "ValueError: there is no such keg"


def test_a_handler_that_takes_too_long_is_killed(cloud: Cloud) -> None:
    name = cloud.functions.name_of("Sleep")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(cloud.functions.invoke, name, {"seconds": 600})
        (process,) = eventually(lambda: cloud.functions.busy(name))
        reported = answer.result().json()

    assert reported["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in reported["errorMessage"]
    assert is_gone(process)


def test_a_worker_that_ends_is_reported_and_replaced(cloud: Cloud) -> None:
    for _ in range(2):
        answer = cloud.functions.invoke(cloud.functions.name_of("Die"), {})

        assert answer.json() == {
            "errorType": "Runtime.ExitError",
            "errorMessage": "Runtime exited with error: exit status 3",
        }


def test_a_handler_that_cannot_be_loaded_says_why(cloud: Cloud) -> None:
    answer = cloud.functions.invoke(cloud.functions.name_of("Missing"), {})

    assert answer.error
    assert answer.fault == "ModuleNotFoundError: No module named 'nowhere'"


def test_lambdas_api_answers_with_the_payload_the_error_and_the_end_of_the_log(cloud: Cloud) -> None:
    client = cloud.client("lambda")

    good = client.invoke(FunctionName=cloud.functions.name_of("Echo"), Payload=b'{"beer": 1}')
    bad = client.invoke(FunctionName=cloud.functions.name_of("Fail"), LogType="Tail")

    assert good["StatusCode"] == 200
    assert "FunctionError" not in good
    assert json.loads(good["Payload"].read())["event"] == {"beer": 1}
    assert bad["FunctionError"] == "Unhandled"
    assert json.loads(bad["Payload"].read())["errorType"] == "ValueError"
    assert b"counting the kegs" in base64.b64decode(bad["LogResult"])


def test_an_asynchronous_invocation_returns_before_it_is_done(cloud: Cloud) -> None:
    answer = cloud.client("lambda").invoke(
        FunctionName=cloud.functions.name_of("Upload"), InvocationType="Event", Payload=b'{"beer": "stout"}'
    )

    assert answer["StatusCode"] == 202
    assert eventually(lambda: uploaded(cloud)) == {"beer": "stout"}


def test_an_asynchronous_failure_is_retried_and_then_reported_to_its_destination(cloud: Cloud) -> None:
    cloud.functions.invoke_later(cloud.functions.name_of("Fail"), {"keg": 7})

    (record,) = eventually(lambda: inbox(cloud))

    assert record["requestPayload"] == {"keg": 7}
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    # MaximumRetryAttempts of the template is 1.
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["responsePayload"]["errorMessage"] == "there is no such keg"


def test_output_of_the_workers_is_in_a_log_for_each_function(cloud: Cloud) -> None:
    cloud.functions.invoke(cloud.functions.name_of("Fail"), {})

    assert "counting the kegs" in (cloud.directory / "logs" / "Fail.log").read_text()


def test_a_function_that_is_not_deployed_is_named_with_those_that_are(cloud: Cloud) -> None:
    with pytest.raises(KeyError, match=r"No function 'Brew' is deployed; there are: .*Echo"):
        cloud.functions.name_of("Brew")


def uploaded(cloud: Cloud) -> Any:
    client = cloud.client("s3")
    try:
        return json.loads(client.get_object(Bucket=cloud.outputs["BucketName"], Key="uploaded")["Body"].read())
    except client.exceptions.NoSuchKey:
        return None


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False
