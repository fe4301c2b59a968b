"""DynamoDB's table of histories.

Items are in DynamoDB's own format already. Botocore would still check and copy each of their million
scores, which takes longer than all the rest of ingest; so it is given a stand-in, and the request's
body is written in one go.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import Any, TypeVar

from ingest.histories.part_histories import History, Item, Number
from taproom.messages.ratings import provisional_beer, provisional_key, provisional_query
from taproom.usernames import index_item

T = TypeVar("T")

# The most that BatchWriteItem takes.
_BATCH = 25
_TRIES = 10
# Users asked for at the same time.
_ASKING = 10


class TableBusy(Exception):
    """DynamoDB kept refusing items; the drop is delivered again later, and writes the same items."""


class HistoriesTable:
    """Writes and deletes items; doing so again changes nothing, so it may be stopped anywhere."""

    def __init__(self, dynamodb: Any, name: str, pause: Callable[[float], None] = time.sleep) -> None:
        """The table `name` through `dynamodb`, a boto3 client; `pause` waits for some seconds."""
        self._dynamodb = dynamodb
        events = dynamodb.meta.events
        events.register("before-parameter-build.dynamodb.BatchWriteItem", _stand_in, unique_id="stand-in")
        events.register("before-call.dynamodb.BatchWriteItem", _write_body, unique_id="write-body")
        self._name = name
        self._pause = pause

    def write(self, items: Iterable[Item]) -> None:
        """Write all items.

        Raises
        ------
        TableBusy
            Some items were refused ten times, over about half a minute.
        """
        self._send({"PutRequest": {"Item": item}} for item in items)

    def remember(self, part: str, histories: Iterable[History]) -> tuple[int, Set[str]]:
        """Write the histories of `part` and the usernames; how many reviews they hold, and the names.

        Raises
        ------
        TableBusy
            As for `write`.
        """
        reviews = 0
        usernames: set[str] = set()

        def items() -> Iterator[Item]:
            nonlocal reviews
            for history in histories:
                reviews += len(history.reviews)
                usernames.add(history.username)
                yield from history.items(part)
                yield index_item(history.username)

        self.write(items())
        return reviews, usernames

    def withdraw(self, part: str, histories: Iterable[History], others: Set[str] = frozenset()) -> None:
        """Delete the items of `part` and, of users who have no other, the item by which their names are found.

        Users among `others` are known to have another.

        Raises
        ------
        TableBusy
            As for `write`.
        """
        usernames: list[str] = []

        def keys() -> Iterator[Item]:
            for history in histories:
                usernames.append(history.username)
                yield from (_key_of(item) for item in history.items(part))

        self._delete(keys())
        self.index(username for username in usernames if username not in others)

    def parts_with(self, username: str, beer_id: str) -> set[str]:
        """The parts in which the user's histories have a review of the beer."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="username = :username",
            ProjectionExpression="part, reviews.#beer",
            ExpressionAttributeNames={"#beer": beer_id},
            ExpressionAttributeValues={":username": {"S": username}},
            ConsistentRead=True,
        )
        found = {item["part"]["S"] for page in pages for item in page["Items"] if item.get("reviews")}
        return {part.partition("#")[0] for part in found if provisional_beer(part) is None}

    def forget(self, username: str, beer_id: str | None, before: int) -> None:
        """Delete the user's provisional items, or that of one beer, as far as they were said before that time.

        `before` is a Unix time in milliseconds. All else that is known of a user goes with its part.
        """
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._name, ConsistentRead=True, **provisional_query(username)
        )
        for beer in [beer for page in pages for item in page["Items"] for beer in item["reviewed_at"]["M"]]:
            if beer_id in (None, beer):
                self._delete_provisional((username, beer, {"N": str(before)}))
        self.index([username])

    def delete_provisional(self, histories: Iterable[History]) -> None:
        """Delete the provisional items of ratings that `histories` hold, or hold newer ones in place of."""
        ratings = (
            (history.username, beer_id, reviewed_at)
            for history in histories
            for beer_id, reviewed_at in history.reviewed_at.items()
        )
        with ThreadPoolExecutor(_ASKING) as pool:
            for some in _batches(ratings):
                list(pool.map(self._delete_provisional, some))

    def _delete_provisional(self, rating: tuple[str, str, Number]) -> None:
        username, beer_id, reviewed_at = rating
        # There is none, or that of a newer rating, which is on its way.
        with suppress(self._dynamodb.exceptions.ConditionalCheckFailedException):
            self._dynamodb.delete_item(
                TableName=self._name,
                Key=provisional_key(username, beer_id),
                ConditionExpression="reviewed_at.#beer <= :reviewed_at",
                ExpressionAttributeNames={"#beer": beer_id},
                ExpressionAttributeValues={":reviewed_at": reviewed_at},
            )

    def index(self, usernames: Iterable[str]) -> None:
        """Let those of the users be found by their names who have a history, and no others.

        Whoever adds a history writes it before its user's item of the index. So where a history is added meanwhile,
        either it is seen after the deletion here, or its item of the index comes later.
        """
        known, unknown = self._told_apart(usernames)
        self._delete(_key_of(index_item(username)) for username in unknown)
        known += self._told_apart(unknown)[0]
        self.write(index_item(username) for username in known)

    def newcomers(self, usernames: Iterable[str]) -> int:
        """How many of them have no history yet."""
        return len(self._told_apart(usernames)[1])

    def _told_apart(self, usernames: Iterable[str]) -> tuple[list[str], list[str]]:
        """Those who have a history, and those who have none."""
        told: tuple[list[str], list[str]] = ([], [])
        asked = list(usernames)
        with ThreadPoolExecutor(_ASKING) as pool:
            for username, has_history in zip(asked, pool.map(self._has_history, asked), strict=True):
                told[0 if has_history else 1].append(username)
        return told

    def _has_history(self, username: str) -> bool:
        found = self._dynamodb.query(
            TableName=self._name,
            KeyConditionExpression="username = :username",
            ExpressionAttributeValues={":username": {"S": username}},
            ProjectionExpression="part",
            ConsistentRead=True,
            Limit=1,
        )
        return bool(found["Items"])

    def _delete(self, keys: Iterable[Item]) -> None:
        self._send({"DeleteRequest": {"Key": key}} for key in keys)

    def _send(self, requests: Iterable[Item]) -> None:
        for batch in _batches(requests):
            self._send_batch(batch)

    def _send_batch(self, batch: list[Item]) -> None:
        left = {self._name: batch}
        for attempt in range(_TRIES):
            left = self._dynamodb.batch_write_item(RequestItems=left).get("UnprocessedItems", {})
            if not left:
                return
            # "Full jitter": workers that were refused together must not come back together.
            self._pause(random.uniform(0, min(10.0, 0.05 * 2**attempt)))
        raise TableBusy(f"{self._name} refused {len(left[self._name])} items {_TRIES} times; it needs more capacity.")


def _key_of(item: Item) -> Item:
    return {name: item[name] for name in ("username", "part")}


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _stand_in(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["items"] = params["RequestItems"]
    params["RequestItems"] = {table: [{"PutRequest": {"Item": {}}}] for table in params["RequestItems"]}


def _write_body(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    params["body"] = json.dumps({"RequestItems": context["items"]}, separators=(",", ":")).encode()
