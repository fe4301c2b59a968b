"""Prepare reviews on Spark for the training job: a snapshot of them, and the tables that fitting begins with.

On a laptop with Java and PySpark, from the project's root:

    mkdir -p run/input/reviews             # put the Parquet parts here
    PYTHONPATH=layers/shared python training/prepare.py --base run --run by-hand --held_out_share 0.1

The result is run/output/snapshot and run/output/prepared (docs/contracts.md), which train.py reads from the channel
`prepared`. In SageMaker's Spark container the base is /opt/ml/processing.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pyspark.sql import SparkSession

from trainer.preparation import prepare
from trainer.sagemaker.failure import report_failure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, default=Path("/opt/ml/processing"))
    parser.add_argument("--run", required=True, help="the run that they are prepared for")
    parser.add_argument("--held_out_share", type=float, required=True, help="that of the run's hyper-parameters")
    given = parser.parse_args()
    with report_failure(given.base.parent / "output" / "message"):
        spark = SparkSession.builder.appName(given.run).getOrCreate()
        prepare.prepare(spark, given.base / "input" / "reviews", given.base / "output", given.run, given.held_out_share)


if __name__ == "__main__":
    main()
