"""What serves, what the last runs came to, what waits.

It prints a line for each endpoint with the release that it answers with (and the one that it is being updated to), for
each of the last five runs with SageMaker's status of its training job and what the gate said, and for each queue.
Messages in a queue of dead letters were given up: the logs of the function that reads them say why.

examples:
  python -m operate status
  python -m operate status --stack pub --region eu-west-1
  python -m operate status --local
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from operate import deployed_stack
from operate.deployed_stack import Stack
from operate.target import Target
from retrain.sagemaker_jobs import Jobs
from taproom import contract, sagemaker_endpoints
from taproom.names import Layout

_RUNS = 5
_WAITING, _TAKEN = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
_NO_VERDICT = "-"


def add_options(_: argparse.ArgumentParser) -> None:
    """This command has no options of its own."""


def run(_: argparse.Namespace, target: Target) -> None:
    """Print it."""
    stack = deployed_stack.find(target.session, target.stack)
    sagemaker = target.session.client("sagemaker")
    serving = sagemaker_endpoints.release_in_service(sagemaker, stack.name)
    print(f"{stack.name} in {stack.region}: {serving or 'nothing'} is in service. {stack.outputs['ApiUrl']}")
    rows = [
        *_endpoints(sagemaker, stack),
        *_runs(sagemaker, target.session.client("s3"), stack),
        *_queues(target.session.client("sqs"), stack),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


Row = tuple[str, str, str, str]


def _endpoints(sagemaker: Any, stack: Stack) -> Iterator[Row]:
    for layout in Layout:
        for endpoint in sagemaker_endpoints.of_layout(sagemaker, stack.name, layout).values():
            if endpoint is not None:
                next_release = f" -> {endpoint.next_release}" if endpoint.next_release else ""
                failure = endpoint.failure or ""
                yield "endpoint", endpoint.name, endpoint.status, f"{endpoint.release}{next_release}  {failure}"


def _runs(sagemaker: Any, s3: Any, stack: Stack) -> Iterator[Row]:
    for job in Jobs(sagemaker, stack.name).latest()[:_RUNS]:
        yield "run", job.run, job.status, f"{job.created:%Y-%m-%d %H:%M}  gate: {_verdict(s3, stack, job.run)}"


def _verdict(s3: Any, stack: Stack, run: str) -> str:
    try:
        kept = s3.get_object(Bucket=stack.bucket, Key=f"{contract.RUNS}{run}/verdict.json")
    except s3.exceptions.NoSuchKey:
        return _NO_VERDICT
    return str(json.load(kept["Body"])["status"])


def _queues(sqs: Any, stack: Stack) -> Iterator[Row]:
    for name, url in stack.queues.items():
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[_WAITING, _TAKEN])["Attributes"]
        yield "queue", name, f"{counts[_WAITING]} waiting", f"{counts[_TAKEN]} being worked on"
