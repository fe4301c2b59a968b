"""Fit both models, measure them next to the pair in service, and export them.

On a laptop, from the project's root:

    mkdir -p run/input/data/reviews        # put the Parquet parts here
    mkdir -p run/input/data/serving        # optional: a model.tar.gz to measure next to
    SAGEMAKER_BASE_DIR=run PYTHONPATH=layers/shared python training/train.py

Any hyper-parameter of hyperparameters.py may follow as --name value, say --retrieval_epochs 5
--deep_layer_sizes "[64]". The result is in run/model (open report.html), TensorBoard logs in
run/output/tensorboard, the reason of a failure in run/output/failure. With a folder
run/checkpoints an interrupted run goes on where it was.

In SageMaker's container /opt/ml takes the place of run, and the hyper-parameters come from the job.
"""

from __future__ import annotations

import os
import sqlite3  # noqa: F401 (before TensorFlow, whose own SQLite lacks full-text search and would take its place)
import sys
from pathlib import Path

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # tensorflow-recommenders refuses Keras 3
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
_PACKAGES = Path(__file__).resolve().parent / "packages"  # what the container's image lacks
if _PACKAGES.is_dir():
    sys.path.insert(0, str(_PACKAGES))

import failure  # noqa: E402
import hyperparameters  # noqa: E402
import job  # noqa: E402
import reviews  # noqa: E402
from hyperparameters import Hyperparameters  # noqa: E402
from progress import Progress  # noqa: E402
from split import split  # noqa: E402

from taproom.contract import METRICS, REPORT, SMOKE_TEST  # noqa: E402


def main() -> None:
    if sys.argv[1:] in (["--help"], ["-h"]):
        print(__doc__)
        return
    if not job.is_first_host(os.environ):
        print("Both models are fitted by the job's first host; this one has nothing to do.")
        return
    with failure.told(job.failure_file(os.environ)):
        asked = job.from_environment(os.environ, sys.argv[1:])
        train(asked, hyperparameters.parsed(asked.hyperparameters))


def train(asked: job.Job, chosen: Hyperparameters) -> None:
    """One run from the parts to the folder that SageMaker packs into model.tar.gz."""
    progress = Progress(asked.tensorboard)
    asked.model.mkdir(parents=True, exist_ok=True)

    with progress.stage("prepare"):
        known = reviews.read(asked.reviews)
        parted = split(known, chosen)

    # TensorFlow takes seconds to import: only now that there is something to fit.
    with progress.stage("import"):
        import determinism
        import evaluation
        import metrics
        import recorded
        import serving
        from fitted_pair import fit_pair
        from json_file import write_json

        determinism.require(chosen.seed)

    fitted = fit_pair(parted, chosen, asked.model, asked.checkpoints, progress)

    with progress.stage("evaluate"):
        measured = evaluation.of_pair(fitted.pair, fitted.ranking_weight, parted)
        baselines = evaluation.of_baselines(parted)
        in_service = serving.measured(asked.serving, parted)
        progress.metrics(measured.named())
        write_json(asked.model / SMOKE_TEST, recorded.answers(fitted.pair, parted, chosen.run))

    with progress.stage("report"):
        import report

        document = metrics.document(chosen.run, known, parted, measured, in_service, baselines, progress.seconds)
        page = report.page(document, fitted, chosen)
        (asked.model / REPORT).write_text(page, encoding="utf-8")
    write_json(asked.model / METRICS, document | {"seconds": progress.seconds})


if __name__ == "__main__":
    main()
