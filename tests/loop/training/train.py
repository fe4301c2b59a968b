"""Stands in for the training job where the loop around it is tested: models that are made already, in a second.

Keeps the job's contract with SageMaker and with promote. A username in the newest part says what shall go wrong:
`worse`, `cannot load`, `answers wrongly`, `cannot answer`, `no servable`, `fail`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tarfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from taproom import archives, catalogue_file
from taproom.catalogue_file import Beer, BeerNeighbours, DailyReviews
from taproom.contract import FUSED, SERVABLES
from taproom.snapshots.description import COLUMNS, DESCRIPTION, Snapshot

BASE = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
PACKAGES = Path(__file__).parent / "packages"
# The release that the prepared models answer with; a run's id is as long.
PLACEHOLDER = "taproom-00000000-000000000000"
BEERS: tuple[Beer, ...] = tuple(
    Beer(f"b{number:02}", f"Beer {number}", "Alder", "Stout", 5.0, 9, 4.0, 4.0) for number in range(12)
)
ALIASES = {"site-7": "b07"}
# None, as releases of before had none; a test puts some in their place.
NEIGHBOURS: tuple[BeerNeighbours, ...] = ()
DAILY_REVIEWS: tuple[DailyReviews, ...] = (DailyReviews("b07", 20454, 5), DailyReviews("b06", 20450, 1))


def metrics(run: str, recall: float, serving: str | None, rows: int) -> dict[str, object]:
    def retrieval(recall: float) -> dict[str, float]:
        names = ("recall_at_10", "recall_at_50", "recall_at_100", "recall_at_500", "ndcg_at_10", "coverage")
        return dict.fromkeys(names, recall)

    def gain(candidate: float, other: float) -> dict[str, float]:
        better = candidate / other - 1
        bounds = {"lower": better - 0.004, "upper": better + 0.004}
        return {"candidate": candidate, "other": other, "gain": better, "users": 900} | bounds

    return {
        "release": run,
        "serving": serving,
        "serving_failure": None,
        "reviews": {"total": rows, "fitted": rows, "held_out": 0, "users": 1, "beers": 12},
        "retrieval": {
            "candidate": retrieval(recall),
            "serving": retrieval(0.4) if serving else None,
            "popularity": retrieval(0.1),
        },
        "ranking": {
            "candidate": {"rmse": 0.6, "mae": 0.5},
            "serving": {"rmse": 0.6, "mae": 0.5} if serving else None,
            "bias": {"rmse": 0.65, "mae": 0.5},
            "mean": {"rmse": 0.75, "mae": 0.6},
        },
        "served": {
            "candidate": {"liked_at_10": 0.3, "liked_at_10_retrieved": 0.25},
            "serving": {"liked_at_10": 0.3, "liked_at_10_retrieved": 0.25} if serving else None,
        },
        "gains": {
            "serving": {"retrieval_recall_at_100": gain(recall, 0.4)} if serving else None,
            "best": None,
        },
        "seconds": {},
    }


def catalogue(path: Path, run: str) -> None:
    catalogue_file.write(path, BEERS, {"release": run, "ranking_weight": 0.5}, DAILY_REVIEWS, ALIASES, NEIGHBOURS)


def read(channel: Path) -> tuple[pa.Table, list[str]]:
    """The rows of the snapshot in the channel and of the parts, and the names of all parts, sorted."""
    tables: list[pa.Table] = []
    covered: list[str] = []
    place = None
    for description in channel.rglob(DESCRIPTION):
        place, snapshot = description.parent, Snapshot.from_json(description.read_bytes())
        tables += [parquet.read_table(place / name) for name in snapshot.files]
        covered += snapshot.parts
    newer = [file for file in channel.rglob("*.parquet") if file.parent != place]
    for file in newer:
        part = parquet.read_table(file, columns=list(COLUMNS[:-1]))
        tables.append(part.append_column(COLUMNS[-1], pa.array([file.stem] * part.num_rows)))
    return pa.concat_tables(tables), sorted([*covered, *(file.stem for file in newer)])


def leave_snapshot(folder: Path, run: str, reviews: pa.Table, parts: list[str]) -> None:
    """One of all rows: that some decide nothing is the trainer's to know."""
    if folder.is_dir():
        file = folder / "reviews-00000.parquet"
        parquet.write_table(reviews, file, store_schema=False)
        snapshot = Snapshot(run, reviews.num_rows, {file.name: file.stat().st_size}, parts)
        (folder / DESCRIPTION).write_text(snapshot.to_json())


def main(base: Path = BASE, packages: Path = PACKAGES) -> None:
    """Do the job in the folder `base`, its /opt/ml, with the prepared models in `packages`."""
    # A real job takes its time: a test that needs that puts a file `hold` in the cloud's directory.
    while any((folder / "hold").exists() for folder in base.parents):
        time.sleep(0.05)
    given = json.loads((base / "input/config/hyperparameters.json").read_text())
    run, layout = (json.loads(given[name]) for name in ("run", "endpoint_layout"))
    channels = base / "input/data"
    reviews, parts = read(channels / "prepared" if (channels / "prepared").is_dir() else channels / "reviews")
    wishes = set(reviews.filter(compute.equal(reviews["part"], parts[-1]))["username"].to_pylist())
    leave_snapshot(base / "snapshot", run, reviews, parts)
    if "fail" in wishes:
        (base / "output").mkdir(exist_ok=True)
        (base / "output/failure").write_text("One user is too few to learn from: drop reviews of at least two.")
        sys.exit(1)
    serving = None
    for archive in (base / "input/data/serving").rglob("model.tar.gz"):
        with tarfile.open(archive) as tar:
            file = tar.extractfile("metrics.json")
            assert file is not None
            serving = json.load(file)["release"]
    model = base / "model"
    model.mkdir(exist_ok=True)
    kind = "cannot answer" if "cannot answer" in wishes else "good"
    with tarfile.open(packages / f"{kind}.tar.gz") as tar:
        archives.unpack(tar, model)
    for servable in SERVABLES if layout == FUSED else (FUSED,):
        shutil.rmtree(model / servable)
    for path in model.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(PLACEHOLDER.encode(), run.encode()))
    if "cannot load" in wishes:
        (model / "ranking/1/saved_model.pb").write_bytes(b"this is no SavedModel")
    if "answers wrongly" in wishes:
        recorded = json.loads((model / "smoke_test.json").read_text())
        recorded["ranking"][0]["outputs"]["score"][0] += 1.0
        (model / "smoke_test.json").write_text(json.dumps(recorded))
    if "no servable" in wishes:
        shutil.rmtree(model / "ranking")
    recall = 0.2 if "worse" in wishes else 0.4
    measured = metrics(run, recall, serving, reviews.num_rows) | {"endpoint_layout": layout}
    (model / "metrics.json").write_text(json.dumps(measured))
    (model / "report.html").write_text(f"<title>{run}</title>")
    catalogue(model / "catalogue.sqlite", run)
    print(f"metric retrieval_recall_at_100={recall}", flush=True)


if __name__ == "__main__":
    main()
