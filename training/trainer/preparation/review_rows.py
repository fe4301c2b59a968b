"""The rows of parts, and those of them that decide what is read: what a snapshot has (docs/contracts.md)."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 (its name everywhere)

from taproom.contract import UNKNOWN_TIME, recency
from taproom.snapshots.description import COLUMNS, DESCRIPTION, Snapshot
from trainer.sagemaker.failure import CannotTrain

# What is known of a beer; the latest row that knows it decides, superseded or not.
ATTRIBUTES = ("beer_name", "brewery_name", "style", "abv")
_TYPES = {"abv": "float", "score": "float", "line": "long", "reviewed_at": "timestamp", "dropped_at": "timestamp"}
_PART = COLUMNS[-1]


def read(spark: SparkSession, folder: Path) -> tuple[DataFrame, list[str]]:
    """The rows of the snapshot in `folder`, if there is one, and of the parts that it does not cover; all parts' names.

    Raises
    ------
    CannotTrain
        Where there is neither.
    """
    described = sorted(folder.glob(f"**/{DESCRIPTION}"))
    covered = [Snapshot.from_json(file.read_bytes()) for file in described]
    seen = {part for snapshot in covered for part in snapshot.parts}
    inside = {file.parent for file in described}
    newer = {
        file.stem: file for file in folder.glob("**/*.parquet") if file.parent not in inside and file.stem not in seen
    }
    if not newer and not covered:
        raise CannotTrain(
            f"There is no Parquet part in the input 'reviews' ({folder}): drop a CSV of reviews so that ingest writes "
            "one, or name the parts in the manifest."
        )
    files = [file.parent / name for file, one in zip(described, covered, strict=True) for name in one.files]
    rows = _frame(spark, files, COLUMNS)
    # The name of the file, without ".parquet".
    part = F.regexp_extract("_metadata.file_name", r"^(.*)\.parquet$", 1)
    rows = rows.unionByName(_frame(spark, list(newer.values()), COLUMNS[:-1], part))
    return rows.select(*(_required(column) for column in COLUMNS)), sorted({*seen, *newer})


def deciding(rows: DataFrame) -> DataFrame:
    """Those of `rows` that a snapshot has; the same as trainer.data.snapshot's."""
    row, age = F.struct(*COLUMNS), age_of_row()
    of_pair = rows.groupBy("username", "beer_id").agg(F.max_by(row, age).alias("row"))
    told = [F.max_by(F.when(F.col(name).isNotNull(), row), F.when(F.col(name).isNotNull(), age)) for name in ATTRIBUTES]
    of_beer = rows.groupBy("beer_id").agg(F.array(*told).alias("rows")).select(F.explode("rows").alias("row"))
    in_part = F.count("*").over(Window.partitionBy(_PART))
    of_part = rows.groupBy(_PART, "beer_id").agg(F.max_by(row, age).alias("row")).withColumn("beers", in_part)
    of_part = of_part.where("beers > 1").select("row")
    found = of_pair.select("row").union(of_beer.where("row is not null")).union(of_part)
    return found.select("row.*").dropDuplicates(["username", "beer_id", _PART, "line"])


def age_of_row() -> Column:
    """What orders rows of a snapshot by recency."""
    reviewed_at = F.coalesce(F.unix_millis("reviewed_at"), F.lit(UNKNOWN_TIME))
    return F.struct(*recency(reviewed_at, F.col(_PART), F.col("line")))


def _frame(spark: SparkSession, files: list[Path], columns: tuple[str, ...], part: Column | None = None) -> DataFrame:
    schema = ", ".join(f"{column} {_TYPES.get(column, 'string')}" for column in columns)
    if files:
        rows = spark.read.schema(schema).parquet(*(file.resolve().as_uri() for file in files))
    else:
        rows = spark.createDataFrame([], schema)
        part = None if part is None else F.lit("")
    return rows if part is None else rows.withColumn(_PART, part)


def _required(column: str) -> Column:
    """The column, of which a part that lacks it, or a row that lacks its value, ends the job."""
    if column in ("reviewed_at", *ATTRIBUTES):
        return F.col(column)
    cure = f" has a row without {column}: drop its CSV again, so that ingest writes it anew."
    lacking = F.concat(F.lit("The part "), F.col(_PART), F.lit(cure))
    return F.coalesce(F.col(column), F.raise_error(lacking)).alias(column)
