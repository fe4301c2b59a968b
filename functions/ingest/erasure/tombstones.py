"""Tombstones: that somebody was forgotten, and when, without their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.drop import Drop, shown
from taproom.messages.erasures import TOMBSTONES, Erasure


class HoldsErased(Exception):
    """A drop holds what was to be forgotten after it was dropped."""

    def __init__(self, drop: Drop, erasures: Sequence[Erasure]) -> None:
        super().__init__(f"{shown(drop.key)} holds what {len(erasures)} erasures are about.")
        self.drop = drop
        self.erasures = erasures


class Tombstones:
    """Items of the histories table that hold no history."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self.table = table

    def bury(self, erasure: Erasure) -> None:
        """Remember that this was asked for."""
        asked_at = max(erasure.asked_at, self.all().get(erasure.tombstone(self.table), 0))
        self._update(erasure, "SET asked_at = :value", {"N": str(asked_at)})

    def add_part(self, erasure: Erasure, part: str) -> None:
        """Remember a part that held what is to be forgotten: releases that were trained on it are told by it."""
        self._update(erasure, "ADD parts :value", {"SS": [part]})

    def parts(self, erasure: Erasure) -> set[str]:
        """The parts that held what was forgotten."""
        found = self._dynamodb.query(
            TableName=self.table,
            KeyConditionExpression="username = :partition AND part = :tombstone",
            ExpressionAttributeValues={
                ":partition": {"S": TOMBSTONES},
                ":tombstone": {"S": erasure.tombstone(self.table)},
            },
            ConsistentRead=True,
        )
        return {part for item in found["Items"] for part in item.get("parts", {"SS": []})["SS"]}

    def all(self) -> Mapping[str, int]:
        """When each erasure was asked for, by its tombstone."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="username = :partition",
            ExpressionAttributeValues={":partition": {"S": TOMBSTONES}},
            ConsistentRead=True,
        )
        return {item["part"]["S"]: int(item["asked_at"]["N"]) for page in pages for item in page["Items"]}

    def refuse(self, part: Path, drop: Drop) -> None:
        """Let no drop through that holds what was to be forgotten.

        Raises
        ------
        HoldsErased
            Its part does.
        """
        if erasures := self.among(part, drop):
            raise HoldsErased(drop, erasures)

    def among(self, part: Path, drop: Drop) -> list[Erasure]:
        """What was to be forgotten after it was said, and stands in the drop's part all the same."""
        tombstones = self.all()
        if not tombstones:
            return []
        found: dict[Erasure, None] = {}
        with pq.ParquetFile(part) as file:
            for group in range(file.num_row_groups):
                rows = file.read_row_group(group, columns=["username", "beer_id", "reviewed_at"])
                if drop.is_rated:
                    said = pc.fill_null(rows["reviewed_at"].cast(pa.int64()), 0)
                else:
                    said = pa.repeat(round(drop.dropped_at.timestamp() * 1000), rows.num_rows)
                first = rows.append_column("said", said).group_by(["username", "beer_id"]).aggregate([("said", "min")])
                columns = (first[name].to_pylist() for name in ("username", "beer_id", "said_min"))
                for row in zip(*columns, strict=True):
                    found |= dict.fromkeys(self.about(tombstones, *row))
        return list(found)

    def about(self, tombstones: Mapping[str, int], username: str, beer_id: str, said: int) -> list[Erasure]:
        """Which of `tombstones`, being `all`, are about what a user said of a beer then, in Unix milliseconds."""
        asked = [Erasure(username, 0, beer) for beer in (None, beer_id)]
        dated = [replace(one, asked_at=tombstones.get(one.tombstone(self.table), -1)) for one in asked]
        return [one for one in dated if said <= one.asked_at]

    def _update(self, erasure: Erasure, expression: str, value: Mapping[str, Any]) -> None:
        self._dynamodb.update_item(
            TableName=self.table,
            Key={"username": {"S": TOMBSTONES}, "part": {"S": erasure.tombstone(self.table)}},
            UpdateExpression=expression,
            ExpressionAttributeValues={":value": value},
        )
