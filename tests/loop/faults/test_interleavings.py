"""Drops, new drops under the same key, deletions, ratings, erasures, late events, failing runs and rollbacks, mixed.

Hypothesis draws the order; nothing waits for what came before it. In the end parts and histories are what the keys that
are left hold and what was rated, and the next drop is trained on with all of them.
"""

from __future__ import annotations

import itertools
import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from recommend.adapters.histories_table import HistoriesTable
from tests.loop.conftest import World
from tests.volume import ALL

Rows = frozenset[tuple[str, str, float]]

KEYS = st.sampled_from(["one.csv", "two.csv", "three.csv"])
# What the stand-in for the training job takes as wishes: a job that fails, and a pair that can't be loaded.
DROPPERS = st.sampled_from(["ann", "bea", "cleo", "fail", "cannot load"])
RATERS = st.sampled_from(["rita", "ron"])
BEERS = st.sampled_from(["b01", "b02", "b03"])
SCORES = st.sampled_from([1.0, 4.5])
ROWS = st.dictionaries(st.tuples(DROPPERS, BEERS), SCORES, min_size=1)
# For all that happened before to come to rest: a run takes seconds, and each may ask for the next.
SECONDS = 300


@pytest.fixture(scope="module")
def world(prepared: Callable[..., World]) -> World:
    """A stack with a release in service."""
    world = prepared()
    assert world.drop("zoe").kind == "promoted"
    return world


class Interleavings(RuleBasedStateMachine):
    """Files below a folder of this example's own: `held` is what each key that is there holds, `rated` what was rated.

    Ratings of all examples count.
    """

    world: World
    numbers: Iterator[int] = itertools.count(1)
    rated: dict[tuple[str, str], float]

    def __init__(self) -> None:
        super().__init__()
        self.folder = f"example{next(self.numbers)}"
        self.held: dict[str, Rows] = {}
        self.events: list[tuple[str, str, dict[str, Any], list[str]]] = []
        self._put = self.world.cloud.events.put
        self.world.cloud.event_bus = self._remember

    def _remember(self, detail_type: str, source: str, detail: dict[str, Any], resources: list[str]) -> None:
        if source == "aws.s3" and detail["object"]["key"].startswith("incoming/"):
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

    @rule(user=RATERS, beer=BEERS, score=SCORES)
    def rate(self, user: str, beer: str, score: float) -> None:
        self._ask("POST", f"/users/{user}/reviews", {"beer_id": beer, "score": score})
        self.rated[user, beer] = score

    @rule(user=RATERS, beer=BEERS)
    def take_back(self, user: str, beer: str) -> None:
        self._ask("DELETE", f"/users/{user}/reviews/{beer}")
        self.rated.pop((user, beer), None)

    @rule(user=st.one_of(DROPPERS, RATERS))
    def erase(self, user: str) -> None:
        self._ask("DELETE", f"/users/{user.replace(' ', '%20')}")
        for key, rows in list(self.held.items()):
            self.held[key] = frozenset(row for row in rows if row[0] != user)
            if not self.held[key]:
                del self.held[key]
        for rating in [rating for rating in self.rated if rating[0] == user]:
            del self.rated[rating]
        # What is dropped within the second of the request counts as before it.
        time.sleep(1 - time.time() % 1)

    @rule(place=st.integers(0, 30))
    def deliver_an_event_again(self, place: int) -> None:
        if self.events:
            self._put(*self.events[place % len(self.events)])

    @rule()
    def roll_back(self) -> None:
        keys = [key for key in self.world.keys("releases/") if key.endswith("/rollout.json")]
        rollouts = {key: json.loads(self.world.object(f"releases/{key}")) for key in keys}
        served = [key for key, rollout in rollouts.items() if rollout["status"] in ("in service", "replaced")]
        if served:
            self.world.promote({"release": min(served).partition("/")[0]})

    @rule()
    def let_everything_settle(self) -> None:
        self.world.quiet(SECONDS)

    def teardown(self) -> None:
        world = self.world
        # Ratings are not worth a run: they go along with the next drop.
        world.quiet(SECONDS)
        world.put(world.csv("zoe"))
        world.quiet(SECONDS)
        world.cloud.event_bus = self._put
        receipts = {
            name.removesuffix(".json"): json.loads(content)
            for name, content in world.objects(f"receipts/{self.folder}/").items()
        }
        live = {name: receipt["part"] for name, receipt in receipts.items() if receipt["status"] == "accepted"}
        live = {name.rpartition("/")[2]: part for name, part in live.items()}
        assert set(live) == set(self.held)
        parts = {name.removesuffix(".parquet"): content for name, content in world.objects("reviews/").items()}
        histories = self._histories()
        assert set(histories) == set(parts)
        for key, rows in self.held.items():
            found = pd.read_parquet(BytesIO(parts[live[key]]))
            assert set(found[["username", "beer_id", "score"]].itertuples(index=False, name=None)) == rows
            assert histories[live[key]] == rows
        table = HistoriesTable(world.cloud.client("dynamodb"), world.cloud.outputs["HistoriesTable"])
        told = {(user, beer): score for user in ("rita", "ron") for beer, score in table.history(user).items()}
        assert told == self.rated

        (serving,) = world.serving()
        assert len(json.loads(world.objects("runs/")[f"{serving}/manifest.json"])) - 1 == len(parts)

    def _key(self, key: str) -> str:
        return f"incoming/{self.folder}/{key}"

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.world.cloud.outputs['ApiUrl']}{path}"
        request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)
        urllib.request.urlopen(request).close()

    def _histories(self) -> dict[str, Rows]:
        """Of each part, what the table of histories has."""
        table = self.world.cloud.outputs["HistoriesTable"]
        pages = self.world.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        found: dict[str, Rows] = {}
        for item in (item for page in pages for item in page["Items"] if "reviews" in item):
            rows = {(item["username"]["S"], beer, float(score["N"])) for beer, score in item["reviews"]["M"].items()}
            found[item["part"]["S"]] = found.get(item["part"]["S"], frozenset()) | rows
        return found


@pytest.mark.timeout(7200 if ALL else 600)
def test_whatever_the_order_the_world_is_what_the_keys_hold_and_what_was_rated(world: World) -> None:
    Interleavings.world, Interleavings.rated = world, {}
    run_state_machine_as_test(
        Interleavings,
        settings=settings(
            max_examples=40 if ALL else 2,
            stateful_step_count=12,
            deadline=None,
            derandomize=not ALL,
            suppress_health_check=list(HealthCheck),
        ),
    )
