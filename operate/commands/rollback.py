"""Put an earlier release in service.

The endpoints are updated in place, as in a promotion, its smoke test included: requests keep being answered. The next
run that passes the gate replaces the release again; to keep it, deploy with Approval=manual. The releases that came
into service last can be rolled back to, as many as the stack's parameter KeptReleases says; older ones are retired.

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
from taproom.releases import stored_releases


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    requests.add_dry_run(parser)
    parser.add_argument("release", metavar="RELEASE", help="its id; `status` shows the newest ones")


def run(options: argparse.Namespace, target: Target) -> None:
    """Invoke promote with the release, or show how.

    Raises
    ------
    CannotOperate
        For a release that the stack does not have, or not any more.
    """
    stack = requests.find_stack(target, dry_run=options.dry_run)
    request = invocation(stack, options.release, requests.caller(target, dry_run=options.dry_run), datetime.now(UTC))
    if options.dry_run:
        requests.show(request)
        return
    releases = stored_releases(target.session.client("s3"), stack.bucket)
    kept = [each.release for each in releases if each.is_whole]
    if options.release not in kept:
        what = "no release"
        if options.release in {each.release for each in releases}:
            what = "retired (docs/operations.md says what is left of such a release, and for how long) the release"
        raise CannotOperate(
            f"{stack.name} has {what} {options.release!r}; it has "
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
