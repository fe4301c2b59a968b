"""Drops, new drops under the same key, deletions, events that come twice or late, failing runs and rollbacks, mixed.

Hypothesis draws the order; nothing waits for what came before it. In the end the parts and the histories are what the
keys that are left hold, and the next drop is trained on with all of them.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.loop.conftest import World
from tests.loop.faults.test_matrix import ALL

Rows = frozenset[tuple[str, str, float]]

KEYS = st.sampled_from(["one.csv", "two.csv", "three.csv"])
# What the stand-in for the training job takes as wishes: a job that fails, and a pair that can't be loaded.
USERS = st.sampled_from(["ann", "bea", "cleo", "fail", "cannot load"])
ROWS = st.dictionaries(
    st.tuples(USERS, st.sampled_from(["b01", "b02", "b03"])), st.sampled_from([1.0, 4.5]), min_size=1
)


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    """A stack with a release in service."""
    world = deployed()
    assert world.drop("zoe").kind == "promoted"
    return world


class Interleavings(RuleBasedStateMachine):
    """Files below a folder of this example's own; `held` is what each key that is there holds."""

    world: World
    numbers: Iterator[int] = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self.folder = f"example{next(self.numbers)}"
        self.held: dict[str, Rows] = {}
        self.events: list[tuple[str, str, dict[str, Any], list[str]]] = []
        self._put = self.world.cloud.events.put
        self.world.cloud.event_bus = self._remember

    def _remember(self, detail_type: str, source: str, detail: dict[str, Any], resources: list[str]) -> None:
        if source == "aws.s3" and detail["object"]["key"].startswith(f"incoming/{self.folder}/"):
            self.events.append((detail_type, source, detail, resources))
        self._put(detail_type, source, detail, resources)

    @rule(key=KEYS, rows=ROWS)
    def drop(self, key: str, rows: dict[tuple[str, str], float]) -> None:
        lines = [f"{user},{beer},Beer,Alder,{score}" for (user, beer), score in rows.items()]
        content = "\n".join(["username,beer_id,beer_name,brewery_name,score", *lines])
        self.world.cloud.client("s3").put_object(Bucket=self.world.bucket, Key=self._key(key), Body=content.encode())
        self.held[key] = frozenset((user, beer, score) for (user, beer), score in rows.items())

    @rule(key=KEYS)
    def delete(self, key: str) -> None:
        self.world.cloud.client("s3").delete_object(Bucket=self.world.bucket, Key=self._key(key))
        self.held.pop(key, None)

    @rule(place=st.integers(0, 30))
    def deliver_an_event_again(self, place: int) -> None:
        if self.events:
            self._put(*self.events[place % len(self.events)])

    @rule()
    def roll_back(self) -> None:
        rollouts = self.world.objects("releases/")
        served = [key for key, content in rollouts.items() if key.endswith("rollout.json") and b"in service" in content]
        self.world.promote({"release": min(served).partition("/")[0]})

    @rule()
    def let_everything_settle(self) -> None:
        self.world.quiet(120)

    def teardown(self) -> None:
        world = self.world
        world.quiet(120)
        world.cloud.event_bus = self._put
        receipts = {
            name.removesuffix(".json"): json.loads(content)
            for name, content in world.objects(f"receipts/{self.folder}/").items()
        }
        live = {name: receipt["part"] for name, receipt in receipts.items() if receipt["status"] == "accepted"}
        live = {name.rpartition("/")[2]: part for name, part in live.items()}
        assert set(live) == set(self.held)
        parts = {name.removesuffix(".parquet"): content for name, content in world.objects("reviews/").items()}
        for key, rows in self.held.items():
            found = pd.read_parquet(BytesIO(parts[live[key]]))
            assert set(found[["username", "beer_id", "score"]].itertuples(index=False, name=None)) == rows
        histories = self._histories()
        assert set(histories) == set(parts)
        for key, rows in self.held.items():
            assert histories[live[key]] == rows

        outcome = world.drop("zoe")
        assert outcome.kind == "promoted"
        manifest = json.loads(world.objects("runs/")[f"{outcome.run}/manifest.json"])
        assert len(manifest) - 1 == len(world.objects("reviews/"))

    def _key(self, key: str) -> str:
        return f"incoming/{self.folder}/{key}"

    def _histories(self) -> dict[str, Rows]:
        """Of each part, what the table of histories has."""
        table = self.world.cloud.outputs["HistoriesTable"]
        pages = self.world.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        found: dict[str, Rows] = {}
        for item in (item for page in pages for item in page["Items"] if "reviews" in item):
            rows = {(item["username"]["S"], beer, float(score["N"])) for beer, score in item["reviews"]["M"].items()}
            found[item["part"]["S"]] = found.get(item["part"]["S"], frozenset()) | rows
        return found


def test_whatever_the_order_the_world_is_what_the_keys_hold(world: World) -> None:
    Interleavings.world = world
    run_state_machine_as_test(
        Interleavings,
        settings=settings(
            max_examples=60 if ALL else 4,
            stateful_step_count=12,
            deadline=None,
            derandomize=not ALL,
            suppress_health_check=list(HealthCheck),
        ),
    )
