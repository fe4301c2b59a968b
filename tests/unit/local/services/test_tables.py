"""Queries read one partition and answer as before."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models.table import Table

from local.context import CloudContext
from local.services import tables


@pytest.fixture
def dynamodb(tmp_path: Path) -> Iterator[Any]:
    cloud = CloudContext(tmp_path)
    with mock_aws():
        tables.install(cloud)
        client: Any = boto3.session.Session().client(
            "dynamodb", "us-east-1", aws_access_key_id="local", aws_secret_access_key="local"
        )
        client.create_table(
            TableName="histories",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "username", "KeyType": "HASH"},
                {"AttributeName": "part", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "username", "AttributeType": "S"},
                {"AttributeName": "part", "AttributeType": "S"},
            ],
        )
        for username, part in [("Bo", "2"), ("Ada", "3"), ("Ada", "1"), ("Ada", "2")]:
            client.put_item(TableName="histories", Item={"username": {"S": username}, "part": {"S": part}})
        yield client
    cloud.stop()


def parts(dynamodb: Any, username: str, **more: Any) -> list[str]:
    pages = dynamodb.get_paginator("query").paginate(
        TableName="histories",
        KeyConditionExpression="username = :username",
        ExpressionAttributeValues={":username": {"S": username}},
        **more,
    )
    return [item["part"]["S"] for page in pages for item in page["Items"]]


def test_a_partition_is_read_in_the_order_of_its_sort_key(dynamodb: Any) -> None:
    assert parts(dynamodb, "Ada") == ["1", "2", "3"]
    assert parts(dynamodb, "Ada", ScanIndexForward=False) == ["3", "2", "1"]
    assert parts(dynamodb, "Bo") == ["2"]
    assert parts(dynamodb, "nobody") == []


def test_pages_go_on_where_the_last_one_ended(dynamodb: Any) -> None:
    assert parts(dynamodb, "Ada", PaginationConfig={"PageSize": 2}) == ["1", "2", "3"]


def test_the_rest_of_the_table_is_not_looked_at(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    all_items = Table.all_items

    def counted(table: Table) -> Any:
        items = all_items(table)
        looked_at.append(len(items))
        return items

    monkeypatch.setattr(Table, "all_items", counted)
    assert parts(dynamodb, "Bo") == ["2"]
    assert looked_at == [1]


def test_motos_query_names_what_is_asked_of_it() -> None:
    assert {"hash_key", "index_name"} <= inspect.signature(Table.query).parameters.keys()
