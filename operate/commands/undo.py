"""Take back a drop.

The object below incoming/ is deleted, and with it goes what it gave: its part, the histories of its users, the names by
which they are found. Of a beer that somebody had reviewed before, the review before counts again. Of a catalogue file
goes what it alone says of beers. Ingest does this, and asks for a run on what is left.

It prints how many reviews were withdrawn, once that is done.

Older versions of the object stay for 30 days: deleting the mark of its deletion brings the drop back.

examples:
  python -m operate undo may/reviews.csv
  python -m operate undo incoming/may/reviews.csv --dry-run    # the request that would be sent
"""

from __future__ import annotations

import argparse
from typing import Any

from operate import ingest_answers, requests
from operate.deployed_stack import Stack
from operate.errors import CannotOperate
from operate.target import Target
from taproom import contract
from taproom.drops import is_of_beers


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    requests.add_dry_run(parser)
    parser.add_argument("key", metavar="KEY", help="of the drop, with or without incoming/")


def run(options: argparse.Namespace, target: Target) -> None:
    """Delete the object and wait for the receipt, or show the request.

    Raises
    ------
    CannotOperate
        Where there is no such drop, or nothing happens to it.
    """
    name = options.key.removeprefix(contract.INCOMING)
    stack = requests.find_stack(target, dry_run=options.dry_run)
    request = deletion(stack, name)
    if options.dry_run:
        requests.show(request)
        return
    s3 = target.session.client("s3")
    listed = s3.list_objects_v2(Bucket=stack.bucket, Prefix=request["Key"], MaxKeys=1).get("Contents", [])
    if [found["Key"] for found in listed] != [request["Key"]]:
        where = f"{target.aws} s3 ls --recursive s3://{stack.bucket}/{contract.INCOMING}"
        raise CannotOperate(
            f"There is no drop {request['Key']!r} in {stack.name}; `{where}` lists those that there are."
        )
    receipt_key = f"{contract.RECEIPTS}{name}.json"
    before = ingest_answers.read(s3, stack, receipt_key)
    s3.delete_object(**request)
    if before is None:
        print(f"Deleted {request['Key']}. It had not been taken in yet, and will not be.")
        return
    receipt = ingest_answers.wait(s3, stack, receipt_key, lambda each: each["status"] == "withdrawn")
    rows = "beers" if is_of_beers(name) else "reviews"
    print(f"Deleted {request['Key']}. Withdrawn: {receipt['withdrawn']:,} {rows} of its part {receipt['part']}.")
    if receipt["withdrawn"]:
        print(f"A run on what is left was asked for: python -m operate status {target.again}")


def deletion(stack: Stack, name: str) -> dict[str, Any]:
    """The arguments of DeleteObject that take back the drop `name`."""
    return {"Bucket": stack.bucket, "Key": f"{contract.INCOMING}{name}"}
