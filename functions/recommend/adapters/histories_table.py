"""The users' histories in DynamoDB: score and time by beer, an item a user and part; and the usernames' index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from taproom import usernames
from taproom.contract import UNKNOWN_TIME, recency
from taproom.messages.ratings import Rating, provisional_key

# The most that BatchWriteItem takes.
_BATCH = 25

# What somebody has rated: score (0 to 5) by beer id, the most recent last.
History = Mapping[str, float]


@dataclass(frozen=True)
class Review:
    """A user's latest review of a beer; `reviewed_at` is a Unix time in milliseconds, or UNKNOWN_TIME."""

    score: float
    reviewed_at: int
    part: str

    @property
    def recency(self) -> tuple[Any, Any, Any]:
        """Later reviews have higher ones; a part has one review of a beer by a user, so lines tell nothing apart."""
        return recency(self.reviewed_at, self.part, 0)


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

        Of each beer the latest review counts, and the most recently reviewed come last. What was added before is
        always there.
        """
        return {beer_id: review.score for beer_id, review in self.reviews(username).items()}

    def reviews(self, username: str) -> dict[str, Review]:
        """The latest review of each beer, in the order of `history`."""
        latest: dict[str, Review] = {}
        for item in self._items(username):
            times = item.get("reviewed_at", {"M": {}})["M"]
            for beer_id, score in item.get("reviews", {"M": {}})["M"].items():
                time = int(times[beer_id]["N"]) if beer_id in times else UNKNOWN_TIME
                review = Review(float(score["N"]), time, item["part"]["S"])
                if beer_id not in latest or review.recency > latest[beer_id].recency:
                    latest[beer_id] = review
        return dict(sorted(latest.items(), key=lambda one: one[1].recency))

    def _items(self, username: str) -> Iterator[dict[str, Any]]:
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "username = :username",
            "ExpressionAttributeValues": {":username": {"S": username}},
            "ProjectionExpression": "part, reviews, reviewed_at",
            "ConsistentRead": True,
        }
        while True:
            page = self._dynamodb.query(**query)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def add(self, rating: Rating) -> None:
        """Add the provisional item of `rating`, unless that of a newer one is there, and the one that finds its user.

        Ingest deletes the provisional item once the rating is in the item of its part.
        """
        reviewed_at = {"N": str(rating.reviewed_at)}
        item = provisional_key(rating.username, rating.beer_id) | {
            "reviews": {"M": {rating.beer_id: {"N": str(rating.score)}}},
            "reviewed_at": {"M": {rating.beer_id: reviewed_at}},
        }
        with suppress(self._dynamodb.exceptions.ConditionalCheckFailedException):
            self._dynamodb.put_item(
                TableName=self._table,
                Item=item,
                ConditionExpression="attribute_not_exists(part) OR reviewed_at.#beer < :now",
                ExpressionAttributeNames={"#beer": rating.beer_id},
                ExpressionAttributeValues={":now": reviewed_at},
            )
        self._dynamodb.put_item(TableName=self._table, Item=usernames.index_item(rating.username))

    def near_misses(self, username: str) -> list[str]:
        """At most 3 other usernames that differ from this one in case, accents and blanks alone."""
        partition, start = usernames.index_key(username)
        found = self._indexed(partition, usernames.sort_key_start(start), 4)
        return [name for name in found if name != username][:3]

    def forget(self, username: str) -> None:
        """Delete the user's histories and the item by which they are found; ingest makes up for what is left.

        What ingest withdraws it deletes anyway: this is for the answers until then.
        """
        keys = [{"username": {"S": username}, "part": item["part"]} for item in self._items(username)]
        index = usernames.index_item(username)
        for start in range(0, len(keys), _BATCH):
            batch = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + _BATCH]]
            self._dynamodb.batch_write_item(RequestItems={self._table: batch})
        self._dynamodb.delete_item(TableName=self._table, Key=index)

    def take_back(self, username: str, beer_id: str) -> None:
        """Delete all that the user has said of a beer."""
        items = list(self._items(username))
        if all(item["reviews"]["M"].keys() <= {beer_id} for item in items):
            self.forget(username)
            return
        for item in items:
            if beer_id not in item["reviews"]["M"]:
                continue
            place = {"TableName": self._table, "Key": {"username": {"S": username}, "part": item["part"]}}
            if item["reviews"]["M"].keys() == {beer_id}:
                self._dynamodb.delete_item(**place)
                continue
            gone = "REMOVE reviews.#beer"
            if beer_id in item.get("reviewed_at", {"M": {}})["M"]:
                gone += ", reviewed_at.#beer"
            self._dynamodb.update_item(**place, UpdateExpression=gone, ExpressionAttributeNames={"#beer": beer_id})

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
