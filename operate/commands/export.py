"""Write the reviews to a file, in the form of a drop.

All that was accepted is in it, for elsewhere or for a stack made anew: a review that was given again stands there each
time, the later drop below the earlier one, so that a stack which takes the file in counts the same ones. With --user it
is all that the stack holds of one user, as JSON: their reviews with the part that holds each, their history, and what
was served to them. With --recommendations the stack is asked for the first ten beers of everybody's list, which a job
writes to its bucket, as Parquet and CSV: what the release in service would answer them now. What was dropped stays
besides under incoming/, and refused rows under rejected/.

It prints how many reviews were written, and while it runs, on standard error, how far it is. The file is there once it
is whole.

examples:
  python -m operate export reviews.csv.gz
  python -m operate export ann.json --user ann
  python -m operate export --recommendations
  python -m operate export - --user ann | jq '.reviews[].beer_name'    # - is standard output
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
from botocore.exceptions import ClientError
from pyarrow import parquet

from operate import deployed_stack
from operate.commands import retrain
from operate.deployed_stack import Stack
from operate.errors import CannotOperate
from operate.target import Target
from retrain.s3_bucket import Bucket
from taproom import contract

# In the order of README.md; what a part has besides is about the drop that it came with.
COLUMNS = (
    *("score", "username", "beer_name", "brewery_name"),
    *("beer_id", "style", "abv", "text", "reviewed_at"),
)
# Ingest decodes HTML entities in these.
_DECODED = ("beer_name", "brewery_name", "style")
_ROWS = 65_536


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="to write: .csv or .csv.gz, with --user .json; - is standard output; none with --recommendations",
    )
    parser.add_argument("--recommendations", action="store_true", help="for everybody, into the stack's bucket")
    parser.add_argument("--user", metavar="NAME", help="only what is held of this user")


def run(options: argparse.Namespace, target: Target) -> None:
    """Write the file.

    Raises
    ------
    CannotOperate
        For a user of whom nothing is held, a part that was withdrawn meanwhile, and options that exclude each other.
    """
    stack = deployed_stack.find(target.session, target.stack)
    if options.recommendations == (options.file is not None) or (options.recommendations and options.user):
        raise CannotOperate("Name either a FILE to write or --recommendations, which takes neither FILE nor --user.")
    if options.recommendations:
        target.session.client("sqs").send_message(**retrain.message(stack, "batch"))
        address = f"s3://{stack.bucket}/{contract.BATCH}"
        print(
            "Asked for recommendations for everybody. In some minutes they are in a folder with the release's name:\n"
            f"  {target.aws} s3 ls --recursive {address}"
        )
        return
    if options.user is not None:
        held = of_user(target, stack, options.user)
        with _whole(options.file) as file:
            file.write(json.dumps(held, indent=2, ensure_ascii=False).encode() + b"\n")
        told = f"{len(held['reviews'])} reviews by {options.user}"
    else:
        with _whole(options.file) as file:
            told = f"{write_reviews(target, stack, file)} reviews"
    print(f"Wrote {told} to {options.file}.", file=sys.stderr if options.file == "-" else sys.stdout)


def write_reviews(target: Target, stack: Stack, file: IO[bytes] | gzip.GzipFile) -> int:
    """Write every accepted review as CSV, in the order of parts and lines; how many."""
    written = 0
    with csv.CSVWriter(file, SCHEMA) as writer:
        for _, batch in _batches(target, stack, list(COLUMNS)):
            writer.write_batch(_as_dropped(batch))
            written += batch.num_rows
    return written


def of_user(target: Target, stack: Stack, username: str) -> dict[str, Any]:
    """The reviews and the history of a user and what was served to them, as JSON has them."""
    reviews = []
    for part, batch in _batches(target, stack, [*contract.PART_COLUMNS]):
        for row in batch.filter(pc.equal(batch["username"], username)).to_pylist():
            times = {name: each.isoformat() for name in ("reviewed_at", "dropped_at") if (each := row[name])}
            reviews.append({**row, **times, "part": part})
    pages = (
        target.session.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=stack.outputs["HistoriesTable"],
            KeyConditionExpression="username = :username",
            ExpressionAttributeValues={":username": {"S": username}},
        )
    )
    history = {
        item["part"]["S"]: {beer: float(score["N"]) for beer, score in item["reviews"]["M"].items()}
        for page in pages
        for item in page["Items"]
        if "reviews" in item
    }
    served = _served_to(target, stack, username)
    if not reviews and not history and not served:
        raise CannotOperate(f"{stack.name} holds nothing of a user {username!r}: names are exact, case and all.")
    return {"username": username, "reviews": reviews, "history": history, "served": served}


def _served_to(target: Target, stack: Stack, username: str) -> list[dict[str, Any]]:
    """The user's rows of the served log."""
    s3 = target.session.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=stack.bucket, Prefix=contract.SERVED)
    rows = []
    for key in (found["Key"] for page in pages for found in page.get("Contents", [])):
        content = s3.get_object(Bucket=stack.bucket, Key=key)["Body"].read()
        table = parquet.read_table(pa.BufferReader(content))
        for row in table.filter(pc.equal(table["username"], username)).to_pylist():
            given = {name: value for name, value in row.items() if value is not None}
            rows.append(given | {"at": row["at"].isoformat()})
    return rows


SCHEMA = pa.schema(
    [pa.field(name, {"score": pa.float32(), "abv": pa.float32()}.get(name, pa.string())) for name in COLUMNS]
)


def _as_dropped(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The columns of a drop, such that ingest reads from them what the part holds."""
    columns = {name: batch[name] for name in COLUMNS}
    columns["reviewed_at"] = pc.strftime(columns["reviewed_at"], "%Y-%m-%dT%H:%M:%SZ")
    for name in _DECODED:
        if pc.any(pc.match_substring(columns[name], "&")).as_py():
            columns[name] = pa.array([_encoded(value) for value in columns[name].to_pylist()], pa.string())
    return pa.record_batch([columns[name].cast(SCHEMA.field(name).type) for name in COLUMNS], SCHEMA)


def _encoded(value: str | None) -> str | None:
    """The same, or what decodes to it where it would be taken for encoded."""
    return value if value is None or html.unescape(value) == value else value.replace("&", "&amp;")


def _batches(target: Target, stack: Stack, columns: list[str]) -> Iterator[tuple[str, pa.RecordBatch]]:
    """The rows of each part, in order, and the part's name; memory holds one batch, the disk one part."""
    s3 = target.session.client("s3")
    parts = Bucket(s3, stack.bucket).parts()
    if not parts:
        raise CannotOperate(f"{stack.name} has no reviews yet, so there is nothing to export.")
    rows = 0
    for number, part in enumerate(parts, 1):
        with tempfile.TemporaryFile() as file:
            try:
                s3.download_fileobj(stack.bucket, f"{contract.REVIEWS}{part}.parquet", file)
            except ClientError as error:
                if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                    raise
                raise CannotOperate(f"{part} was withdrawn or replaced meanwhile: export again.") from error
            for batch in parquet.ParquetFile(file).iter_batches(_ROWS, columns=columns):
                yield part, batch
                rows += batch.num_rows
        if sys.stderr.isatty() or number == len(parts):
            end = "\n" if number == len(parts) else "\r"
            print(f"part {number} of {len(parts)}, {rows} reviews read", end=end, file=sys.stderr, flush=True)


@contextmanager
def _whole(name: str) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """The file to write to, which has its name once all is written."""
    if name == "-":
        yield sys.stdout.buffer
        return
    path = Path(name)
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("wb") as plain:
            if path.suffix == ".gz":
                with gzip.open(plain, "wb") as packed:
                    yield packed
            else:
                yield plain
        unfinished.replace(path)
    except OSError as error:
        raise CannotOperate(f"{path} can't be written: {error.strerror or error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
