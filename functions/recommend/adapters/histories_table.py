"""The users' histories in DynamoDB: score and time by beer, an item a user and part; and the usernames' index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from taproom import usernames
from taproom.contract import UNKNOWN_TIME, recency
from taproom.drops import dropped_at
from taproom.messages.erasures import TOMBSTONES, Erasure
from taproom.messages.ratings import Rating, provisional_beer, provisional_key

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
    def said_at(self) -> float:
        """Its time in milliseconds, or that of the drop that it came with."""
        dropped = dropped_at(self.part)
        return dropped.timestamp() * 1000 if dropped and self.reviewed_at == UNKNOWN_TIME else self.reviewed_at

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
        """The latest review of each beer, in the order of `history`; none that was taken back since it was given."""
        latest: dict[str, Review] = {}
        taken_back: dict[str, int] = {}
        for item in self._items(username):
            scores = item.get("reviews", {"M": {}})["M"]
            times = {beer_id: int(time["N"]) for beer_id, time in item.get("reviewed_at", {"M": {}})["M"].items()}
            taken_back |= {beer_id: time for beer_id, time in times.items() if beer_id not in scores}
            for beer_id, score in scores.items():
                review = Review(float(score["N"]), times.get(beer_id, UNKNOWN_TIME), item["part"]["S"])
                if beer_id not in latest or review.recency > latest[beer_id].recency:
                    latest[beer_id] = review
        left = {
            beer_id: review
            for beer_id, review in latest.items()
            if beer_id not in taken_back or review.said_at > taken_back[beer_id]
        }
        return dict(sorted(left.items(), key=lambda one: one[1].recency))

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
        self._put_provisional(rating.username, rating.beer_id, rating.reviewed_at, {"N": str(rating.score)})
        self._dynamodb.put_item(TableName=self._table, Item=usernames.index_item(rating.username))

    def _put_provisional(self, username: str, beer_id: str, said_at: int, score: dict[str, str] | None) -> None:
        """What was said of a beer at that Unix time in milliseconds, unless something newer is there.

        A score, or None where all of it was taken back.
        """
        time = {"N": str(said_at)}
        item = provisional_key(username, beer_id) | {
            "reviews": {"M": {} if score is None else {beer_id: score}},
            "reviewed_at": {"M": {beer_id: time}},
        }
        with suppress(self._dynamodb.exceptions.ConditionalCheckFailedException):
            self._dynamodb.put_item(
                TableName=self._table,
                Item=item,
                ConditionExpression="attribute_not_exists(part) OR reviewed_at.#beer <= :now",
                ExpressionAttributeNames={"#beer": beer_id},
                ExpressionAttributeValues={":now": time},
            )

    def was_taken_back(self, username: str, beer_id: str, said_at: int) -> bool:
        """Whether ingest has forgotten the user, or what they said of the beer, at `said_at` (Unix ms) or since."""
        return any(
            int(item["asked_at"]["N"]) >= said_at
            for erasure in (Erasure(username, 0), Erasure(username, 0, beer_id))
            for item in self._dynamodb.query(
                TableName=self._table,
                KeyConditionExpression="username = :tombstones AND part = :tombstone",
                ExpressionAttributeValues={
                    ":tombstones": {"S": TOMBSTONES},
                    ":tombstone": {"S": erasure.tombstone(self._table)},
                },
                ConsistentRead=True,
            )["Items"]
        )

    def near_misses(self, username: str) -> list[str]:
        """At most 3 other usernames that differ from this one in case, accents and blanks alone."""
        partition, start = usernames.index_key(username)
        found = self._indexed(partition, usernames.sort_key_start(start), 4)
        return [name for name in found if name != username][:3]

    def forget(self, username: str, asked_at: int) -> None:
        """Delete the user's histories until `asked_at`, a Unix time in milliseconds, and what they are found by.

        What ingest withdraws it deletes anyway: this is for the answers until then. Ratings that it is about to write
        are taken back.
        """
        deletions = []
        for item in list(self._items(username)):
            if beer_id := provisional_beer(item["part"]["S"]):
                self._put_provisional(username, beer_id, asked_at, None)
            else:
                deletions.append({"DeleteRequest": {"Key": {"username": {"S": username}, "part": item["part"]}}})
        for start in range(0, len(deletions), _BATCH):
            left = {self._table: deletions[start : start + _BATCH]}
            while left:
                # At least one goes at each try: where none can, it is an error.
                left = self._dynamodb.batch_write_item(RequestItems=left).get("UnprocessedItems")
        self._dynamodb.delete_item(TableName=self._table, Key=usernames.index_item(username))

    def take_back(self, username: str, beer_id: str, asked_at: int) -> None:
        """Let nothing count that the user has said of a beer until `asked_at`, a Unix time in milliseconds.

        Nor what ingest is about to write of it: a provisional item without a score says so, until ingest, which finds
        by the histories what is to go, has made up for it.
        """
        self._put_provisional(username, beer_id, asked_at, None)
        if not self.reviews(username):
            self._dynamodb.delete_item(TableName=self._table, Key=usernames.index_item(username))

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
