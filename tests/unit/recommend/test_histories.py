"""Histories in DynamoDB."""

from __future__ import annotations

from recommend.histories import Histories
from tests.unit.recommend.cloud import TABLE, Cloud


def test_somebody_unknown_has_tried_nothing(cloud: Cloud) -> None:
    assert Histories(cloud.dynamodb, TABLE).tried("nobody") == frozenset()


def test_the_tried_are_those_of_all_parts_and_of_nobody_else(cloud: Cloud) -> None:
    cloud.remember("ann", "20260101T000000Z-000000000001", {"1": 4.0, "2": 3.5})
    cloud.remember("ann", "20260101T000000Z-000000000001#1", {"3": 1.0})
    cloud.remember("ann", "20260102T000000Z-000000000002", {"2": 5.0})
    cloud.remember("anna", "20260102T000000Z-000000000002", {"4": 5.0})
    assert Histories(cloud.dynamodb, TABLE).tried("ann") == {"1", "2", "3"}


def test_an_empty_item_is_no_beer(cloud: Cloud) -> None:
    cloud.remember("ann", "20260101T000000Z-000000000001", {})
    assert Histories(cloud.dynamodb, TABLE).tried("ann") == frozenset()


def test_histories_longer_than_a_page_are_read_whole(cloud: Cloud) -> None:
    # A page ends at 1 MB: 30 items of 50 kB each.
    for number in range(30):
        reviews = {f"{number}-{'x' * 90}-{beer}": 4.0 for beer in range(500)}
        cloud.remember("ann", f"20260101T000000Z-{number:012}", reviews)
    assert len(Histories(cloud.dynamodb, TABLE).tried("ann")) == 30 * 500
