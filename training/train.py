"""Fit both models, measure them next to the release in service, and export them.

On a laptop, from the project's root:

    mkdir -p run/input/data/reviews        # put the Parquet parts here, or a snapshot and newer parts
    mkdir -p run/snapshot                  # optional: leave a snapshot of them here
    mkdir -p run/input/data/prepared       # or what training/prepare.py made of them, which wins
    mkdir -p run/input/data/catalogue      # optional: beers that may have no review, as ingest leaves them
    mkdir -p run/input/data/served         # optional: files of the served log
    mkdir -p run/input/data/serving        # optional: a model.tar.gz to measure next to; in best/ a second one
    SAGEMAKER_BASE_DIR=run PYTHONPATH=layers/shared python training/train.py

Any hyper-parameter of trainer/hyperparameters.py may follow as --name value, say --retrieval_epochs 5
--deep_layer_sizes "[64]". The result is in run/model (open report.html), TensorBoard logs in
run/output/tensorboard, the reason of a failure in run/output/failure. With a folder
run/checkpoints an interrupted run goes on where it was.

In SageMaker's container /opt/ml takes the place of run, and the hyper-parameters come from the job.
"""

from __future__ import annotations

import os
import sqlite3  # noqa: F401 (before TensorFlow, whose own SQLite lacks full-text search and would take its place)
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # tensorflow-recommenders refuses Keras 3
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
_PACKAGES = Path(__file__).resolve().parent / "packages"  # what the container's image lacks
if _PACKAGES.is_dir():
    sys.path.insert(0, str(_PACKAGES))

from taproom.contract import METRICS, REPORT, SMOKE_TEST  # noqa: E402
from trainer import hyperparameters  # noqa: E402
from trainer.data import bursts, catalogue_beers, prepared, reviews, served_log  # noqa: E402
from trainer.data.bursts import Bursts  # noqa: E402
from trainer.data.reviews import Reviews  # noqa: E402
from trainer.data.split import Split, split  # noqa: E402
from trainer.hyperparameters import Hyperparameters  # noqa: E402
from trainer.sagemaker import environment, failure  # noqa: E402
from trainer.sagemaker.environment import TrainingJob  # noqa: E402
from trainer.sagemaker.progress import Progress, say  # noqa: E402


def main() -> None:
    if sys.argv[1:] in (["--help"], ["-h"]):
        print(__doc__)
        return
    cluster = environment.cluster(os.environ)
    with failure.report_failure(environment.failure_file(os.environ), cluster.name if cluster else ""):
        job = environment.read_job(os.environ, sys.argv[1:])
        config = hyperparameters.parsed(job.hyperparameters)
        if cluster is None:
            train(job, config)
            return
        os.environ["TF_CONFIG"] = cluster.tf_config
        from trainer.fitting import hosts

        # Before all else, so that whoever fails later is missed by the others.
        with hosts.together(cluster.names):
            (train if cluster.is_chief else help_train)(job, config)


def train(job: TrainingJob, config: Hyperparameters) -> None:
    """One run from the parts to the folder that SageMaker packs into model.tar.gz."""
    progress = Progress(job.tensorboard)
    job.model.mkdir(parents=True, exist_ok=True)

    with progress.stage("prepare"):
        known, found, log, parts = prepare(job, config, job.snapshot)
        if found.reviews:
            say(f"{found.reviews:,} reviews by {found.accounts:,} accounts are left out: {bursts.WHY}.")
        requests = served_log.sampled_requests(log, known)
        total = len(known.ratings)
        del known  # its ratings are in the parts

    # TensorFlow takes seconds to import: only now that there is something to fit.
    with progress.stage("import"):
        from trainer.evaluation import offline
        from trainer.fitting import determinism
        from trainer.release import metrics_document, smoke_test
        from trainer.release.build import fit_release
        from trainer.release.evaluation import evaluate
        from trainer.release.examples import examples
        from trainer.release.incumbent import measure_incumbent
        from trainer.release.json_file import write_json
        from trainer.release.replay import Replay

        determinism.require(config.seed)

    release = fit_release(parts, config, job.model, job.checkpoints, progress)

    with progress.stage("evaluate"):
        evaluation = evaluate(release.models, release.ranking_weight, parts)
        baselines = offline.measure_baselines(parts)
        incumbent, best = measure_incumbent(job.incumbent, parts, requests), measure_incumbent(job.best, parts)
        replay = Replay.of(release.models, release.ranking_weight, requests, incumbent.replayed, parts)
        shown = examples(release.models, release.ranking_weight, parts)
        progress.metrics(evaluation.measured)
        write_json(job.model / SMOKE_TEST, smoke_test.expected_answers(release.models, parts, config.run))

    with progress.stage("report"):
        from trainer.release.report.page import page

        document = metrics_document.document(
            config.run, total, parts, evaluation, incumbent, best, baselines, release.retrieval.future, progress.seconds
        )
        document |= {"bursts": asdict(found), "replay": replay.comparison, "off_policy": replay.off_policy}
        document["endpoint_layout"] = config.endpoint_layout
        (job.model / REPORT).write_text(page(document, release, config, shown, replay.differences), encoding="utf-8")
    write_json(job.model / METRICS, document | {"seconds": progress.seconds})


def help_train(job: TrainingJob, config: Hyperparameters) -> None:
    """What the other hosts of a job do: their share of the fits. The first one measures and exports."""
    progress = Progress(job.tensorboard)
    with progress.stage("prepare"):
        *_, parts = prepare(job, config)

    from trainer.fitting import determinism
    from trainer.release.build import help_fit_release

    determinism.require(config.seed)
    with progress.stage("help to fit"):
        help_fit_release(parts, config)
    say("This host has done its share; the first one measures and exports.")


def prepare(
    job: TrainingJob, config: Hyperparameters, leaving: Path | None = None
) -> tuple[Reviews, Bursts, Any, Split]:
    """The reviews without unusual bursts, these, the served log, and the reviews split: the same on every host.

    What was read is left as a snapshot in the folder `leaving`, where one is named.
    """
    is_held_out = None
    if job.prepared.is_dir():
        known, found, is_held_out = prepared.read(job.prepared, config.held_out_share)
        known = catalogue_beers.added(known, job.catalogue)
    else:
        read = reviews.read(job.reviews, leaving, config.run)
        known, found = bursts.without_bursts(catalogue_beers.added(read, job.catalogue))
    log = served_log.read(job.served)
    return known, found, log, split(known, config, served_log.rated_probes(log, known), is_held_out)


if __name__ == "__main__":
    main()
