"""DynamoDB's table of histories.

Items are in DynamoDB's own format already. Botocore would still check and copy each of their million
scores, which takes longer than all the rest of ingest; so it is given a stand-in, and the request's
body is written in one go.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from ingest.histories import Item

# The most that BatchWriteItem takes.
_BATCH = 25
_TRIES = 10


class TableBusy(Exception):
    """DynamoDB kept refusing items; the drop is delivered again later, and writes the same items."""


class HistoriesTable:
    """Writes items; writing one again changes nothing, so it may be stopped anywhere."""

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
        for batch in _batches(items):
            self._write_batch(batch)

    def _write_batch(self, batch: list[Item]) -> None:
        left = {self._name: [{"PutRequest": {"Item": item}} for item in batch]}
        for attempt in range(_TRIES):
            left = self._dynamodb.batch_write_item(RequestItems=left).get("UnprocessedItems", {})
            if not left:
                return
            # "Full jitter": workers that were refused together must not come back together.
            self._pause(random.uniform(0, min(10.0, 0.05 * 2**attempt)))
        raise TableBusy(f"{self._name} refused {len(left[self._name])} items {_TRIES} times; it needs more capacity.")


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    left = iter(items)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _stand_in(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["items"] = params["RequestItems"]
    params["RequestItems"] = {table: [{"PutRequest": {"Item": {}}}] for table in params["RequestItems"]}


def _write_body(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    params["body"] = json.dumps({"RequestItems": context["items"]}, separators=(",", ":")).encode()
