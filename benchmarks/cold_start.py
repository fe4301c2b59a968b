"""How long the first answer takes from endpoints that sleep, and what a quick list is worth beside the models' own.

On the laptop cloud, trained on a sample of the file's users: endpoints take WAKING seconds to wake and sleep after IDLE
without a request. Before: an answer waits for the models. Now: it comes without them. And both awake.
Then, by the trained release and its held-out rows: recall@10 and liked@10 of quick lists beside those that are served,
and what share of theirs it is, with a bound on either side that holds with 99 %. With --rounds 0 that alone.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import sqlite3
import sys
import tarfile
import tempfile
import time
import urllib.parse
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np

from benchmarks.serving import DEFAULT, PROJECT, known_users, percentile

sys.path[:0] = [str(PROJECT / folder) for folder in ("functions", "training", "layers/shared")]
if TYPE_CHECKING:
    from trainer.data.split import Split
    from trainer.hyperparameters import Hyperparameters

WAKING, IDLE, WARM_ROUNDS = 20.0, 4.0, 40


def sample(reviews: Path, users: int, folder: Path) -> Path:
    """The rows of so many of the file's users, drawn by chance, the same every time."""
    opened = gzip.open if reviews.suffix == ".gz" else open
    with opened(reviews, "rt", newline="") as source:
        rows = list(csv.DictReader(source))
    names = sorted({row["username"] for row in rows})
    drawn = set(random.Random(0).sample(names, min(users, len(names))))
    file = folder / "sample.csv"
    with file.open("w", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in rows if row["username"] in drawn)
    return file


def asked(url: str, username: str, query: str = "") -> tuple[float, str]:
    """Seconds until the answer is there, and its basis."""
    began = time.perf_counter()
    path = f"/users/{urllib.parse.quote(username, safe='')}/recommendations?limit=10{query}"
    with urllib.request.urlopen(url + path) as answer:
        body = json.loads(answer.read())
    return time.perf_counter() - began, body["basis"]


def first_answers(reviews: Path, folder: Path, rounds: int) -> Path:
    """Train, let the endpoints sleep and ask; the folder of the release."""
    from local.assembly import Cloud
    from local.demo.loop import Loop
    from local.sagemaker.serving.cold_starts import ColdStarts
    from taproom import archives

    with Cloud(folder / "cloud", cold_starts=ColdStarts(WAKING, IDLE)) as cloud:
        cloud.deploy()
        loop = Loop(cloud)
        loop.drop(reviews)
        outcome = loop.outcome()
        if outcome.kind != "promoted":
            sys.exit(f"The run was not promoted: {outcome.body}")
        users, url = list(known_users(cloud, WARM_ROUNDS)), cloud.outputs["ApiUrl"]
        for name, query in (("before, waits for the models", "&quick=false"), ("now", "")):
            found = []
            for username in users[:rounds]:
                time.sleep(WAKING + 2 * IDLE)
                found.append(asked(url, username, query))
            report(name, found)
        while asked(url, users[0], "&quick=false")[1] != "personal":
            pass
        report("awake", [asked(url, username) for username in users])
        archive = folder / "model.tar.gz"
        key = f"releases/{outcome.run}/model.tar.gz"
        cloud.client("s3").download_file(cloud.outputs["BucketName"], key, str(archive))
    with tarfile.open(archive) as tar:
        archives.unpack(tar, folder / "release")
    return folder / "release"


def split_of(reviews: Path, folder: Path) -> tuple[Split, Hyperparameters]:
    """The file split as the training job does, with its default settings."""
    from benchmarks.data import review_file
    from trainer import hyperparameters
    from trainer.data import bursts
    from trainer.data import reviews as job_reviews
    from trainer.data.split import split

    review_file.prepare(reviews, folder / "prepared")
    known, _ = bursts.without_bursts(job_reviews.read(folder / "prepared"))
    config = hyperparameters.parsed({"run": "benchmark"})
    return split(known, config), config


def fitted(parts: Split, config: Hyperparameters, folder: Path) -> Path:
    """A release fitted as the training job does, without any cloud: its folder."""
    from trainer.fitting import determinism
    from trainer.release.build import fit_release
    from trainer.sagemaker.progress import Progress

    determinism.require(config.seed)
    release = folder / "release"
    release.mkdir()
    fit_release(parts, config, release, None, Progress(folder / "tensorboard"))
    return release


def report(name: str, found: list[tuple[float, str]]) -> None:
    seconds = [each for each, _ in found]
    bases = sorted({basis for _, basis in found})
    print(
        f"{name:32}{percentile(seconds, 0.5):8.2f} s p50{percentile(seconds, 0.95):8.2f} s p95  {', '.join(bases)}",
        flush=True,
    )


def quality(release: Path, parts: Split) -> None:
    """Quick lists beside those that are served, of the same users' held-out rows."""
    from recommend.catalogue.catalogue import Catalogue
    from recommend.recommending import candidates
    from recommend.recommending.query import RecommendationQuery
    from recommend.recommending.quick_model import QUICK_WEIGHT, QuickModel
    from recommend.recommending.recommender import ranked_quickly
    from taproom.metrics import LIKED_AT_10, RECALL_AT_10
    from trainer.data.histories import Histories
    from trainer.evaluation import metrics
    from trainer.evaluation.bootstrap import UserSums, gains
    from trainer.release import blending
    from trainer.release.catalogue import ranking_weight
    from trainer.release.models import ReleaseModels

    histories = Histories.from_ratings(parts.observed, len(parts.usernames))
    file = release / "catalogue.sqlite"
    lists = blending.score_lists(ReleaseModels(release), parts, parts.held_out, histories)
    served = lists.blended(ranking_weight(file))
    liked = metrics.liked(parts.held_out, parts.observed)
    place, query = {beer_id: number for number, beer_id in enumerate(parts.beers.ids)}, RecommendationQuery(10)
    sums: dict[str, list[tuple[float, int]]] = {"served": [], "quick": [], "most loved": []}
    took = []
    with Catalogue(file) as catalogue:
        quick = QuickModel(catalogue)
        for number, user in enumerate(lists.users):
            own = slice(histories.start[user], histories.start[user + 1])
            beers, scores = histories.beer[own], histories.score[own]
            history = {str(parts.beers.ids[beer]): float(score) for beer, score in zip(beers, scores, strict=True)}
            is_asked = parts.held_out.user == user
            wanted, also_liked = parts.held_out.beer[is_asked], parts.held_out.beer[is_asked & liked]
            began = time.perf_counter()
            beer_filter = query.beer_filter(catalogue, history.keys())
            (retrieved,) = quick.retrieve("", [history])
            generated = candidates.generate(catalogue, retrieved, beer_filter, history, query)
            ranked = ranked_quickly(quick, generated, history, query, QUICK_WEIGHT)
            took.append(time.perf_counter() - began)
            shown = {
                "served": [beer for beer in served[number] if beer not in beers][:10],
                "quick": [place[one.beer.beer_id] for one in ranked],
                "most loved": [place[one.beer_id] for one in catalogue.most_loved(10, beer_filter)],
            }
            for name, own_list in shown.items():
                sums[name].append((float(np.isin(wanted, own_list).mean()), int(np.isin(also_liked, own_list).sum())))
    print(f"\n{len(took)} users, a quick list in {1000 * percentile(took, 0.5):.1f} ms (p50)")
    print(f"{'':16}{'recall@10':>12}{'liked@10':>12}")
    by_user = {name: np.array(found, np.float64).T for name, found in sums.items()}
    for name, (recall, number) in by_user.items():
        print(f"{name:16}{recall.mean():12.4f}{number.mean():12.4f}")
    once, both = np.ones(len(took)), (RECALL_AT_10, LIKED_AT_10)
    quick_sums, served_sums = (
        {metric: UserSums(own, once) for metric, own in zip(both, by_user[name], strict=True)}
        for name in ("quick", "served")
    )
    for metric, gain in gains(quick_sums, served_sums).items():
        shares = f"{1 + gain.gain:.3f} ({1 + gain.lower:.3f} to {1 + gain.upper:.3f})"
        print(f"{metric.label} of quick lists, divided by that of the served: {shares}")
    with closing(sqlite3.connect(file)) as database:
        size, rows = database.execute(
            "SELECT sum(length(others) + length(weights)), count(*) FROM neighbours"
        ).fetchone()
    print(
        f"neighbours of {rows:,} beers, {size / rows:.0f} bytes each; the catalogue has {file.stat().st_size:,} bytes"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviews", type=Path, default=DEFAULT)
    parser.add_argument("--users", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=5, help="first answers of each kind, half a minute each")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="taproom-cold-start-") as name:
        folder: Any = Path(name)
        reviews = sample(chosen.reviews, chosen.users, folder)
        parts, config = split_of(reviews, folder)
        release = first_answers(reviews, folder, chosen.rounds) if chosen.rounds else fitted(parts, config, folder)
        quality(release, parts)


if __name__ == "__main__":
    main()
