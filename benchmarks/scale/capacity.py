"""How many requests a second a core bears, part by part, and what queues where many ask at once.

On the laptop cloud, trained on the file first, in few steps: what an answer costs depends on a model's shape and not on
what it has learnt. Seconds of the processor are measured, which other load on the machine changes little, in rounds, of
which the medians are told: of the function; of each model, its graph alone and with the model server around it; of the
emulators of DynamoDB and SQS. Then 1, 8 and 32 clients ask over HTTP, and each process's share of an answer is told: as
many answers a second as the one that takes most, on one core, or all of them, on the machine's, can give, and no more.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import serving

PROJECT = Path(__file__).resolve().parents[2]
ROUNDS, CALLS, CLIENTS, MESSAGES = 7, 30, (1, 8, 32), (20, 100)
FEW_STEPS = {"retrieval_epochs": 1, "retrieval_steps": 100, "ranking_epochs": 1, "ranking_steps": 200}
TICKS = os.sysconf("SC_CLK_TCK")
# By what is in the command line of a process.
KINDS = {"bootstrap.py": "functions", "model_server": "model server", "benchmarks.scale.capacity": "clients"}


# In a process of its own: who asks.


def client(given: dict[str, Any]) -> list[float]:
    """Ask as often as told, and tell the milliseconds of each answer."""
    if "table" not in given:
        return serving.over_http(given["url"], given["usernames"], given["clients"])
    import boto3

    from recommend.adapters.histories_table import HistoriesTable

    histories = HistoriesTable(boto3.client("dynamodb"), given["table"])
    return [milliseconds(partial(histories.history, name)) for name in given["usernames"]]


def milliseconds(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


# Around it: the cloud, whose emulators are threads of this process.


def asked(given: dict[str, Any], environment: dict[str, str]) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale.capacity", "--client"],
        cwd=PROJECT,
        env=os.environ | environment | {"PYTHONPATH": serving.PATHS},
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return list(json.loads(done.stdout))


def used() -> dict[str, float]:
    """Seconds of the processor so far of this process and its children, those that have ended too, by what they are."""
    found = defaultdict(float, cloud=time.process_time())
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            command = (process / "cmdline").read_text()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            kind = next((name for part, name in KINDS.items() if part in command), "other")
            found[kind] += (int(fields[11]) + int(fields[12])) / TICKS
    ended = os.times()
    found["ended"] = ended.children_user + ended.children_system
    return found


@contextmanager
def watched(idle: dict[str, float]) -> Iterator[dict[str, float]]:
    """Seconds that each process used meanwhile, beyond what it uses `idle` a second, and of the clock."""
    before, began = used(), time.perf_counter()
    spent: dict[str, float] = {}
    yield spent
    spent["clock"] = time.perf_counter() - began
    after = used()
    spent |= {kind: after[kind] - before[kind] - idle[kind] * spent["clock"] for kind in after}


def idle_use(seconds: float = 5.0) -> dict[str, float]:
    """What each process uses a second while nobody asks."""
    with watched(defaultdict(float)) as spent:
        time.sleep(seconds)
    return defaultdict(float, {kind: value / seconds for kind, value in spent.items()})


def rounds(usernames: Sequence[str]) -> Iterator[list[str]]:
    for number in range(ROUNDS):
        yield [usernames[(number * CALLS + place) % len(usernames)] for place in range(CALLS)]


def emulated_histories(cloud: Any, environment: dict[str, str], usernames: list[str], idle: dict[str, float]) -> float:
    """Milliseconds of the processor that the emulator takes for one user's history."""
    found = []
    for names in rounds(usernames):
        with watched(idle) as spent:
            asked({"table": cloud.outputs["HistoriesTable"], "usernames": names}, environment)
        found.append(1000 * spent["cloud"] / CALLS)
    return median(found)


def of_queue(messages: int) -> float:
    """Milliseconds of the processor that receiving one of so many messages at once takes."""
    from moto.sqs.models import SQSBackend

    backend = SQSBackend("us-east-1", "123456789012")
    backend.create_queue("queue", None)
    for _ in range(messages):
        backend.send_message("queue", "x" * 2000)
    began = time.process_time()
    backend.receive_message("queue", messages, 0, 60)
    return 1000 * (time.process_time() - began) / messages


def crowds(url: str, environment: dict[str, str], usernames: list[str], idle: dict[str, float]) -> None:
    """Print what each number of clients waits for, and which process an answer costs what."""
    kinds = ("cloud", "functions", "model server", "ended")
    names = ("emulators", "function", "models", "clients")
    print(f"\n{'over HTTP':12}{'p50 ms':>9}{'answers/s':>11}   CPU ms an answer:", *(f"{name:>10}" for name in names))
    for clients in CLIENTS:
        # Workers are there when the clock starts.
        asked({"url": url, "usernames": usernames, "clients": clients}, environment)
        with watched(idle) as spent:
            waited = asked({"url": url, "usernames": usernames, "clients": clients}, environment)
        answers = len(waited) + serving.WARM
        each = [1000 * spent[kind] / answers for kind in kinds]
        rate = clients * 1000 / (sum(waited) / len(waited))
        print(
            f"{f'{clients} clients':12}{median(waited):>9.1f}{rate:>11.1f}{'':20}", *(f"{one:>10.1f}" for one in each)
        )


def models(release: Path, histories: list[dict[str, float]], folder: Path) -> dict[str, float]:
    """Milliseconds of the processor that each model takes for a request, alone and in the model server."""
    from local.sagemaker.serving.model_server_process import ModelServer, SavedModel
    from recommend.adapters import tensorflow_serving
    from recommend.catalogue.catalogue import Catalogue

    bodies: dict[str, list[bytes]] = {"retrieval": [], "ranking": []}
    found = {}
    server = ModelServer(PROJECT, folder / "model-server.log")
    try:
        for name in bodies:
            server.load(name, SavedModel(release / name / "1", 1))
        with Catalogue(release / "catalogue.sqlite") as catalogue:
            for history in histories:
                body = tensorflow_serving.retrieval_request("", [history], "serving_default")
                (near,) = tensorflow_serving.parse_retrieval(server.predict("retrieval", None, body)[1], 1)
                beers = list(catalogue.beers(near.beer_ids).values())
                bodies["retrieval"].append(body)
                asked = ([""] * len(beers), beers, [history])
                bodies["ranking"].append(tensorflow_serving.ranking_request(*asked, "serving_default"))
        for name, requests in bodies.items():
            found[f"{name}, the graph alone"] = of_graph(release / name / "1", requests)
            found[f"{name}, in the model server"] = of_server(server, name, requests)
    finally:
        server.stop()
    return found


def of_graph(saved: Path, requests: Sequence[bytes], name: str = "serving_default") -> float:
    """Milliseconds of the processor that a SavedModel's signature takes for one of the requests, parsed before."""
    import tensorflow as tf

    from local.sagemaker.serving import tensor_json

    loaded = tf.saved_model.load(str(saved))
    signature = loaded.signatures[name]
    types = {name: spec.dtype.name for name, spec in signature.structured_input_signature[1].items()}
    parsed = [tensor_json.parse_request(body, lambda _: types).tensors for body in requests]
    inputs = [{name: tf.constant(array) for name, array in tensors.items()} for tensors in parsed]
    return each(lambda one: signature(**one), inputs, time.process_time)


def of_server(server: Any, name: str, requests: list[bytes]) -> float:
    """Milliseconds of the processor that the model server takes for one request, parsing and writing JSON included."""
    stat = Path(f"/proc/{server.process.pid}/stat")

    def clock() -> float:
        return sum(map(int, stat.read_text().rpartition(")")[2].split()[11:13])) / TICKS

    return each(lambda body: server.predict(name, None, body), requests, clock)


def each(call: Callable[[Any], Any], arguments: Sequence[Any], clock: Callable[[], float]) -> float:
    """The median round's milliseconds on `clock` for one call."""
    found = []
    for _ in range(ROUNDS + 1):
        began = clock()
        for argument in arguments:
            call(argument)
        found.append(1000 * (clock() - began) / len(arguments))
    # The first round warms.
    return median(found[1:])


def measure(reviews: Path, folder: Path) -> None:
    """Deploy, train on `reviews`, measure, and print what was found."""
    from benchmarks.open_queue import kept_open_queue
    from local.assembly import Cloud
    from local.demo.loop import Loop
    from taproom import archives

    motos = [of_queue(messages) for messages in MESSAGES]
    with kept_open_queue() as queue_address, Cloud(folder / "cloud") as cloud:
        ours = [of_queue(messages) for messages in MESSAGES]
        cloud.deploy(parameters={"Hyperparameters": json.dumps(FEW_STEPS)})
        loop = Loop(cloud)
        loop.drop(reviews)
        outcome = loop.outcome()
        if outcome.kind != "promoted":
            sys.exit(f"The run was not promoted: {outcome.body}")
        users = serving.known_users(cloud, serving.REQUESTS + serving.WARM)
        usernames = list(users)
        environment = serving.function_environment(cloud, queue_address, folder)
        function = serving.measured_function(environment, usernames)["rows"]
        idle = idle_use()
        parts = {
            "the function, an answer": median(1000 * row["processor"] for row in function),
            "DynamoDB's emulator, a history": emulated_histories(cloud, environment, usernames, idle),
        }
        crowds(cloud.outputs["ApiUrl"], environment, usernames, idle)
        archive = folder / "model.tar.gz"
        key = f"releases/{outcome.run}/model.tar.gz"
        cloud.client("s3").download_file(cloud.outputs["BucketName"], key, str(archive))
    with tarfile.open(archive) as tar:
        archives.unpack(tar, folder / "release")
    parts |= models(folder / "release", list(users.values())[:CALLS], folder)
    print(f"\n{'':36}{'CPU ms':>8}{'a second and core':>20}")
    for name, value in parts.items():
        print(f"{name:36}{value:>8.2f}{1000 / value:>20,.0f}")
    print(f"\n{'CPU ms a message received':36}{'moto':>8}{'laptop cloud':>20}")
    for messages, moto, here in zip(MESSAGES, motos, ours, strict=True):
        print(f"{f'of {messages}':36}{moto:>8.2f}{here:>20.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--reviews", type=Path, default=serving.DEFAULT, metavar="FILE", help="CSV or gzip'd CSV")
    parser.add_argument("--client", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.client:
        print(json.dumps(client(json.load(sys.stdin))))
        return
    if not arguments.reviews.is_file():
        parser.error(f"there is no file {arguments.reviews}; name a CSV of reviews: --reviews FILE")
    sys.path[:0] = serving.PATHS.split(os.pathsep)
    with tempfile.TemporaryDirectory(prefix="capacity-") as folder:
        measure(arguments.reviews.resolve(), Path(folder))


if __name__ == "__main__":
    main()
