"""The users' histories in DynamoDB: one item a user and part, a map of beer id to score; and the usernames' index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taproom import usernames

# What somebody has rated: score (0 to 5) by beer id, the most recent last.
History = Mapping[str, float]


def extend(history: dict[str, float], newer: History) -> None:
    """Add `newer` scores as the most recent ones; of a beer that has a score already the newer one counts."""
    for beer_id, score in newer.items():
        # A key that is set anew would keep its old place.
        history.pop(beer_id, None)
        history[beer_id] = score


class HistoriesTable:
    """The table `table` through `dynamodb`, a boto3 client."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def history(self, username: str) -> dict[str, float]:
        """The score (0 to 5) of each beer that `username` has reviewed, empty for somebody unknown.

        The most recently reviewed come last; of a beer that was reviewed again the last score counts.
        Reviews of one part have no order among themselves. What was added before is always there.
        """
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "username = :username",
            "ExpressionAttributeValues": {":username": {"S": username}},
            "ProjectionExpression": "reviews",
            "ConsistentRead": True,
        }
        history: dict[str, float] = {}
        while True:
            page = self._dynamodb.query(**query)
            for item in page["Items"]:
                reviews = item.get("reviews", {"M": {}})["M"]
                extend(history, {beer_id: float(score["N"]) for beer_id, score in reviews.items()})
            if "LastEvaluatedKey" not in page:
                return history
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def add(self, username: str, part: str, beer_id: str, score: float) -> None:
        """Add a review as ingest will: the item of its part, and the one by which the username is found."""
        reviews = {"M": {beer_id: {"N": str(score)}}}
        item = {"username": {"S": username}, "part": {"S": part}, "reviews": reviews}
        self._dynamodb.put_item(TableName=self._table, Item=item)
        self._dynamodb.put_item(TableName=self._table, Item=usernames.index_item(username))

    def near_misses(self, username: str) -> list[str]:
        """At most 3 other usernames that differ from this one in case, accents and blanks alone."""
        partition, start = usernames.index_key(username)
        found = self._indexed(partition, usernames.sort_key_start(start), 4)
        return [name for name in found if name != username][:3]

    def usernames(self, prefix: str, limit: int) -> list[str]:
        """The first `limit` usernames that begin with `prefix`, whatever the case and the accents, in order."""
        return self._indexed(*usernames.index_key(prefix), limit)

    def _indexed(self, partition: str, start: str, limit: int) -> list[str]:
        values = {":partition": {"S": partition}}
        condition = "username = :partition"
        if start:
            condition += " AND begins_with(part, :start)"
            values[":start"] = {"S": start}
        page = self._dynamodb.query(
            TableName=self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ProjectionExpression="part",
            Limit=limit,
        )
        return [usernames.username_of(item["part"]["S"]) for item in page["Items"]]
