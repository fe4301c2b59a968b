"""Give messages that were given up another try.

A message that failed five times lies in a queue of dead letters for two weeks. This moves those that lie there now
back to the queues that they came from, in their order, FIFO queues included. Mend the cause first, or they come back.
Nothing is counted twice: a drop that was taken in after all is known by its part, and a request for a run that has
been by the run.

It prints a line for each message: what it is about, the queues, and when it was sent first; below it the last error
that the stack's log holds of it. A message is deleted only once it is in its queue again, so that an end in between
leaves it in both.

examples:
  python -m operate redrive --dry-run                    # what lies there, and why; nothing is moved
  python -m operate redrive
  python -m operate redrive --queue IngestDeadLetters    # only that one's; `status` shows the names
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from operate import deployed_stack
from operate.deployed_stack import Stack
from operate.errors import CannotOperate
from operate.target import Target

# Long enough to send a batch on, and short enough that one left behind by an end in between is seen again soon.
_TAKEN_FOR = 60
_BATCH = 10
_WAITING = "ApproximateNumberOfMessages"


@dataclass(frozen=True)
class DeadLetters:
    """A queue of dead letters, and the queue that they came from: names in the template, and URLs."""

    name: str
    url: str
    source: str
    source_url: str

    @property
    def fifo(self) -> bool:
        """Whether order and groups are kept."""
        return self.url.endswith(".fifo")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--dry-run", action="store_true", help="show what would be moved, and move nothing")
    parser.add_argument("--queue", metavar="NAME", help="of dead letters, as in the template (default: every one)")


def run(options: argparse.Namespace, target: Target) -> None:
    """Move the messages, or show them.

    Raises
    ------
    CannotOperate
        For a queue that is none of dead letters.
    """
    stack = deployed_stack.find(target.session, target.stack)
    sqs, logs = target.session.client("sqs"), target.session.client("logs")
    total = 0
    for queue in chosen(dead_letters(sqs, stack), options.queue):
        messages = _looked_at(sqs, queue) if options.dry_run else _moved(sqs, queue)
        for message in messages:
            total += 1
            print(told(message, queue, moved=not options.dry_run))
            print(f"  {last_error(logs, stack, message)}", flush=True)
    if options.dry_run:
        print(f"{total} shown, none moved.")
    else:
        print(f"{total} moved. What becomes of them: python -m operate status {target.again}")


def dead_letters(sqs: Any, stack: Stack) -> list[DeadLetters]:
    """Each queue of dead letters of the stack, as the queues' redrive policies tell."""
    by_name = {url.rpartition("/")[2]: name for name, url in stack.queues.items()}
    found = []
    for source, url in stack.queues.items():
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"]).get("Attributes", {})
        if policy := attributes.get("RedrivePolicy"):
            name = by_name[json.loads(policy)["deadLetterTargetArn"].rpartition(":")[2]]
            found.append(DeadLetters(name, stack.queues[name], source, url))
    return found


def chosen(queues: list[DeadLetters], name: str | None) -> list[DeadLetters]:
    """The one called `name`, or all."""
    if name is None:
        return queues
    named = [queue for queue in queues if queue.name == name]
    if not named:
        raise CannotOperate(
            f"{name!r} is no queue of dead letters; those are: {', '.join(each.name for each in queues) or 'none'}."
        )
    return named


def told(message: Mapping[str, Any], queue: DeadLetters, *, moved: bool) -> str:
    """A line about the message."""
    sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    verb = "moved" if moved else "waits"
    return f"{verb}  {subject(message['Body'])}  {queue.name} -> {queue.source}  sent {sent:%Y-%m-%d %H:%M}"


def subject(body: str) -> str:
    """What a message is about: a drop, somebody to be forgotten, a training job that ended, why a run was asked for."""
    try:
        event = json.loads(body)
        detail = event.get("detail", {})
        if "object" in detail:
            return f"{event['detail-type']} {detail['object']['key']}"
        if "TrainingJobName" in detail:
            return f"{detail['TrainingJobName']} {detail['TrainingJobStatus']}"
        if "erase" in event:
            return "a request to forget somebody"
        if "recommendation_id" in event:
            return "a rating, an answer, or what came of one"
        return f"{event['reason']} {event.get('part') or event.get('run') or ''}".rstrip()
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"unreadable: {body[:100]!r}"


def last_error(logs: Any, stack: Stack, message: Mapping[str, Any]) -> str:
    """The last error in the stack's log that names the message."""
    if stack.log_group is None:
        return "The stack has no log group."
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=stack.log_group,
        startTime=int(message["Attributes"]["SentTimestamp"]),
        filterPattern=f'"{message["MessageId"]}"',
    )
    said = ""
    for page in pages:
        for event in page["events"]:
            said = _error(event["message"]) or said
    return said or f"Its log, {stack.log_group}, names no error of message {message['MessageId']}."


def _error(line: str) -> str | None:
    try:
        logged = json.loads(line)
    except ValueError:
        return None
    if not isinstance(logged, dict) or logged.get("level") != "ERROR":
        return None
    lines = str(logged.get("exception", "")).strip().splitlines()
    return f"{logged.get('timestamp', '')}  {lines[-1] if lines else logged.get('message')}".strip()


def _moved(sqs: Any, queue: DeadLetters) -> Iterator[dict[str, Any]]:
    """Move what lies in the queue now; each message, once it is moved.

    StartMessageMoveTask would do it as well, but says neither what it moved nor, afterwards, whether it did.
    """
    # Not until it is empty: what fails again while this goes on would be moved in circles.
    left = _lying(sqs, queue.url)
    while left > 0 and (messages := _received(sqs, queue.url, min(left, _BATCH))):
        for message in messages:
            sqs.send_message(QueueUrl=queue.source_url, MessageBody=message["Body"], **_order(message, queue))
            sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
            yield message
        left -= len(messages)


def _looked_at(sqs: Any, queue: DeadLetters) -> Iterator[dict[str, Any]]:
    """Each message of the queue; of a FIFO queue's group the first ten, as more can't be had without deleting them."""
    lying = _lying(sqs, queue.url)
    held: list[dict[str, Any]] = []
    while len(held) < lying and (messages := _received(sqs, queue.url, _BATCH)):
        held += messages
    for message in held:
        sqs.change_message_visibility(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    yield from held
    if len(held) < lying:
        print(f"{queue.name} holds {lying - len(held)} more, which come after these.", file=sys.stderr)


def _order(message: Mapping[str, Any], queue: DeadLetters) -> dict[str, str]:
    """Of a FIFO queue: the same group, and an id under which a message sent twice counts once."""
    if not queue.fifo:
        return {}
    return {
        "MessageGroupId": message["Attributes"]["MessageGroupId"],
        "MessageDeduplicationId": message["MessageId"],
    }


def _received(sqs: Any, url: str, most: int) -> list[dict[str, Any]]:
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=most,
        VisibilityTimeout=_TAKEN_FOR,
        WaitTimeSeconds=1,
        AttributeNames=["All"],
    )
    return list(answer.get("Messages", []))


def _lying(sqs: Any, url: str) -> int:
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[_WAITING])["Attributes"][_WAITING])
