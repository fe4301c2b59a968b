"""How long an answer of the API takes and where the time goes.

On the laptop cloud, trained on the file first: the function's own time beside that inside the model calls and
DynamoDB's; bytes on the wire; and the whole way over HTTP with 1, 8 and 32 clients at once.
Times on the wire are those of a laptop's emulators, which say nothing of AWS; the function's own time is its own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
DEFAULT = PROJECT.parent / "shared" / "data" / "beeradvocate_5500.csv.gz"
# Of the requests, the first WARM are not measured.
REQUESTS, CLIENTS, LIMIT, WARM = 200, (1, 8, 32), 10, 20
PATHS = os.pathsep.join(str(PROJECT / folder) for folder in ("", "functions", "layers/shared"))


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


# In a process of its own: the function, as a container runs it.


def worker(usernames: list[str]) -> dict[str, Any]:
    """Import the function, answer for each user, and tell the milliseconds of each part of each answer."""
    began = time.perf_counter()
    from recommend.handler import handler

    imported = time.perf_counter() - began
    event: dict[str, Any] = json.loads((PROJECT / "events" / "recommend_request.json").read_text())
    began = time.perf_counter()
    handler(_event(event, usernames[0], logged=True), _Context())  # type: ignore[arg-type]
    first = time.perf_counter() - began
    rows: dict[bool, list[dict[str, float]]] = {True: [], False: []}
    with _watched() as spent:
        # Each user twice, logged and not, so that whatever else the machine does strikes both alike.
        for username, logged in itertools.product(usernames, (True, False)):
            spent.clear()
            began, used = time.perf_counter(), time.process_time()
            answer = handler(_event(event, username, logged=logged), _Context())  # type: ignore[arg-type]
            spent["processor"] = time.process_time() - used
            row = {"total": time.perf_counter() - began, **spent, "answer bytes": len(answer["body"])}
            if answer["statusCode"] != 200:
                sys.exit(f"The function answered {answer['statusCode']}: {answer['body']}")
            rows[logged].append(row)
            # As much as a container has between two answers, for the queue to take the message.
            time.sleep(0.01)
    return {"import": imported, "first": first, "rows": rows[True][WARM:], "unlogged": rows[False][WARM:]}


class _Context:
    function_name = "recommend"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:recommend"
    aws_request_id = "request"


def _event(event: dict[str, Any], username: str, *, logged: bool) -> dict[str, Any]:
    query = {"limit": str(LIMIT), "log": str(logged).lower()}
    path = f"/users/{username}/recommendations"
    return {
        **event,
        "rawPath": path,
        "rawQueryString": urllib.parse.urlencode(query),
        "queryStringParameters": query,
    }


@contextmanager
def _watched() -> Iterator[dict[str, float]]:
    """Seconds and bytes spent on the wire, by service, while the function runs."""
    from botocore.httpsession import URLLib3Session
    from botocore.response import StreamingBody

    spent: dict[str, float] = defaultdict(float)
    kind = [""]
    send, read = URLLib3Session.send, StreamingBody.read

    def sending(self: Any, request: Any) -> Any:
        kind[0] = "models" if "/endpoints/" in request.url else "histories" if request.body else "other"
        began = time.perf_counter()
        answer = send(self, request)
        spent[kind[0]] += time.perf_counter() - began
        spent[f"{kind[0]} sent"] += len(request.body or b"")
        spent[f"{kind[0]} got"] += int(answer.headers.get("content-length", 0))
        return answer

    def reading(self: Any, amt: Any = None) -> Any:
        began = time.perf_counter()
        found = read(self, amt)
        spent[kind[0]] += time.perf_counter() - began
        return found

    URLLib3Session.send, StreamingBody.read = sending, reading  # type: ignore[method-assign]
    try:
        yield spent
    finally:
        URLLib3Session.send, StreamingBody.read = send, read  # type: ignore[method-assign]


# Around it: the cloud and clients.


def measured_function(environment: dict[str, str], usernames: list[str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.serving", "--worker"],
        cwd=PROJECT,
        env=os.environ | environment | {"PYTHONPATH": PATHS, "POWERTOOLS_LOG_LEVEL": "ERROR"},
        input=json.dumps(usernames),
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        sys.exit(done.returncode)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def over_http(url: str, usernames: list[str], clients: int) -> list[float]:
    """Milliseconds of each request of as many `clients` at once."""

    def ask(username: str) -> float:
        began = time.perf_counter()
        path = f"/users/{urllib.parse.quote(username, safe='')}/recommendations?limit={LIMIT}"
        with urllib.request.urlopen(url + path) as answer:
            answer.read()
        return 1000 * (time.perf_counter() - began)

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(ask, usernames[:WARM]))
        return list(pool.map(ask, usernames))


def known_users(cloud: Any, count: int) -> dict[str, dict[str, float]]:
    """Usernames with their histories."""
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.outputs["HistoriesTable"])
    items = (item for page in pages for item in page["Items"] if "reviews" in item)
    found: dict[str, dict[str, float]] = {}
    for item in itertools.islice(items, 20 * count):
        scores = {beer_id: float(score["N"]) for beer_id, score in item["reviews"]["M"].items()}
        found.setdefault(item["username"]["S"], {}).update(scores)
    return dict(random.Random(0).sample(sorted(found.items()), min(count, len(found))))


def function_environment(cloud: Any, queue_address: str, folder: Path) -> dict[str, str]:
    """What the function finds in its environment, as template.yaml sets it."""
    return {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": cloud.region,
        "AWS_ENDPOINT_URL": cloud.url,
        "AWS_ENDPOINT_URL_SQS": queue_address,
        "PREFIX": cloud.outputs["NamePrefix"],
        "BUCKET": cloud.outputs["BucketName"],
        "HISTORIES_TABLE": cloud.outputs["HistoriesTable"],
        "INGEST_QUEUE_URL": f"{cloud.url}/nobody-is-forgotten",
        "RATINGS_QUEUE_URL": f"{queue_address}/123456789012/ratings",
        "SERVED_LOG_SAMPLING": "1",
        "DAILY_IMAGES": "0",
        "EXPLORATION": "0",
        "QUICK_AFTER": "0.8",
        "ACCESS": "open",
        "USERNAME_CLAIM": "username",
        "ENDPOINT_LAYOUT": "separate",
        "TMPDIR": str(folder),
    }


def measure(reviews: Path, folder: Path) -> None:
    """Deploy, train on `reviews`, measure, and print what was found."""
    from benchmarks.open_queue import kept_open_queue
    from local.assembly import Cloud
    from local.demo.loop import Loop

    with kept_open_queue() as queue_address, Cloud(folder / "cloud") as cloud:
        cloud.deploy()
        loop = Loop(cloud)
        loop.drop(reviews)
        outcome = loop.outcome()
        if outcome.kind != "promoted":
            sys.exit(f"The run was not promoted: {outcome.body}")
        users = known_users(cloud, REQUESTS + WARM)
        usernames = list(users)
        environment = function_environment(cloud, queue_address, folder)
        report_function(measured_function(environment, usernames))
        report_http({clients: over_http(cloud.outputs["ApiUrl"], usernames, clients) for clients in CLIENTS})


def report_function(found: dict[str, Any]) -> None:
    rows = found["rows"]
    print(f"\nThe function, {len(rows)} answers of {LIMIT} beers one after the other;")
    print(f"import {1000 * found['import']:.0f} ms, the first answer {1000 * found['first']:.0f} ms\n")
    print(f"{'milliseconds':44}{'p50':>8}{'p99':>8}")
    parts = {
        "own time": lambda row: row["total"] - row["models"] - row["histories"],
        "outside of the model calls (own + histories)": lambda row: row["total"] - row["models"],
        "histories (DynamoDB, an emulator)": lambda row: row["histories"],
        "inside the model calls (an emulator)": lambda row: row["models"],
        "all": lambda row: row["total"],
    }
    for name, part in parts.items():
        values = [1000 * part(row) for row in rows]
        print(f"{name:44}{percentile(values, 0.5):>8.1f}{percentile(values, 0.99):>8.1f}")
    report_served_log(
        rows, found["unlogged"], {"own time": parts["own time"], "processor": lambda row: row["processor"]}
    )
    print(f"\n{'bytes':44}{'p50':>8}{'p99':>8}")
    for name in ("models sent", "models got", "histories got", "answer bytes"):
        values = [row.get(name, 0) for row in rows]
        print(f"{name:44}{percentile(values, 0.5):>8,.0f}{percentile(values, 0.99):>8,.0f}")


def report_served_log(
    logged: list[dict[str, float]],
    unlogged: list[dict[str, float]],
    parts: dict[str, Callable[[dict[str, float]], float]],
) -> None:
    """What the log adds, by pairs: what else the machine does strikes both answers of a pair alike."""
    print(f"\n{'milliseconds, p50':44}{'without':>8}{'with':>8}{'more':>8}{'times':>8}")
    for name, part in parts.items():
        without, with_it = (percentile([1000 * part(row) for row in rows], 0.5) for rows in (unlogged, logged))
        more = percentile([1000 * (part(row) - part(other)) for row, other in zip(logged, unlogged, strict=True)], 0.5)
        label = f"{name}, the served log"
        print(f"{label:44}{without:>8.2f}{with_it:>8.2f}{more:>8.3f}{1 + more / without:>8.3f}")


def report_http(found: dict[int, list[float]]) -> None:
    print(f"\n{'over HTTP, milliseconds':44}{'p50':>8}{'p99':>8}{'answers/s':>11}")
    for clients, values in found.items():
        rate = clients * 1000 * len(values) / sum(values)
        print(f"{f'{clients} clients':44}{percentile(values, 0.5):>8.1f}{percentile(values, 0.99):>8.1f}{rate:>11.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--reviews", type=Path, default=DEFAULT, metavar="FILE", help="CSV or gzip'd CSV of reviews")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        print(json.dumps(worker(json.load(sys.stdin))))
        return
    if not arguments.reviews.is_file():
        parser.error(f"there is no file {arguments.reviews}; name a CSV of reviews: --reviews FILE")
    sys.path[:0] = PATHS.split(os.pathsep)
    with tempfile.TemporaryDirectory(prefix="serving-") as folder:
        measure(arguments.reviews.resolve(), Path(folder))


if __name__ == "__main__":
    main()
