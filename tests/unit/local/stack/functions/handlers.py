"""Handlers of the test stack: each does one thing that a worker may do."""

import json
import os
import time
import urllib.request
from pathlib import Path
from typing import Any

import boto3


def echo(event: Any, context: Any) -> dict[str, Any]:
    return {
        "event": event,
        "process": os.getpid(),
        "environment": dict(os.environ),
        "request": context.aws_request_id,
        "function": context.function_name,
        "memory": context.memory_limit_in_mb,
        "left": context.get_remaining_time_in_millis(),
    }


def fail(_event: Any, _context: Any) -> None:
    print("counting the kegs")
    raise ValueError("there is no such keg")


def sleep(event: Any, _context: Any) -> None:
    time.sleep(event["seconds"])


def die(_event: Any, _context: Any) -> None:
    os._exit(3)


def upload(event: Any, _context: Any) -> None:
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key="uploaded", Body=json.dumps(event).encode())


def meet(event: Any, _context: Any) -> int:
    """Returns once another invocation has come as well."""
    place = Path(event["place"])
    (place / str(os.getpid())).touch()
    while len(list(place.iterdir())) < event["party"]:
        time.sleep(0.01)
    return os.getpid()


def batch(event: Any, context: Any) -> dict[str, Any]:
    """Notes what came in the bucket; a body with `refuse` fails, one with `die` ends the worker the first time."""
    s3 = boto3.client("s3")
    failures = []
    for record in event["Records"]:
        received = record["attributes"]["ApproximateReceiveCount"]
        s3.put_object(
            Bucket=os.environ["BUCKET"],
            Key=f"batches/{context.aws_request_id}/{record['messageId']}",
            Body=json.dumps(record).encode(),
        )
        if "die" in record["body"] and received == "1":
            os._exit(1)
        if "refuse" in record["body"]:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def resource(event: Any, _context: Any) -> None:
    """Answers CloudFormation; the property `Refuse` names the kind of request that fails."""
    refused = event["ResourceProperties"].get("Refuse") == event["RequestType"]
    answer = {
        "Status": "FAILED" if refused else "SUCCESS",
        "Reason": "the taps are closed",
        "PhysicalResourceId": "the-tap",
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": {"Kind": event["RequestType"], "Old": json.dumps(event.get("OldResourceProperties"))},
    }
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], body, {"Content-Type": ""}, method="PUT")
    urllib.request.urlopen(request).close()


def api(event: Any, _context: Any) -> dict[str, Any]:
    return {"statusCode": 201, "headers": {"x-beer": "pils"}, "cookies": ["a=1", "b=2"], "body": json.dumps(event)}
