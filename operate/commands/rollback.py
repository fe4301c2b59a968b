"""Put an earlier release in service.

The endpoints are updated in place, as in a promotion, its smoke test included: requests keep being answered. The next
run that passes the gate replaces the release again; to keep it, deploy with Approval=manual.

It prints that it has asked; the outcome reaches the stack's topic, and `status` shows the endpoints, and who asked.

examples:
  python -m operate rollback taproom-0a1b2c3d-0123456789ab
  python -m operate rollback taproom-0a1b2c3d-0123456789ab --dry-run    # the invocation that would be sent
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from operate import requests
from operate.deployed_stack import Stack
from operate.errors import CannotOperate
from operate.target import Target
from taproom import contract


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    requests.add_dry_run(parser)
    parser.add_argument("release", metavar="RELEASE", help="its id; `status` shows the newest ones")


def run(options: argparse.Namespace, target: Target) -> None:
    """Invoke promote with the release, or show how.

    Raises
    ------
    CannotOperate
        For a release that the stack does not have.
    """
    stack = requests.find_stack(target, dry_run=options.dry_run)
    request = invocation(stack, options.release, requests.caller(target, dry_run=options.dry_run), datetime.now(UTC))
    if options.dry_run:
        requests.show(request)
        return
    kept = _releases(target, stack)
    if options.release not in kept:
        raise CannotOperate(
            f"{stack.name} has no release {options.release!r}; it has "
            f"{', '.join(kept) or 'none yet, since no run was promoted'}."
        )
    target.session.client("lambda").invoke(**request)
    print(f"Asked for {options.release}. How far it is: python -m operate status {target.again}")


def invocation(stack: Stack, release: str, by: str, at: datetime) -> dict[str, Any]:
    """The arguments of Lambda's Invoke with which `by` asks for `release`."""
    return {
        "FunctionName": stack.outputs["PromoteFunctionName"],
        "InvocationType": "Event",
        "Payload": json.dumps({"release": release, "by": by, "at": at.isoformat()}),
    }


def _releases(target: Target, stack: Stack) -> list[str]:
    pages = (
        target.session.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=stack.bucket, Prefix=contract.RELEASES, Delimiter="/")
    )
    prefixes = (each["Prefix"] for page in pages for each in page.get("CommonPrefixes", []))
    return [prefix.removeprefix(contract.RELEASES).rstrip("/") for prefix in prefixes]
