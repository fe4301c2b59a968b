"""Hundreds of ratings in a minute: a few drops, one training job, and each counts at once.

`make test-faults` does it with a thousand.
"""

from __future__ import annotations

import json
import math
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from moto.sqs.models import sqs_backends

from recommend.adapters.histories_table import HistoriesTable
from tests.loop.conftest import World
from tests.loop.pair import BEERS
from tests.unit.local.waiting import eventually
from tests.volume import ALL

USERS, RATED = 100 if ALL else 20, BEERS[:10]


def score_of(user: int, beer: int) -> float:
    return (user + beer) % 11 / 2


def rate(world: World, user: int) -> list[int]:
    """Ten beers, one after the other; how many the API says that the user has rated, after each."""
    totals = []
    for number, beer_id in enumerate(RATED):
        body = json.dumps({"beer_id": beer_id, "score": score_of(user, number)}).encode()
        url = f"{world.cloud.outputs['ApiUrl']}/users/user{user}/reviews"
        with urllib.request.urlopen(urllib.request.Request(url, body, {"content-type": "application/json"})) as answer:
            totals.append(json.load(answer)["total"])
    return totals


def ask_now(world: World) -> None:
    """Let the quarter of an hour pass for which it is waited for more ratings: once all of them are in their parts."""

    def accepted() -> int:
        return sum(json.loads(receipt)["accepted"] for receipt in world.objects("receipts/api/").values())

    eventually(lambda: accepted() == 10 * USERS, 120)
    (name,) = (name for name in world.queues() if "Deferred" in name)
    for message in sqs_backends[world.cloud.account][world.cloud.region].get_queue(name)._messages:
        message.delayed_until = 0


def test_many_ratings_are_a_few_parts_and_one_training_job_and_each_counts_at_once(
    deployed: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = deployed()
    assert world.drop("ann").kind == "promoted"
    before, jobs = set(world.objects("reviews/")), set(world.jobs())
    # As long as in AWS: the window of the mapping, and the delay of what is asked about ratings.
    monkeypatch.setattr("local.services.queues.LONGEST_WINDOW", 60)
    monkeypatch.setattr("local.services.queues.LONGEST_DELAY", 900)
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        totals = list(pool.map(lambda user: rate(world, user), range(USERS)))
    minutes = math.ceil((time.monotonic() - started) / 60)
    assert totals == [list(range(1, 11))] * USERS
    monkeypatch.setattr("local.services.queues.LONGEST_WINDOW", 1)
    monkeypatch.setattr("local.services.queues.LONGEST_DELAY", 5)
    ask_now(world)

    histories = HistoriesTable(world.cloud.client("dynamodb"), world.cloud.outputs["HistoriesTable"])
    given = [{beer: score_of(user, number) for number, beer in enumerate(RATED)} for user in range(USERS)]
    assert [histories.history(f"user{user}") for user in range(USERS)] == given
    assert world.loop.outcome().kind == "promoted"
    world.quiet()
    assert [histories.history(f"user{user}") for user in range(USERS)] == given

    parts = set(world.objects("reviews/")) - before
    # Two pollers, each with a batch for every minute and one that began before.
    assert 1 <= len(parts) <= 2 * (minutes + 1)
    receipts = [json.loads(content) for content in world.objects("receipts/api/").values()]
    assert sum(receipt["accepted"] for receipt in receipts) == 10 * USERS
    scanned = world.cloud.client("dynamodb").get_paginator("scan")
    pages = scanned.paginate(TableName=world.cloud.outputs["HistoriesTable"])
    left = [item for page in pages for item in page["Items"] if item["part"]["S"].startswith("rating#")]
    assert left == []
    (job,) = set(world.jobs()) - jobs
    trained_on = json.loads(world.objects("runs/")[f"{job}/manifest.json"])
    assert len(trained_on) - 1 == len(before) + len(parts)
