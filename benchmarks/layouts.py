"""What an answer takes with an endpoint for each of the two models, and with one for both at once.

    PYTHONPATH=functions:layers/shared:training:. python -m benchmarks.layouts [FILE]

Fits a release to FILE (default: the 5,500-beer file in ../shared/data) in few steps, since what an answer costs depends
on the models' shape alone, and exports it in both layouts. The API's own code then asks a laptop's model server, by
turns, so that what else the machine does strikes both alike: milliseconds, of the processor too. From cold, each
servable has a server of its own, as it has an endpoint of its own at AWS.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import sqlite3  # noqa: F401 (before TensorFlow, whose own SQLite lacks full-text search and would take its place)
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import psutil

from benchmarks.data.review_file import prepare
from benchmarks.scale.capacity import CALLS, FEW_STEPS, ROUNDS, of_graph
from benchmarks.serving import DEFAULT, PROJECT
from local.sagemaker.serving.model_server_process import ModelServer, SavedModel
from promote.archive import pack
from recommend.adapters.model_client import ModelClient
from recommend.adapters.model_endpoints import ModelEndpoints
from recommend.adapters.waking import Waking
from recommend.catalogue.catalogue import Catalogue
from recommend.recommending.query import RecommendationQuery
from recommend.recommending.recommender import Recommender
from taproom.contract import CATALOGUE, FUSED, RECOMMENDATION
from taproom.names import Layout
from trainer import hyperparameters
from trainer.data import reviews
from trainer.data.histories import Histories
from trainer.data.reviews import Reviews
from trainer.data.split import split
from trainer.fitting import determinism
from trainer.release import fused_servable
from trainer.release.build import fit_release
from trainer.sagemaker.progress import Progress

STARTS = 3


def used(server: ModelServer) -> float:
    """Seconds of the processor that a server has used so far."""
    assert server.process is not None
    return sum(psutil.Process(server.process.pid).cpu_times()[:2])


def memory(server: ModelServer) -> float:
    """MB that a server has in memory."""
    assert server.process is not None
    return psutil.Process(server.process.pid).memory_info().rss / 1e6


@dataclass
class Runtime:
    """SageMaker's runtime as recommend asks it, in front of a model server that has all servables."""

    server: ModelServer
    calls: list[tuple[str, bytes]] = field(default_factory=list)
    got: int = 0

    def invoke_endpoint(self, EndpointName: str, Body: bytes, **_: str) -> Mapping[str, Any]:  # noqa: N803 (boto3's names)
        servable = EndpointName.rpartition("-")[2]
        status, body = self.server.predict(servable, None, Body)
        if status != 200:
            sys.exit(f"{servable} answered {status}: {body[:300]!r}")
        self.calls.append((servable, Body))
        self.got += len(body)
        return {"Body": io.BytesIO(body)}


def released(file: Path) -> tuple[Path, Reviews]:
    """A release with the servables of both layouts, and what it was fitted on."""
    part, folder = Path(mkdtemp(prefix="part-")), Path(mkdtemp(prefix="layouts-"))
    prepare(file, part)
    known = reviews.read(part)
    config = hyperparameters.parsed(FEW_STEPS | {"run": "benchmark"})
    determinism.require(config.seed)
    parts = split(known, config)
    fit_release(parts, config, folder, None, Progress(folder / "tensorboard"))
    fused_servable.save(folder, parts.beers)
    shutil.rmtree(part)
    return folder, known


def histories(known: Reviews, count: int) -> list[dict[str, float]]:
    """Of users with five reviews and more."""
    own = Histories.from_ratings(known.ratings, len(known.usernames))
    users = [user for user in range(len(known.usernames)) if own.start[user + 1] - own.start[user] >= 5]
    spans = [slice(own.start[user], own.start[user + 1]) for user in random.Random(0).sample(users, count)]
    return [dict(zip(known.beers.ids[own.beer[span]], map(float, own.score[span]), strict=True)) for span in spans]


def api(runtime: Runtime, layout: Layout, folder: Path) -> Recommender:
    """The API's code, in a container that has answered before."""
    catalogue = Catalogue(folder / CATALOGUE)
    serving: Any = SimpleNamespace(catalogue=lambda _=None: catalogue, known_catalogue=lambda: catalogue)
    models = ModelClient(ModelEndpoints(runtime, lambda: None, "benchmark", "", layout))
    return Recommender(models, models, serving, Waking(models, serving))


def warm(folder: Path, asked: Sequence[dict[str, float]], query: RecommendationQuery, server: ModelServer) -> None:
    """Print what both layouts take for the answers to a query, and that they are the same."""
    runtimes = {layout: Runtime(server) for layout in Layout}
    answers: dict[Layout, list[list[str]]] = {layout: [] for layout in Layout}
    recommenders = {layout: api(runtime, layout, folder) for layout, runtime in runtimes.items()}
    rows: dict[Layout, list[tuple[float, float, float]]] = {layout: [] for layout in Layout}
    for begin in range(0, len(asked), CALLS):
        for layout, recommender in recommenders.items():
            began, own, models = time.perf_counter(), time.process_time(), used(server)
            some = asked[begin : begin + CALLS]
            for history in some:
                result = recommender.recommend(None, history, query, explored=False)
                answers[layout].append([one.ranked.beer.beer_id for one in result.beers])
            after = time.perf_counter(), time.process_time(), used(server)
            rows[layout].append(
                tuple(1000 * (one - other) / len(some) for one, other in zip(after, (began, own, models), strict=True))  # type: ignore[arg-type]
            )
    for layout, runtime in runtimes.items():
        elapsed, own, models = (median(column) for column in zip(*rows[layout][1:], strict=True))
        sent = sum(len(body) for _, body in runtime.calls)
        print(
            f"{layout:12}{elapsed:>8.1f}{own:>10.1f}{models:>10.1f}{len(runtime.calls) / len(asked):>8.1f}"
            f"{sent / len(asked) / 1000:>10.1f}{runtime.got / len(asked) / 1000:>10.1f}"
        )
    same = sum(one == other for one, other in zip(*answers.values(), strict=True))
    print(f"{same} of {len(asked)} lists are the same")


def graphs(folder: Path, bodies: Mapping[str, Sequence[bytes]]) -> None:
    """Print milliseconds of the processor of the graphs alone, of requests that are parsed before."""
    for servable, requests in bodies.items():
        name = RECOMMENDATION if servable == FUSED else "serving_default"
        print(f"{servable:12}{of_graph(folder / servable / '1', requests[:CALLS], name):>8.2f}")


def cold(folder: Path, servable: str, body: bytes) -> tuple[float, float, float]:
    """Seconds, of the processor too, from a server's start to its first answer, and the MB that it has then."""
    found = []
    for _ in range(STARTS):
        server = ModelServer(PROJECT, folder / "model-server.log")
        began = time.perf_counter()
        try:
            server.load(servable, SavedModel(folder / servable / "1", 1))
            server.predict(servable, None, body)
            found.append((time.perf_counter() - began, used(server), memory(server)))
        finally:
            server.stop()
    seconds, processor, megabytes = (median(column) for column in zip(*found, strict=True))
    return seconds, processor, megabytes


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not file.is_file():
        sys.exit(f"There is no file {file}: name a CSV of reviews with the columns of a drop.")
    folder, known = released(file)
    asked = histories(known, ROUNDS * CALLS)
    styles, counts = np.unique(known.beers.styles.astype(str), return_counts=True)
    rare = str(styles[np.argsort(counts)[len(counts) // 2]])
    server = ModelServer(PROJECT, folder / "model-server.log")
    runtime = Runtime(server)
    try:
        for servable in (servable for layout in Layout for servable in layout.servables):
            server.load(servable, SavedModel(folder / servable / "1", 1))
        for title, query in {
            "ten beers": RecommendationQuery(),
            f"ten of {rare}": RecommendationQuery(style=rare),
        }.items():
            print(f"\n{title:12}{'ms':>8}{'own CPU':>10}{'models CPU':>10}{'calls':>8}{'kB sent':>10}{'kB got':>10}")
            warm(folder, asked, query, server)
        for layout in Layout:
            recommender = api(runtime, layout, folder)
            for history in asked[:CALLS]:
                recommender.recommend(None, history, RecommendationQuery(), explored=False)
    finally:
        server.stop()
    bodies: dict[str, list[bytes]] = {}
    for servable, body in runtime.calls:
        bodies.setdefault(servable, []).append(body)
    print(f"\n{'the graph':12}{'CPU ms':>8}")
    graphs(folder, bodies)
    print(f"\n{'from cold':12}{'s':>8}{'CPU s':>8}{'MB':>8}{'archive MB':>12}")
    for servable, requests in bodies.items():
        archive = pack(folder, servable, folder / f"{servable}.tar.gz").stat().st_size / 1e6
        seconds, processor, megabytes = cold(folder, servable, requests[0])
        print(f"{servable:12}{seconds:>8.1f}{processor:>8.1f}{megabytes:>8.0f}{archive:>12.1f}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
