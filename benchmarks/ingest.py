"""How fast ingest is, and how much memory it takes, next to a bare pandas read of the same file.

The real handler takes in the file from a moto server, in a process of its own for every run. From a
request's sending to its answer, and while the file is read from its connection, the time is the
emulator's and is taken off; what boto3 does to build requests and to understand answers is ingest's.
The floor reads the same file with `pandas.read_csv` in chunks, and does nothing with them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.httpsession import URLLib3Session
from botocore.response import StreamingBody

PROJECT = Path(__file__).resolve().parents[1]
DEFAULT = PROJECT.parent / "shared" / "data" / "beeradvocate_full.csv.gz"
CHUNK = 100_000
PLACE = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass(frozen=True)
class Measured:
    """One run: wall-clock `seconds`, of which `emulator` were the server's; `peak` memory in MB.

    `cpu` are the seconds of processor outside of the emulator's: where they are far fewer than
    `own_seconds`, the machine was busy with something else.
    """

    rows: int
    seconds: float
    emulator: float
    cpu: float
    peak: float

    @property
    def own_seconds(self) -> float:
        return self.seconds - self.emulator


def ingest(event: str) -> Measured:
    """Take in the drop of `event`, in this process."""
    from ingest.handler import handler
    from ingest.turns.clock import RESERVED

    emulator = emulator_cpu = 0.0

    def timed(call: Callable[..., Any]) -> Callable[..., Any]:
        def timing(*arguments: Any, **named: Any) -> Any:
            nonlocal emulator, emulator_cpu
            start, start_cpu = time.perf_counter(), time.process_time()
            try:
                return call(*arguments, **named)
            finally:
                emulator += time.perf_counter() - start
                emulator_cpu += time.process_time() - start_cpu

        return timing

    URLLib3Session.send = timed(URLLib3Session.send)  # type: ignore[method-assign]
    StreamingBody.readinto = timed(StreamingBody.readinto)  # type: ignore[method-assign]
    start, start_cpu = time.perf_counter(), time.process_time()
    turn_seconds = float(os.environ.get("TURN_SECONDS", math.inf))

    class Context:
        """Of an invocation that may work for `turn_seconds`."""

        def get_remaining_time_in_millis(self) -> float:
            return (RESERVED + turn_seconds - (time.perf_counter() - start)) * 1000

    record = {"messageId": "1", "body": event, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:::drops"}
    answer = handler({"Records": [record]}, Context())  # type: ignore[arg-type]
    seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    if answer["batchItemFailures"]:
        sys.exit("Ingest failed; its log above says why.")
    name = json.loads(event)["detail"]["object"]["key"].removeprefix("incoming/")
    s3 = boto3.client("s3")
    try:
        receipt = json.load(s3.get_object(Bucket=os.environ["BUCKET"], Key=f"receipts/{name}.json")["Body"])
    except s3.exceptions.NoSuchKey:
        # It takes another turn.
        return Measured(0, seconds, emulator, cpu - emulator_cpu, _peak())
    if receipt["status"] != "accepted":
        sys.exit(f"Ingest refused the file: {receipt['reason']}")
    return Measured(receipt["rows"], seconds, emulator, cpu - emulator_cpu, _peak())


def floor(file: str) -> Measured:
    """Read `file` with pandas in chunks, in this process."""
    import pandas as pd

    start, start_cpu = time.perf_counter(), time.process_time()
    rows = sum(len(chunk) for chunk in pd.read_csv(file, chunksize=CHUNK))
    return Measured(rows, time.perf_counter() - start, 0.0, time.process_time() - start_cpu, _peak())


def _peak() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


WORKERS = {"ingest": ingest, "floor": floor}


def in_a_process(worker: str, argument: str, environment: dict[str, str]) -> Measured:
    """Run a worker in a new process, so that its memory is its own."""
    paths = os.pathsep.join(str(PROJECT / folder) for folder in ("", "functions", "layers/shared"))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ingest", "--worker", worker, argument],
        cwd=PROJECT,
        env=os.environ | PLACE | environment | {"PYTHONPATH": paths, "POWERTOOLS_LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        sys.exit(done.returncode)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def moto_server() -> Iterator[str]:
    """The URL of a moto server in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.1)
    sys.exit("moto's server did not start; `python -m moto.server` says why.")


def arrange(url: str, reviews: Path) -> tuple[str, dict[str, str]]:
    """An empty stack with the file dropped: the drop's event, and the function's environment."""
    session = boto3.Session(PLACE["AWS_ACCESS_KEY_ID"], PLACE["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1")
    clients: dict[str, Any] = {name: session.client(name, endpoint_url=url) for name in ("s3", "dynamodb", "sqs")}
    clients["s3"].create_bucket(Bucket="drops")
    keys = {"username": "HASH", "part": "RANGE"}
    clients["dynamodb"].create_table(
        TableName="histories",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
    )
    queue = clients["sqs"].create_queue(
        QueueName="retrain.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    )
    key = f"incoming/{reviews.name}"
    with reviews.open("rb") as body:
        put = clients["s3"].put_object(Bucket="drops", Key=key, Body=body)
    found = {"key": key, "etag": put["ETag"].strip('"')}
    environment = {"PREFIX": "taproom", "BUCKET": "drops", "HISTORIES_TABLE": "histories"}
    environment["RETRAIN_QUEUE_URL"] = queue["QueueUrl"]
    environment["INGEST_QUEUE_URL"] = clients["sqs"].create_queue(QueueName="ingest")["QueueUrl"]
    environment |= {f"{name}_QUEUE_URL": f"{url}/{name}" for name in ("DEFERRED", "RATINGS")}
    event = json.dumps({"detail-type": "Object Created", "detail": {"bucket": {"name": "drops"}, "object": found}})
    return event, environment | {"AWS_ENDPOINT_URL": url}


def measure(reviews: Path, runs: int) -> dict[str, list[Measured]]:
    """Ingest and floor in turns, `runs` times each."""
    found: dict[str, list[Measured]] = {worker: [] for worker in WORKERS}
    for run in range(1, runs + 1):
        with moto_server() as url:
            event, environment = arrange(url, reviews)
            found["ingest"].append(in_a_process("ingest", event, environment))
        found["floor"].append(in_a_process("floor", str(reviews), {}))
        ingest_seconds, floor_seconds = (found[worker][-1].own_seconds for worker in WORKERS)
        print(f"run {run} of {runs}: ingest {ingest_seconds:.1f} s, floor {floor_seconds:.1f} s", file=sys.stderr)
    return found


def table(reviews: Path, found: dict[str, list[Measured]]) -> str:
    """The medians, side by side."""
    names = {"ingest": "ingest, outside of the emulator", "floor": "pandas.read_csv, bare"}
    lines = [f"{reviews.name}, {found['ingest'][0].rows:,} rows, medians of {len(found['ingest'])} runs", ""]
    lines.append(f"{'':32}{'rows/s':>12}{'seconds':>10}{'cpu s':>8}{'emulator s':>12}{'peak MB':>10}")
    own = {worker: statistics.median(run.own_seconds for run in runs) for worker, runs in found.items()}
    for worker, runs in found.items():
        cpu, emulator, peak = (
            statistics.median(getattr(run, field) for run in runs) for field in ("cpu", "emulator", "peak")
        )
        rate = runs[0].rows / own[worker]
        lines.append(f"{names[worker]:32}{rate:>12,.0f}{own[worker]:>10.2f}{cpu:>8.2f}{emulator:>12.2f}{peak:>10.0f}")
    ratio = own["ingest"] / own["floor"]
    lines += ["", f"Ingest takes {ratio:.1f} times as long as reading the file and doing nothing."]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--reviews", type=Path, default=DEFAULT, metavar="FILE", help="CSV or gzip'd CSV of reviews")
    parser.add_argument("--runs", type=int, default=3, help="runs of each; the median counts (default: %(default)s)")
    parser.add_argument("--worker", nargs=2, metavar=("NAME", "ARGUMENT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        name, argument = arguments.worker
        print(json.dumps(asdict(WORKERS[name](argument))))
        return
    if arguments.runs < 1:
        parser.error(f"--runs is {arguments.runs}; expected 1 or more")
    if not arguments.reviews.is_file():
        parser.error(f"there is no file {arguments.reviews}; name a CSV of reviews: --reviews FILE")
    found = measure(arguments.reviews.resolve(), arguments.runs)
    print(table(arguments.reviews, found))
    rows = {run.rows for runs in found.values() for run in runs}
    if len(rows) > 1:
        sys.exit(f"Rows differ, and every one must be accounted for: {sorted(rows)}")


if __name__ == "__main__":
    main()
