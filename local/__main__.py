"""`python -m local`: bring the laptop cloud up, drop into it and ask it; `python -m operate --local` does the rest."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Console
from rich.markup import escape

from local.running_cloud import NotRunningError, RunningCloud
from taproom.names import Access

# How long `drop` waits for a receipt: a file may be large and the laptop busy.
SLOWEST_INGEST = 900.0
COLOURS = {"event": "cyan", "lambda": "green", "api": "magenta", "training": "yellow", "endpoint": "blue"}
console = Console(highlight=False, soft_wrap=True)


def up(arguments: argparse.Namespace) -> int:
    """Bring the cloud up and show what happens until Ctrl-C."""
    from local.assembly import Cloud
    from local.cloudformation.stack import DeployError
    from local.sagemaker.serving.cold_starts import ColdStarts

    try:
        other = RunningCloud.find()
    except NotRunningError:
        pass
    else:
        raise SystemExit(f"A cloud runs already: {other.url}, process {other.process}. End it first (Ctrl-C there).")
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    cloud = Cloud(
        arguments.directory,
        persistent=arguments.directory is not None,
        port=arguments.port,
        cold_starts=ColdStarts(arguments.cold_start),
    )
    cloud.watch(show)
    try:
        cloud.start()
        cloud.deploy(parameters={"Access": arguments.access, **dict(arguments.parameter)})
        running = RunningCloud(os.getpid(), cloud.url, cloud.region, cloud.outputs)
        running.write()
        _greet(running, cloud.directory / "logs", arguments.directory)
        ended.wait()
        running.forget()
        console.print("Stopping …")
    except (DeployError, OSError) as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        return 1
    finally:
        # A second Ctrl-C must not leave half of it running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        cloud.stop()
    return 0


def show(kind: str, text: str) -> None:
    """One line of what happens."""
    colour = COLOURS.get(kind, "white")
    now = datetime.now().strftime("%H:%M:%S")
    console.print(f"[dim]{now}[/dim] [{colour}]{escape(kind):<10}[/{colour}] {escape(text)}")


def drop(arguments: argparse.Namespace) -> int:
    """Upload a CSV and wait for its receipt."""
    running = RunningCloud.find()
    if not arguments.file.is_file():
        raise SystemExit(f"There is no file {arguments.file}.")
    name = arguments.name or arguments.file.name
    bucket, key = running.outputs["BucketName"], f"receipts/{name}.json"
    s3 = running.client("s3")
    before = _etag(s3, bucket, key)
    s3.upload_file(str(arguments.file), bucket, f"incoming/{name}")
    console.print(f"Dropped s3://{bucket}/incoming/{name}; its receipt will be s3://{bucket}/{key}")
    until = time.monotonic() + SLOWEST_INGEST
    while (now := _etag(s3, bucket, key)) == before or now is None:
        if time.monotonic() > until:
            raise SystemExit(
                f"No receipt after {SLOWEST_INGEST:.0f} s. `python -m operate status --local` tells what waits, "
                "and the log of IngestFunction why."
            )
        time.sleep(0.2)
    receipt = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    console.print_json(data=receipt)
    return 0 if receipt["status"] == "accepted" else 1


def recommend(arguments: argparse.Namespace) -> int:
    """Ask the API for a user's recommendations."""
    path = f"/users/{urllib.parse.quote(arguments.username, safe='')}/recommendations?limit={arguments.limit}"
    try:
        with urllib.request.urlopen(RunningCloud.find().outputs["ApiUrl"] + path) as answer:
            console.print_json(answer.read().decode())
            return 0
    except urllib.error.HTTPError as error:
        console.print(f"{error.code}: {json.loads(error.read()).get('message', '')}", markup=False)
        return 1


def schedule(_: argparse.Namespace) -> int:
    """Let the schedule come round now: no clock fires it locally."""
    event = {"Source": "aws.events", "DetailType": "Scheduled Event", "Detail": "{}"}
    RunningCloud.find().client("events").put_events(Entries=[event])
    console.print("Let the schedule come round.")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m local",
        description="Taproom's laptop cloud; `python -m operate COMMAND --local` looks after the one that runs.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        described = (run.__doc__ or "").strip()
        added = commands.add_parser(name, help=described, description=described)
        added.set_defaults(run=run)
        return added

    starting = command("up", up)
    starting.add_argument("--port", type=int, default=0, help="of the cloud; the API gets the next one (default: any)")
    starting.add_argument("--directory", type=Path, help="keep the state here, and start from what is kept here")
    starting.add_argument(
        "--access",
        choices=[*Access],
        default=Access.OPEN,
        help="who users are; `python -m operate token --local` has tokens of cognito (default: open, anybody)",
    )
    starting.add_argument(
        "--parameter",
        type=_parameter,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of the template; repeatable",
    )
    starting.add_argument(
        "--cold-start",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="that a serverless endpoint takes to wake, at first and after five minutes without requests (default: 0)",
    )
    dropping = command("drop", drop)
    dropping.add_argument("file", type=Path, help="a .csv or .csv.gz of reviews")
    dropping.add_argument("--name", help="under incoming/ (default: the file's)")
    asking = command("recommend", recommend)
    asking.add_argument("username")
    asking.add_argument("--limit", type=int, default=10, help="how many beers (default: 10)")
    command("schedule", schedule)
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run a command; its exit code."""
    parsed = parse(arguments)
    try:
        code: int = parsed.run(parsed)
        return code
    except NotRunningError as error:
        console.print(str(error), markup=False)
        return 1


def _greet(running: RunningCloud, logs: Path, directory: Path | None) -> None:
    bucket = running.outputs["BucketName"]
    console.print(
        f"""
[bold]Taproom runs.[/bold] Ctrl-C ends it.

  page      {running.outputs["ApiUrl"]}/
  API       {running.outputs["ApiUrl"]}/users/USERNAME/recommendations
  cloud     {running.url}
  bucket    s3://{bucket}
  logs      {logs}
  state     {directory or "not kept; --directory DIR keeps it"}

Drop a CSV of reviews with one of

  make drop FILE=reviews.csv
  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION={running.region} \\
    aws --endpoint-url {running.url} s3 cp reviews.csv s3://{bucket}/incoming/

`python -m operate --help` tells how to look after it, with --local.
"""
    )


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def _etag(s3: Any, bucket: str, key: str) -> str | None:
    try:
        found: dict[str, Any] = s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        return None
    return str(found["LastModified"]) + str(found["ETag"]) + str(found.get("VersionId"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
