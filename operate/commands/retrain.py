"""Ask the loop for a run.

It trains only if there is new data, code or hyper-parameters, and if no run is training now. A run that failed is not
tried again by itself, since it would fail again: --force does, and also trains anew on what has been trained on.

It prints that it has asked; `status` shows the run that comes of it.

examples:
  python -m operate retrain
  python -m operate retrain --force
  python -m operate retrain --force --dry-run    # the message that would be sent
"""

from __future__ import annotations

import argparse
import json
import uuid
from typing import Any

from operate import requests
from operate.deployed_stack import Stack
from operate.target import Target


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    requests.add_dry_run(parser)
    parser.add_argument("--force", action="store_true", help="also when nothing has changed")


def run(options: argparse.Namespace, target: Target) -> None:
    """Send the message, or show it."""
    request = message(requests.find_stack(target, dry_run=options.dry_run), "by hand", force=options.force)
    if options.dry_run:
        requests.show(request)
        return
    target.session.client("sqs").send_message(**request)
    print(f"Asked for a run. What came of it: python -m operate status {target.again}")


def message(stack: Stack, reason: str, *, force: bool = False) -> dict[str, Any]:
    """The arguments of SendMessage that ask for a run."""
    body = {"reason": reason, "force": True} if force else {"reason": reason}
    return {
        "QueueUrl": stack.outputs["RetrainQueueUrl"],
        "MessageBody": json.dumps(body),
        "MessageGroupId": "retrain",
        # Asked twice is meant twice, and the queue would drop the second of two equal messages.
        "MessageDeduplicationId": str(uuid.uuid4()),
    }
