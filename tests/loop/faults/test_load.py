"""Many at once: clients through updates and a rollback, and drops by the hundred.

`make test-slow` does it with fewer than `make test-faults`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from local.demo.traffic import Traffic
from tests.loop.conftest import World
from tests.volume import ALL

CLIENTS, UPDATES = (32, 3) if ALL else (4, 1)
DROPS = 1000 if ALL else 40


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    """A stack with a release in service."""
    world = deployed()
    assert world.drop("ann").kind == "promoted"
    return world


def test_no_request_of_many_clients_fails_through_updates_and_a_rollback(world: World) -> None:
    (first,) = world.serving()
    releases = [first]
    with ExitStack() as stack:
        url = world.loop.recommendations_url("ann", 5)
        clients = [stack.enter_context(Traffic(url)) for _ in range(CLIENTS)]
        for _ in range(UPDATES):
            releases.append(world.drop().run)
            assert all(client.wait_for(releases[-1], 1) for client in clients)
        world.promote({"release": first})
        assert world.loop.outcome().run == first
        asked = [client.answered[first] for client in clients]
        assert all(client.wait_for(first, before + 2) for client, before in zip(clients, asked, strict=True))
    assert [failure for client in clients for failure in client.failures] == []
    assert set().union(*(client.answered for client in clients)) == set(releases)


def test_many_drops_at_once_each_get_a_receipt_and_train_a_few_times(world: World) -> None:
    before = len(world.jobs())
    files = [world.csv(f"many{number}", rows=2) for number in range(DROPS)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(world.put, files))
    world.quiet(DROPS)
    receipts = [json.loads(world.objects(f"receipts/{file.name}")[".json"]) for file in files]
    assert [receipt["accepted"] for receipt in receipts] == [2] * DROPS
    assert len(world.jobs()) - before <= DROPS // 10
    (serving,) = world.serving()
    assert len(json.loads(world.objects("runs/")[f"{serving}/manifest.json"])) - 1 == len(world.objects("reviews/"))
