"""Retrieval over up to a million beers: by a coarse pass, beside the scores of all beers.

    PYTHONPATH=functions:layers/shared:training:. python -m benchmarks.scale.million_items [FILE] [--beers 1000000 ...]

Fits retrieval to FILE (default: the 5,500-beer file in ../shared/data) in a few hundred steps, and grows its catalogue:
a further beer is one of the file, moved by the difference of two others that are about as popular, which leaves mean
and covariance of vectors and biases as they are. Histories and neighbours stay those of the file. For each number of
beers, both servables are exported, loaded and asked in turn, one history at a time: the median time of an answer, the
process's CPU time, and which part of the exact 500 is found, by users who chose nothing; also with one beer as
history, as `similar` asks. Sizes are those of the SavedModel, packed and unpacked; memory is what a process of its
own has after the first answer, less what it had before it loaded the model.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, NamedTuple

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import numpy.typing as npt
import psutil
import tensorflow as tf

from benchmarks.data.review_file import prepare
from taproom.contract import CANDIDATES, RETRIEVAL
from trainer import hyperparameters, saved_model
from trainer.data import reviews
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Beers, Ids
from trainer.data.split import split
from trainer.release.models import retrieval_inputs
from trainer.retrieval.coarse_pass import choose_search
from trainer.retrieval.fit import fit_network
from trainer.retrieval.linear import SETTINGS, CollectiveEase, Neighbours
from trainer.retrieval.part_weights import choose_weights
from trainer.retrieval.ranks import Asked
from trainer.retrieval.scorer import NEIGHBOURS, NETWORK, Scorer
from trainer.retrieval.search import BruteForce
from trainer.retrieval.servable import RetrievalServable

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "data" / "beeradvocate_5500.csv.gz"
SIZES = (25_000, 50_000, 100_000, 200_000, 400_000, 1_000_000)
STEPS = 250
# Of the distance between two beers of the file, how far a further one is moved.
SPREAD = 0.7
# Beers that are as popular: of the file, in the order of popularity, the part to both sides.
ALIKE = 0.05
# Users who choose the pass, and others who are asked.
CHOOSING, ASKED = 1000, 40
ROUNDS = 3

Rows = npt.NDArray[np.float32]


class Vectors(NamedTuple):
    """What a scorer takes from a network: both [beers, …]."""

    tried: Rows
    candidates: Rows

    def tried_beer_vectors(self) -> Rows:
        return self.tried

    def beer_vectors(self) -> Rows:
        return self.candidates


class Fitted(NamedTuple):
    """Retrieval, fitted to a file: its parts, what the neighbours count, and all histories."""

    vectors: Vectors
    neighbours: Neighbours
    weight: float
    beers: Beers
    histories: Histories


def fitted(file: Path) -> Fitted:
    part = Path(mkdtemp(prefix="part-"))
    prepare(file, part)
    config = hyperparameters.parsed({"retrieval_steps": STEPS})
    parts = split(reviews.read(part), config)
    users, attributes = len(parts.usernames), ItemAttributes.from_beers(parts.beers)
    known = Histories.from_ratings(parts.training, users)
    asked = Asked.from_ratings(known, parts.validation, CHOOSING)
    network, _ = fit_network(known, asked, attributes, config, None, lambda number, _: print(f"epoch {number + 1}"))
    neighbours = CollectiveEase(known, attributes).fit(SETTINGS[1])
    weight = choose_weights(Scorer(network, neighbours, known), asked)[NEIGHBOURS]
    vectors = Vectors(network.tried_beer_vectors(), network.beer_vectors())
    return Fitted(vectors, neighbours, weight, parts.beers, known)


def grown(found: Fitted, size: int) -> tuple[Scorer, Beers]:
    """The score over `size` beers, of which the first are the file's."""
    chance, file = np.random.default_rng(1), len(found.beers)
    parent = np.arange(size) % file
    by_popularity = np.argsort(found.vectors.candidates[:, -1], kind="stable")
    place = np.empty(file, np.int64)
    place[by_popularity] = np.arange(file)
    most = max(1, int(ALIKE * file))
    pair = [
        by_popularity[np.clip(place[parent] + chance.integers(-most, most + 1, size), 0, file - 1)] for _ in range(2)
    ]

    def moved(rows: Rows) -> Rows:
        mean = rows.mean(axis=0)
        far = np.empty((size, rows.shape[1]), np.float32)
        for start in range(0, size, 65_536):
            some = slice(start, start + 65_536)
            shift = (rows[pair[0][some]] - rows[pair[1][some]]) * np.float32(SPREAD / 2**0.5)
            far[some] = mean + (rows[parent[some]] - mean + shift) / np.float32((1 + SPREAD**2) ** 0.5)
        far[:file] = rows[:size]
        return far

    ids = np.array([f"beer-{number}" for number in range(size)], object)
    names, breweries, styles, abv = found.beers.names, found.beers.breweries, found.beers.styles, found.beers.abv
    beers = Beers(ids, names[parent], breweries[parent], styles[parent], abv[parent])
    row = np.full(size, len(found.neighbours.weights) - 1, np.int32)
    row[:file] = found.neighbours.row[:size]
    vectors: Any = Vectors(*map(moved, found.vectors))
    scorer = Scorer(vectors, Neighbours(row, found.neighbours.weights), found.histories)
    scorer.blend({NETWORK: 1.0, NEIGHBOURS: found.weight}, np.zeros(size, np.float32))
    return scorer, beers


def memory(folder: str, inputs: Mapping[str, Any]) -> int:
    """Bytes that a process holds of the model in `folder`, and of one answer; run in a process of its own."""
    process = psutil.Process()
    tf.constant(0.0)
    before = process.memory_info().rss
    answer(tf.saved_model.load(folder), inputs)
    return int(process.memory_info().rss - before)


def answer(model: Any, inputs: Mapping[str, Any]) -> list[bytes]:
    types = {"history_scores": tf.float32}
    columns = {name: tf.constant(column, types.get(name, tf.string)) for name, column in inputs.items()}
    return list(model.signatures["serving_default"](**columns)["beer_id"].numpy()[0])


def packed(folder: Path) -> int:
    """Bytes of a .tar.gz, as SageMaker makes model.tar.gz."""
    archive = folder.with_suffix(".tar.gz")
    with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
        tar.add(folder, "1")
    size = archive.stat().st_size
    archive.unlink()
    return size


def measure(found: Fitted, size: int, choosing: Ids, asked: Ids) -> None:
    scorer, beers = grown(found, size)
    histories = found.histories.select(asked)
    each = [histories.select(np.array([place])) for place in range(len(asked))]
    names = np.array(["somebody"], object)
    inputs = [retrieval_inputs(names, own, beers) for own in each]
    single = [retrieval_inputs(names, own.shortened(1), beers) for own in each]
    with TemporaryDirectory() as temporary:
        folders = {name: Path(temporary) / name for name in ("all", "coarse")}
        saved_model.save(RetrievalServable(BruteForce(scorer), beers, "all"), folders["all"])
        began = time.process_time()
        search = choose_search(scorer, found.histories.select(choosing), brute_force=0)
        print(f"{size:,} beers: {search}; chosen in {time.process_time() - began:.0f} s of CPU time", flush=True)
        saved_model.save(RetrievalServable(search, beers, "coarse"), folders["coarse"])
        # What is served holds nothing of what chose it.
        del scorer, search
        paths = {name: folder / RETRIEVAL / "1" for name, folder in folders.items()}
        models = {name: tf.saved_model.load(str(path)) for name, path in paths.items()}
        seconds: dict[str, list[float]] = {name: [] for name in models}
        cpu = dict.fromkeys(models, 0.0)
        lists: dict[str, list[list[bytes]]] = {name: [] for name in models}
        for model in models.values():
            answer(model, inputs[0])
        for request in ROUNDS * inputs:
            for name, model in models.items():
                began, used = time.perf_counter(), time.process_time()
                lists[name].append(answer(model, request))
                seconds[name].append(time.perf_counter() - began)
                cpu[name] += time.process_time() - used
        recalls = [
            recall(*lists.values()),
            recall(*([answer(model, one) for one in single] for model in models.values())),
        ]
        del models
        p50 = {name: float(np.median(values)) * 1000 for name, values in seconds.items()}
        for name in p50:
            print(f"  {name:6} p50 {p50[name]:7.2f} ms, CPU {cpu[name] / len(seconds[name]) * 1000:7.2f} ms")
        print(
            f"  p50 by {p50['all'] / p50['coarse']:.1f}, CPU by {cpu['all'] / cpu['coarse']:.1f} times smaller; "
            f"recall of the exact {CANDIDATES}: {recalls[0]:.4f}, with one beer as history {recalls[1]:.4f}",
            flush=True,
        )
        for name, path in paths.items():
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                held = pool.apply(memory, (str(path), inputs[0]))
            unpacked = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
            print(f"  {name:6} {unpacked / 1e6:,.0f} MB, memory {held / 1e6:,.0f} MB", flush=True)
        print(f"  coarse, packed {packed(paths['coarse']) / 1e6:,.0f} MB", flush=True)


def recall(exact: list[list[bytes]], found: list[list[bytes]]) -> float:
    return float(np.mean([len({*one} & {*other}) / len(one) for one, other in zip(exact, found, strict=True)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--beers", nargs="+", type=int, default=SIZES)
    given = parser.parse_args()
    if not given.file.is_file():
        sys.exit(f"There is no file {given.file}: name a CSV of reviews with the columns of a drop.")
    found = fitted(given.file)
    users = np.random.default_rng(1).permutation(np.flatnonzero(np.diff(found.histories.start))).astype(np.int32)
    for size in (len(found.beers), *given.beers):
        measure(found, size, users[ASKED:][:CHOOSING], users[:ASKED])


if __name__ == "__main__":
    main()
