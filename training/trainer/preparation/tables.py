"""The tables that fitting begins with, made of a snapshot's rows: users, beers, and ratings by the numbers of both.

What is a twin, a burst, held out or the latest is decided by the functions that decide it in trainer.data, too.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from taproom.contract import held_out
from trainer.data.burst_rule import are_together, is_alone, may_be_together
from trainer.data.twins import find_aliases, possible_twins
from trainer.preparation.review_rows import ATTRIBUTES, age_of_row

# What stands for an attribute that nobody knows, as in trainer.data.reviews.
_ATTRIBUTES = {name: ("float", -1.0) if name == "abv" else ("string", "") for name in ATTRIBUTES}
_BEER = ", ".join(["beer_id string", *(f"{name} {kind}" for name, (kind, _) in _ATTRIBUTES.items())])


@dataclass(frozen=True)
class Tables:
    """What is written.

    Attributes
    ----------
    users
        `username`, sorted: a user's number is the place.
    beers
        `beer_id` and what is known of it, sorted by id: a beer's number is the place.
    aliases
        Other ids of beers, each with the one that stays.
    ratings
        `user`, `beer`, `score`, `day`, `held_out`: the latest of each user and beer, without those of bursts, sorted.
    bursts
        How many `reviews` by how many `accounts` are in bursts, and in how many accounts' the `lowest` score.
    """

    users: DataFrame
    beers: DataFrame
    aliases: Mapping[str, str]
    ratings: DataFrame
    bursts: Mapping[str, int]


def make(rows: DataFrame, held_out_share: float) -> Tables:
    """Those of `rows`, which are read from the files of a snapshot."""
    spark = rows.sparkSession
    aliases = _aliases(rows)
    staying = spark.createDataFrame(list(aliases.items()), "beer_id string, stays string")
    known = rows.join(F.broadcast(staying), "beer_id", "left").withColumn("stays", F.coalesce("stays", "beer_id"))
    beers = _beers(known, "stays")
    places = spark.createDataFrame([(beer[0], place) for place, beer in enumerate(beers)], "stays string, beer int")
    users = _numbered_users(rows)
    # The very function, called row by row: Spark's own hashes are others.
    is_held_out = F.udf(functools.partial(held_out, share=held_out_share), "boolean")
    ratings = (
        known.withColumn("day", F.unix_date(F.to_date(F.coalesce("reviewed_at", "dropped_at"))))
        .groupBy("username", "stays")
        .agg(F.max_by(F.struct("score", "day"), age_of_row()).alias("latest"))
        .select("username", "stays", "latest.*")
        .join(F.broadcast(places), "stays")
        .join(users, "username")
        .withColumn("held_out", is_held_out("username", "stays"))
        .select("user", "beer", "score", "day", "held_out")
        .cache()
    )
    accounts = _bursting_accounts(ratings).cache()
    of_bursts = ratings.join(accounts, ["user", "day"])
    counted = of_bursts.agg(
        F.countDistinct("user").alias("accounts"),
        F.count("*").alias("reviews"),
        F.countDistinct(F.when(F.col("lowest"), F.col("user"))).alias("lowest"),
    ).first()
    return Tables(
        users=users.select("username", "user"),
        beers=spark.createDataFrame(beers, _BEER).coalesce(1).sortWithinPartitions("beer_id"),
        aliases=aliases,
        ratings=ratings.join(accounts, ["user", "day"], "left_anti").select(*ratings.columns),
        bursts=counted.asDict() if counted else {},
    )


def _aliases(rows: DataFrame) -> dict[str, str]:
    """Those of `find_aliases`: a million beers are little for one machine, and all that it takes of their reviews is
    which of those that may be twins stand in which part."""
    beers = _beers(rows, "beer_id")
    ids, names, breweries = (np.array([beer[column] for beer in beers], object) for column in range(3))
    possible = [(beer_id,) for beer_id in possible_twins(ids, names, breweries)]
    chosen = F.broadcast(rows.sparkSession.createDataFrame(possible, "beer_id string"))
    met = rows.join(chosen, "beer_id").select("part", "beer_id").distinct().collect()
    place = {beer_id: number for number, beer_id in enumerate(ids)}
    parts = {part: number for number, part in enumerate(sorted({part for part, _ in met}))}
    return find_aliases(
        ids,
        names,
        breweries,
        np.array([place[beer_id] for _, beer_id in met], np.int32),
        np.array([parts[part] for part, _ in met], np.int32),
    )


def _beers(rows: DataFrame, by: str) -> list[tuple[Any, ...]]:
    """Each beer's id, which is in the column `by`, and latest known attributes, sorted by id."""
    age = age_of_row()
    latest = (
        F.coalesce(F.max_by(name, F.when(F.col(name).isNotNull(), age)), F.lit(unknown)).cast(kind)
        for name, (kind, unknown) in _ATTRIBUTES.items()
    )
    return sorted(tuple(row) for row in rows.groupBy(by).agg(*latest).collect())


def _numbered_users(rows: DataFrame) -> DataFrame:
    """`username` and `user`, its place among all, sorted.

    A user's rows are in one file, and the files in order: users are numbered in each, from where the one before ends.
    """
    users = rows.select(F.col("_metadata.file_name").alias("file"), "username").distinct()
    counts = {row["file"]: row["count"] for row in users.groupBy("file").count().collect()}
    files = sorted(counts)
    first = [(file, sum(counts[other] for other in files[:place])) for place, file in enumerate(files)]
    before = rows.sparkSession.createDataFrame(first, "file string, before long")
    in_file = F.row_number().over(Window.partitionBy("file").orderBy("username"))
    return users.join(F.broadcast(before), "file").select(
        "username", (F.col("before") + in_file - 1).cast("int").alias("user")
    )


def _bursting_accounts(ratings: DataFrame) -> DataFrame:
    """`user` and `day` of the accounts that are bursts, and whether they give the `lowest` score."""
    extremes = ratings.agg(F.min("score"), F.max("score")).first()
    lowest, highest = extremes if extremes else (None, None)
    found = ratings.sparkSession.createDataFrame([], "user int, day int, lowest boolean")
    for extreme in () if lowest == highest else (lowest, highest):
        is_extreme = F.col("score") == F.lit(extreme).cast("float")
        accounts = ratings.groupBy("user", "day").agg(
            F.count("*").alias("reviews"), F.sum(is_extreme.cast("long")).alias("extremes")
        )
        may_be = accounts.where(may_be_together(F.col("extremes"), F.col("reviews"))).cache()
        given = ratings.where(is_extreme).join(may_be, ["user", "day"])
        alike = given.groupBy("day", "beer").agg(F.count("*").alias("alike")).where(are_together(F.col("alike")))
        together = given.join(alike, ["day", "beer"]).select("user", "day")
        alone = may_be.where(is_alone(F.col("extremes"), F.col("reviews"))).select("user", "day")
        found = found.union(together.union(alone).distinct().withColumn("lowest", F.lit(extreme == lowest)))
    return found
