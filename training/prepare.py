"""Prepare reviews on Spark for the training job: a snapshot of them, and the tables that fitting begins with.

On a laptop with Java and PySpark, from the project's root:

    mkdir -p run/processing/input/reviews   # put the Parquet parts here, or a snapshot and newer parts
    SAGEMAKER_BASE_DIR=run PYTHONPATH=layers/shared python training/prepare.py --run by-hand

The result is run/processing/output/snapshot and run/processing/output/prepared, which is the channel `prepared` of
train.py; the reason of a failure run/output/message. In SageMaker's Spark container /opt/ml takes the place of run.
"""

from __future__ import annotations

import argparse
import os

from pyspark.sql import SparkSession

from trainer.hyperparameters import Hyperparameters
from trainer.preparation.prepare import prepare
from trainer.sagemaker import environment
from trainer.sagemaker.failure import report_failure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, help="the run that they are prepared for")
    parser.add_argument(
        "--held_out_share",
        type=float,
        default=Hyperparameters.held_out_share,
        help="the run's hyper-parameter (%(default)s)",
    )
    given = parser.parse_args()
    base = environment.base_folder(os.environ)
    folder = base / "processing"
    with report_failure(base / "output" / "message"):
        spark = SparkSession.builder.appName(given.run).getOrCreate()
        prepare(spark, folder / "input" / "reviews", folder / "output", given.run, given.held_out_share)


if __name__ == "__main__":
    main()
