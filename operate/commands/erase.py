"""Forget somebody.

The user's rows go from every drop, wherever it came from, and from all that was made of it: parts, refused rows,
receipts, histories, the index of names, older versions of objects. A run on what is left is asked for. What the user
says after the request counts.

It prints which parts held them, which drops a person has to look at, and which releases have learnt from them. No
release names anybody; its models were fitted to reviews that are gone now. With --retire those of them go that don't
serve: their files, models and registry entries, after which nobody can roll back to them. The release in service stays
until the successor that the run makes serves: run the same command again then.

examples:
  python -m operate erase ann
  python -m operate erase ann --retire
  python -m operate erase ann --dry-run    # the message that would be sent
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from operate import ingest_answers, requests
from operate.deployed_stack import Stack
from operate.target import Target
from taproom import contract
from taproom import releases as taproom_releases
from taproom.drops import normalized
from taproom.messages.erasures import Erasure
from taproom.sagemaker_endpoints import release_in_service


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    requests.add_dry_run(parser)
    parser.add_argument("--retire", action="store_true", help="delete releases that learnt from them and don't serve")
    parser.add_argument("username", metavar="USERNAME", help="as it stands in the reviews")


def run(options: argparse.Namespace, target: Target) -> None:
    """Ask ingest, wait for its report, print it, and retire releases; or show the request.

    Raises
    ------
    CannotOperate
        Where no report comes.
    """
    erasure = Erasure(normalized(options.username), round(time.time() * 1000))
    stack = requests.find_stack(target, dry_run=options.dry_run)
    request = message(stack, erasure)
    if options.dry_run:
        requests.show(request)
        return
    target.session.client("sqs").send_message(**request)
    s3, sagemaker = target.session.client("s3"), target.session.client("sagemaker")
    report = ingest_answers.wait(s3, stack, erasure.report_key(stack.outputs["HistoriesTable"]))
    print(f"Forgotten. Parts that held them: {', '.join(report['parts']) or 'none'}.")
    for name, what in report["unreadable"].items():
        print(f"Left: {contract.INCOMING}{name}. {what}")
    if report["parts"]:
        print(f"A run on what is left was asked for: python -m operate status {target.again}")
    serving = release_in_service(sagemaker, stack.prefix)
    for release in report["releases"]:
        print(_told(s3, sagemaker, stack, release, serves=release == serving, retire=options.retire))


def message(stack: Stack, erasure: Erasure) -> dict[str, Any]:
    """The arguments of SendMessage that ask ingest for it."""
    url = stack.queues.get("IngestQueue", f"the-ingest-queue-of-{stack.name}")
    return {"QueueUrl": url, "MessageBody": erasure.message()}


def _told(s3: Any, sagemaker: Any, stack: Stack, release: str, *, serves: bool, retire: bool) -> str:
    """What became of a release that has learnt from them, after it was retired if it may be."""
    if serves:
        return f"{release} has learnt from them and serves, until its successor does: erase them again then."
    if not _is_decided(s3, stack, release):
        return f"{release} learns from them at this moment, or awaits its verdict: erase them again then."
    if not retire:
        return f"{release} has learnt from them: --retire deletes it, if nobody is to roll back to it."
    _retire(s3, sagemaker, stack, release)
    return f"{release} had learnt from them, and is retired."


def _is_decided(s3: Any, stack: Stack, release: str) -> bool:
    key = f"{contract.RUNS}{release}/verdict.json"
    return any(found["Key"] == key for found in s3.list_objects_v2(Bucket=stack.bucket, Prefix=key).get("Contents", []))


def _retire(s3: Any, sagemaker: Any, stack: Stack, release: str) -> None:
    """Delete all that could put the release in service again; its files last, so that a second try finds them."""
    taproom_releases.delete_configs_and_models(sagemaker, release, lambda other: other == release)
    for package in taproom_releases.packages(sagemaker, stack.prefix):
        if package.get("ModelPackageDescription") == release:
            taproom_releases.delete_package(sagemaker, package)
    for prefix in (contract.ARTIFACTS, contract.RELEASES):
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=stack.bucket, Prefix=f"{prefix}{release}/")
        for page in pages:
            for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                s3.delete_object(Bucket=stack.bucket, Key=version["Key"], VersionId=version["VersionId"])
