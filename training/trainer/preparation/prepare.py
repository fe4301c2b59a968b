"""From parts to a snapshot and to the tables that fitting begins with."""

from __future__ import annotations

import json
from pathlib import Path

from pyspark.sql import SparkSession

from taproom.contract import PREPARED_DESCRIPTION
from taproom.snapshots.description import DESCRIPTION, Snapshot
from trainer.preparation import output_files, review_rows, tables
from trainer.sagemaker.failure import CannotTrain

# Times in UTC, as milliseconds and not as Spark's own microseconds; row groups of some 65,536 rows.
_CONFIGURATION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MILLIS",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.ansi.enabled": "false",
    "parquet.block.size": str(4 << 20),
}
SNAPSHOT, PREPARED = "snapshot", "prepared"


def prepare(spark: SparkSession, reviews: Path, output: Path, run: str, held_out_share: float) -> None:
    """Write the snapshot of all rows in the folder `reviews` and their tables, for `run`, to two folders of `output`.

    Raises
    ------
    CannotTrain
        Where there are no reviews.
    """
    for name, value in _CONFIGURATION.items():
        spark.conf.set(name, value)
    snapshot, prepared = output / SNAPSHOT, output / PREPARED
    for folder in (snapshot, prepared):
        folder.mkdir(parents=True)
    read, parts = review_rows.read(spark, reviews)
    deciding = review_rows.deciding(read).cache()
    rows = deciding.count()
    if not rows:
        raise CannotTrain(f"The {len(parts)} parts in {reviews} hold no review: drop a CSV with reviews in it.")
    in_order = deciding.repartitionByRange(output_files.files_of(rows), "username").sortWithinPartitions(
        "username", "beer_id", "part", "line"
    )
    files = output_files.write(in_order, snapshot, "reviews")
    (snapshot / DESCRIPTION).write_text(Snapshot(run, rows, files, parts).to_json(), encoding="utf-8")
    deciding.unpersist()

    written = spark.read.parquet(*((snapshot / name).resolve().as_uri() for name in files))
    made = tables.make(written, held_out_share)
    ratings = made.ratings.repartitionByRange(output_files.files_of(rows), "user").sortWithinPartitions("user", "beer")
    users = made.users.repartitionByRange(1, "user").sortWithinPartitions("user").select("username")
    output_files.write(users, prepared, "users")
    output_files.write(made.beers, prepared, "beers")
    output_files.write(ratings, prepared, "ratings")
    description = {"run": run, "held_out_share": held_out_share, "bursts": made.bursts, "aliases": made.aliases}
    (prepared / PREPARED_DESCRIPTION).write_text(json.dumps(description), encoding="utf-8")
