"""What becomes of a file that takes several invocations, next to one that has all the time that it needs.

The real handler takes in the file from a moto server, each invocation in a process of its own. The file may be grown
first, by more users who review the same. Histories are counted as they are written, and not kept: moto's table takes
a kilobyte for each review. Both receipts have to be the same, and every row has to be in a part or refused.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3

from benchmarks.ingest import DEFAULT, PLACE, Measured, arrange, in_a_process, moto_server


class CountedHistories(BaseHTTPRequestHandler):
    """Stands in for DynamoDB: it counts what is written, and finds nothing."""

    protocol_version = "HTTP/1.1"
    # A body that follows its head in a packet of its own waits for the other side to acknowledge that, 40 ms.
    disable_nagle_algorithm = True
    reviews = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["X-Amz-Target"].endswith("BatchWriteItem"):
            for requests in json.loads(body)["RequestItems"].values():
                items = (request["PutRequest"]["Item"] for request in requests if "PutRequest" in request)
                type(self).reviews += sum(len(item["reviews"]["M"]) for item in items if "reviews" in item)
        answer = b'{"Items": [], "Count": 0, "UnprocessedItems": {}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nobody reads it."""


@contextmanager
def counted_histories() -> Iterator[str]:
    """The URL of a stand-in for DynamoDB."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), CountedHistories)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


@dataclass(frozen=True)
class TakenIn:
    """What a drop became: its invocations, the receipt, the rows in its parts, and the reviews that were written."""

    invocations: list[Measured]
    receipt: dict[str, Any]
    rows: list[int]
    reviews: int


def take_in(reviews: Path, turn_seconds: float) -> TakenIn:
    """Take in the file by invocations that have so much time each."""
    CountedHistories.reviews = 0
    with moto_server() as url, counted_histories() as histories_url:
        event, environment = arrange(url, reviews)
        environment |= {"AWS_ENDPOINT_URL_DYNAMODB": histories_url, "TURN_SECONDS": str(turn_seconds)}
        session = boto3.Session(PLACE["AWS_ACCESS_KEY_ID"], PLACE["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1")
        s3, sqs = session.client("s3", endpoint_url=url), session.client("sqs", endpoint_url=url)
        invocations, waiting = [], [event]
        while waiting:
            invocations.append(in_a_process("ingest", waiting.pop(), environment))
            found = sqs.receive_message(QueueUrl=environment["INGEST_QUEUE_URL"]).get("Messages", [])
            for message in found:
                waiting.append(message["Body"])
                sqs.delete_message(QueueUrl=environment["INGEST_QUEUE_URL"], ReceiptHandle=message["ReceiptHandle"])
            last = invocations[-1]
            print(f"turn {len(invocations)}: {last.seconds:.0f} s, {last.peak:.0f} MB", file=sys.stderr)
        receipt = json.load(s3.get_object(Bucket="drops", Key=f"receipts/{reviews.name}.json")["Body"])
        parts = s3.list_objects_v2(Bucket="drops", Prefix="reviews/")["Contents"]
        heads = [s3.head_object(Bucket="drops", Key=part["Key"]) for part in parts]
        rows = [int(head["Metadata"]["rows"]) for head in heads]
    return TakenIn(invocations, receipt, rows, CountedHistories.reviews)


def grown(reviews: Path, rows: int, folder: Path) -> Path:
    """A file of about as many rows: its users' reviews again, by others, the last ones of the last of them."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    known = csv.read_csv(reviews, parse_options=csv.ParseOptions(newlines_in_values=True))
    user = next(name for name in known.column_names if name in ("username", "review_profilename"))
    names = known[user].cast(pa.string())
    path = folder / f"{rows}.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file, csv.CSVWriter(file, known.schema) as writer:
        for copy in range(-(-rows // known.num_rows)):
            others = pc.binary_join_element_wise(names, str(copy), "~")
            table = known.set_column(known.column_names.index(user), known.schema.field(user), others)
            writer.write_table(table.slice(0, rows - copy * known.num_rows))
    return path


def compared(by_turns: TakenIn, at_once: TakenIn) -> str:
    """Both side by side; an error where a row is not accounted for."""
    lines = [f"{'':24}{'invocations':>12}{'parts':>7}{'rows':>12}{'reviews':>12}{'cpu s':>8}{'peak MB':>9}"]
    for name, taken in (("one invocation", at_once), ("turns", by_turns)):
        receipt, cpu = taken.receipt, sum(one.cpu for one in taken.invocations)
        accounted = receipt["accepted"] + receipt["refused"] + receipt["not_rated"]
        if accounted != receipt["rows"] or sum(taken.rows) != receipt["accepted"]:
            sys.exit(f"{name}: of {receipt['rows']:,} rows {accounted:,} are accounted for, {sum(taken.rows):,} kept.")
        if taken.reviews != receipt["live"]["reviews"]:
            sys.exit(f"{name}: {taken.reviews:,} reviews were written, the receipt has {receipt['live']['reviews']:,}.")
        lines.append(
            f"{name:24}{len(taken.invocations):>12}{len(taken.rows):>7}{receipt['rows']:>12,}{taken.reviews:>12,}"
            f"{cpu:>8.0f}{max(one.peak for one in taken.invocations):>9.0f}"
        )
    receipts = [{**taken.receipt, "part": "", "live": "", "dropped_at": ""} for taken in (by_turns, at_once)]
    if receipts[0] != receipts[1]:
        sys.exit(f"The receipts differ: {receipts}")
    return "\n".join([*lines, "", "Their receipts are the same."])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--reviews", type=Path, default=DEFAULT, metavar="FILE", help="CSV or gzip'd CSV of reviews")
    parser.add_argument("--rows", type=int, metavar="N", help="grow the file to as many rows")
    parser.add_argument(
        "--seconds", type=float, default=20, metavar="S", help="that an invocation reads for (default: %(default)s)"
    )
    arguments = parser.parse_args()
    if not arguments.reviews.is_file():
        parser.error(f"there is no file {arguments.reviews}; name a CSV of reviews: --reviews FILE")
    with TemporaryDirectory() as folder:
        reviews = grown(arguments.reviews, arguments.rows, Path(folder)) if arguments.rows else arguments.reviews
        by_turns = take_in(reviews, arguments.seconds)
        print(compared(by_turns, take_in(reviews, math.inf)))


if __name__ == "__main__":
    main()
