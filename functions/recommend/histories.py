"""The users' histories in DynamoDB: one item a user and part, a map of beer id to score."""

from __future__ import annotations

from typing import Any


class Histories:
    """The table `table` through `dynamodb`, a boto3 client."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def tried(self, username: str) -> frozenset[str]:
        """The beers that `username` has reviewed, empty for somebody unknown."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="username = :username",
            ExpressionAttributeValues={":username": {"S": username}},
            ProjectionExpression="reviews",
        )
        return frozenset(beer_id for page in pages for item in page["Items"] for beer_id in item["reviews"]["M"])
