"""Recommend to everybody: the lists that the API would answer, for all users at once.

On a laptop, from the project's root:

    mkdir -p run/input/data/reviews        # put the Parquet parts here
    mkdir -p run/input/data/serving        # the model.tar.gz of a release
    mkdir -p run/input/data/listings       # optional: catalogue/current.json of the bucket, which knows retired beers
    mkdir -p run/checkpoints               # the result goes here
    SAGEMAKER_BASE_DIR=run PYTHONPATH=layers/shared python training/recommend_all.py --limit 10

The result is run/checkpoints/recommendations.parquet and .csv, the reason of a failure run/output/failure. In
SageMaker's container /opt/ml takes the place of run, and what lies below its checkpoints is sent to the bucket.
"""

from __future__ import annotations

import json
import os
import sqlite3  # noqa: F401 (before TensorFlow, whose own SQLite lacks full-text search and would take its place)
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
_PACKAGES = Path(__file__).resolve().parent / "packages"  # what the container's image lacks
if _PACKAGES.is_dir():
    sys.path.insert(0, str(_PACKAGES))

from taproom import archives  # noqa: E402
from taproom.contract import LISTINGS_CHANNEL, REVIEWS_CHANNEL, SERVING_CHANNEL  # noqa: E402
from trainer.data import reviews  # noqa: E402
from trainer.sagemaker import environment, failure  # noqa: E402
from trainer.sagemaker.failure import CannotTrain  # noqa: E402

LIMIT = 10
_ARCHIVE = "model.tar.gz"


def main() -> None:
    if sys.argv[1:] in (["--help"], ["-h"]):
        print(__doc__)
        return
    with failure.report_failure(environment.failure_file(os.environ)):
        given = environment.read_hyperparameters(os.environ, sys.argv[1:])
        limit = given.get("limit", LIMIT)
        if given.keys() - {"limit"} or not isinstance(limit, int) or not 1 <= limit <= 100:
            raise CannotTrain(f"Got {given}, expected nothing but a limit from 1 to 100: correct it and start again.")
        recommend(environment.base_folder(os.environ), limit)


def recommend(base: Path, limit: int) -> None:
    """Read the reviews and the release, and write everybody's list."""
    channels = base / "input" / "data"
    archive = channels / SERVING_CHANNEL / _ARCHIVE
    if not archive.is_file():
        raise CannotTrain(f"There is no release at {archive}: name one in the channel {SERVING_CHANNEL!r}.")
    known = reviews.read(channels / REVIEWS_CHANNEL)
    listings = sorted((channels / LISTINGS_CHANNEL).glob("*.json"))
    listed = json.loads(listings[0].read_text())["beers"] if listings else {}
    retired = {beer_id for beer_id, listing in listed.items() if listing.get("retired")}

    # TensorFlow takes seconds to import: only now that there is something to recommend.
    from trainer.release import everybody

    with TemporaryDirectory() as folder:
        with tarfile.open(archive) as packed:
            archives.unpack(packed, Path(folder))
        everybody.write_recommendations(Path(folder), known, retired, limit, base / "checkpoints")


if __name__ == "__main__":
    main()
