"""The users' histories in DynamoDB: one item a user and part, a map of beer id to score."""

from __future__ import annotations

from typing import Any


class Histories:
    """The table `table` through `dynamodb`, a boto3 client."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def of(self, username: str) -> dict[str, float]:
        """The score (0 to 5) of each beer that `username` has reviewed, empty for somebody unknown.

        The most recently reviewed come last; of a beer that was reviewed again the last score counts.
        Reviews of one part have no order among themselves.
        """
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="username = :username",
            ExpressionAttributeValues={":username": {"S": username}},
            ProjectionExpression="reviews",
        )
        history: dict[str, float] = {}
        for page in pages:
            for item in page["Items"]:
                for beer_id, score in item["reviews"]["M"].items():
                    # A key that is set anew would keep its old place.
                    history.pop(beer_id, None)
                    history[beer_id] = float(score["N"])
        return history
