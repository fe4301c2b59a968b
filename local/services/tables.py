"""DynamoDB: a query reads its partition alone, where moto sorts the whole table for each."""

from __future__ import annotations

import copy
import inspect
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from moto.dynamodb.models.table import Table

from local.context import CloudContext


def install(cloud: CloudContext) -> None:
    """Take over moto's queries."""
    cloud.replace(Table, "query", _within_partition(Table.query))


def _within_partition(original: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(original)

    def query(table: Table, *given: Any, **named: Any) -> Any:
        """Stands in for `Table.query`."""
        asked = signature.bind(table, *given, **named).arguments
        if asked.get("index_name"):
            return original(table, *given, **named)
        key = asked["hash_key"]
        partition = copy.copy(table)
        partition.items = defaultdict(dict, {key: table.items[key]} if key in table.items else {})
        return original(partition, *given, **named)

    return query
