"""What the commands that send one request have in common: finding the stack, and showing what would be sent."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operate import deployed_stack, next_run
from operate.deployed_stack import Stack
from operate.errors import UNREACHABLE, reason
from operate.next_run import NextRun
from operate.target import Target


def add_dry_run(parser: argparse._ActionsContainer) -> None:
    """The option that shows the request and sends nothing."""
    parser.add_argument("--dry-run", action="store_true", help="print the request that would be sent, as JSON, and end")


def add_source(parser: argparse.ArgumentParser) -> None:
    """The option that names other training code."""
    parser.add_argument(
        "--source",
        type=Path,
        metavar="FOLDER",
        help=f"training code to use instead of the newest run's: `sam build` leaves it in {next_run.BUILT}",
    )


def find_stack(target: Target, *, dry_run: bool) -> Stack:
    """The deployed stack; in a dry run that can't ask AWS, the one that the template describes, and a note."""
    try:
        return deployed_stack.find(target.session, target.stack)
    except UNREACHABLE as error:
        if not dry_run:
            raise
        return _placeholder(target, error)


def find_next_run(target: Target, folder: Path | None, *, dry_run: bool) -> tuple[Stack, NextRun]:
    """The stack, and what its next run is made of, with the code in `folder`; in a dry run as `find_stack`."""
    own = next_run.source_in(folder)
    try:
        stack = deployed_stack.find(target.session, target.stack)
        return stack, next_run.find(target.session, stack, own)
    except UNREACHABLE as error:
        if not dry_run:
            raise
        stack = _placeholder(target, error)
        return stack, next_run.described_by_template(stack, own)


def caller(target: Target, *, dry_run: bool) -> str:
    """The ARN of whose credentials are used; in a dry run that can't ask AWS, a placeholder."""
    try:
        return str(target.session.client("sts").get_caller_identity()["Arn"])
    except UNREACHABLE:
        if not dry_run:
            raise
        return "the-caller"


def show(request: Mapping[str, Any]) -> None:
    """The request on standard output, and nothing else there."""
    print(json.dumps(request, indent=2))


def _placeholder(target: Target, error: Exception) -> Stack:
    stack = deployed_stack.described_by_template(target.session, target.stack)
    print(
        f"AWS can't be asked: {reason(error)}. So names that only it knows (bucket, role, queue, code) are "
        f"placeholders, the region is {stack.region}, the settings are template.yaml's defaults, and nothing is in "
        "service.",
        file=sys.stderr,
    )
    return stack
