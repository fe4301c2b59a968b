"""Calls by faults: one call of the loop fails in one way, the system is left alone, and in the end all is well.

`make test-slow` does a part of it; `make test-faults` all of it, with later occurrences, and two faults at once.
"""

from __future__ import annotations

import itertools
import json
import random
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from io import BytesIO
from typing import Any, Literal

import pandas as pd
import pytest

from recommend.adapters.current_object import MAX_AGE_SECONDS
from tests.loop.conftest import World
from tests.loop.faults.injector import KINDS, Fault, Injector
from tests.unit.local.waiting import eventually
from tests.volume import ALL

# Every call of a loop, by function: what is missing here fails a test below.
CALLS = {
    "Ingest": """
        BatchWriteItem, DeleteItem, DescribeEndpoint, GetObject incoming, GetObject receipts,
        GetObject releases/catalogue.sqlite, HeadObject incoming, HeadObject reviews, PutObject incoming,
        PutObject receipts, PutObject reviews, PutObject served, Query, SendMessage""",
    "Retrain": """
        CreateTrainingJob, DescribeEndpoint, DescribeTrainingJob, GetObject hyperparameters.json,
        GetObject releases/metrics.json, GetObject releases/rollout.json, GetObject runs/catalogue.json,
        GetObject runs/manifest.json, GetObject snapshots, HeadObject catalogue, HeadObject code, HeadObject reviews,
        HeadObject runs/verdict.json, ListObjects releases, ListObjects reviews, ListObjects served,
        ListObjects snapshots, ListProcessingJobs, ListTrainingJobs, PutObject runs/manifest.json,
        PutObject runs/reviews.json, PutObject runs/served.json, SendMessage""",
    "Promote": """
        CreateEndpointConfig, CreateModel, CreateModelPackage, DeleteObject checkpoints, DeleteObject untold,
        DescribeEndpoint, DescribeModelPackage, DescribeTrainingJob, GetObject artifacts, GetObject checkpoints,
        GetObject experiment.json, GetObject releases/metrics.json, GetObject releases/rollout.json,
        GetObject releases/smoke_test.json, GetObject rollout-lock.json,
        GetObject runs/verdict.json, GetObject snapshots, HeadObject artifacts, HeadObject checkpoints,
        HeadObject releases/catalogue.sqlite, HeadObject releases/metrics.json, HeadObject releases/model.tar.gz,
        HeadObject releases/ranking.tar.gz, HeadObject releases/report.html, HeadObject releases/retrieval.tar.gz,
        HeadObject releases/smoke_test.json, InvokeEndpoint ranking, InvokeEndpoint retrieval, ListModelPackages,
        ListObjects checkpoints, ListObjects releases, ListObjects reviews, ListObjects snapshots, ListObjects untold,
        ListTrainingJobs, ListVersions checkpoints, Publish,
        PutObject releases/catalogue.sqlite, PutObject releases/metrics.json,
        PutObject releases/model.tar.gz, PutObject releases/ranking.tar.gz, PutObject releases/report.html,
        PutObject releases/retrieval.tar.gz, PutObject releases/rollout.json, PutObject releases/smoke_test.json,
        PutObject rollout-lock.json, PutObject runs/verdict.json, PutObject snapshots, PutObject untold,
        SendMessage, UpdateEndpoint""",
    "Recommend": """
        DescribeEndpoint, GetObject catalogue, GetObject experiment.json, GetObject releases/catalogue.sqlite,
        InvokeEndpoint ranking, InvokeEndpoint retrieval, PutItem, Query, SendMessage""",
}
NAMES = [f"{function} {call.strip()}" for function, calls in CALLS.items() for call in calls.split(",")]
# Not every loop comes to a second one of each call; those that don't are let go.
OCCURRENCES = (1, 2, 3)
PAIRS = 40
# Cases that share a stack, which keeps all that they make: `check` looks at all of it.
CASES_A_STACK = 40


def cases() -> Sequence[tuple[Fault, ...]]:
    """All of the matrix, or of its first occurrences a part in which each function and each kind has its turn."""
    if not ALL:
        # Five and the number of kinds have no common divisor.
        return [(Fault(name, KINDS[place % len(KINDS)]),) for place, name in enumerate(NAMES)][::5]
    single = [Fault(*one) for one in itertools.product(NAMES, KINDS, OCCURRENCES)]
    chosen = random.Random(1)
    return [*((fault,) for fault in single), *(tuple(chosen.sample(single, 2)) for _ in range(PAIRS))]


def title(faults: tuple[Fault, ...]) -> str:
    return " and ".join(f"{fault.call} {fault.occurrence} {fault.kind}" for fault in faults)


class Watched:
    """A world with an injector, and what must be true of it after each case."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.injector = Injector(world.cloud)
        self.world.loop.drop(self.world.csv("ann"))
        self.world.quiet()
        self.is_well = True
        self.cases = 0
        self.accepted = Counter({"ann": 1})
        self._numbers = itertools.count(1)
        self._told: Counter[str] = Counter()

    def loop(self, *faults: Fault, runs: Literal["one or two", "two"] = "one or two") -> None:
        """A rating and a drop, through to the release that knows both, and questions to it; `faults` on the way.

        For two runs they come while a drop is trained on that came before them.
        """
        self.is_well = False
        self.cases += 1
        number = next(self._numbers)
        rater, dropper = f"rater{number}", f"dropper{number}"
        self.injector.arm(*faults)
        drop = self.world.csv(dropper, rows=2)
        with self.world.holding() if runs == "two" else nullcontext():
            if runs == "two":
                self.world.put(self.world.csv(early := f"early{number}"))
                self.accepted[early] = 1
                eventually(lambda: "InProgress" in self.world.jobs().values())
            rated = len(self.world.keys("receipts/api/"))
            # Somebody whose answer is an error tries again.
            statuses = [self._ask(f"/users/{rater}/reviews", {"beer_id": "b03", "score": 4.5})]
            while statuses[-1] != 201 and len(statuses) < 4:
                statuses.append(self._ask(f"/users/{rater}/reviews", {"beer_id": "b03", "score": 4.5}))
            assert statuses[-1] == 201, statuses
            self.accepted[rater] = 1
            # One rating is not worth a run: it goes along with the drop, being there before.
            eventually(lambda: len(self.world.keys("receipts/api/")) > rated and self._has_taken_in())
            self.world.put(drop)
            self.accepted[dropper] = 2
            if runs == "two":
                eventually(lambda: f"{drop.name}.json" in self.world.keys("receipts/"))
        self.world.quiet()
        self.ask(rater, dropper)

    def ask(self, *users: str) -> None:
        """Ask for recommendations for these users, twice each: the second answer has to be good."""
        for user in users:
            statuses = [self._ask(f"/users/{user}/recommendations?limit=3") for _ in range(2)]
            assert statuses[-1] == 200, statuses
        self.world.quiet()

    def _has_taken_in(self) -> bool:
        names = [name for name in self.world.queues() if "Ingest" in name or "Ratings" in name]
        return not any(self.world.cloud.queues.unfinished(name) for name in names)

    def check(self) -> None:
        """Assert that nothing is lost, doubled, mixed or left lying, and that everybody was told."""
        world = self.world
        parts = {key.removesuffix(".parquet"): pd.read_parquet(BytesIO(content)) for key, content in self._parts()}
        rows = pd.concat(parts.values(), ignore_index=True)
        reviews = rows.drop_duplicates(["username", "beer_id"])
        assert reviews.groupby("username").size().to_dict() == dict(self.accepted)
        # A rating that was sent again, because its answer was lost, is another drop of the same review.
        assert set(rows[rows.duplicated(["username", "beer_id"])].username.str.rstrip("0123456789")) <= {"rater"}
        in_parts = {(row.username, part, row.beer_id) for part, some in parts.items() for row in some.itertuples()}
        assert self._histories() == in_parts
        receipts = [json.loads(content) for content in world.objects("receipts/").values()]
        assert sorted(receipt["part"] for receipt in receipts) == sorted(parts)
        assert sum(receipt["accepted"] for receipt in receipts) == len(rows)

        jobs, runs = world.jobs(), world.objects("runs/")
        completed = [run for run, status in jobs.items() if status == "Completed"]
        states = Counter(runs[f"{run}/manifest.json"] for run in completed)
        assert set(states.values()) == {1}, "two jobs of one state of the data"
        assert set(jobs.values()) == {"Completed"}
        verdicts = {run: json.loads(runs[f"{run}/verdict.json"])["status"] for run in completed}
        assert set(verdicts.values()) == {"promoted"}
        self._told.update(self._notices())
        assert set(self._told) >= set(completed), "somebody was not told"

        (serving,) = world.serving()
        assert len(json.loads(runs[f"{serving}/manifest.json"])) - 1 == len(parts)
        assert json.loads(world.object(f"releases/{serving}/rollout.json"))["status"] == "in service"
        assert {endpoint["EndpointStatus"] for endpoint in world.loop.endpoints()} == {"InService"}
        queues = world.cloud.client("sqs").list_queues()["QueueUrls"]
        left = {url.rpartition("/")[2]: world.cloud.queues.unfinished(url.rpartition("/")[2]) for url in queues}
        assert not any(left.values()), left
        self.is_well = True

    def _parts(self) -> Iterator[tuple[str, bytes]]:
        return iter(self.world.objects("reviews/").items())

    def _histories(self) -> set[tuple[str, str, str]]:
        pages = (
            self.world.cloud.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=self.world.cloud.outputs["HistoriesTable"])
        )
        return {
            (item["username"]["S"], item["part"]["S"], beer)
            for page in pages
            for item in page["Items"]
            if "reviews" in item
            for beer in item["reviews"]["M"]
        }

    def _notices(self) -> list[str]:
        sqs = self.world.cloud.client("sqs")
        url = sqs.get_queue_url(QueueName="demo-outcomes")["QueueUrl"]
        told = []
        while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in received:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                attributes = json.loads(message["Body"]).get("MessageAttributes") or {}
                assert "run" in attributes, message["Body"][:2000]
                told.append(attributes["run"]["Value"])
        return told

    def _ask(self, path: str, body: Any = None) -> int:
        request = urllib.request.Request(
            self.world.cloud.outputs["ApiUrl"] + path,
            None if body is None else json.dumps(body).encode(),
            {"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code


@pytest.fixture(scope="module")
def last() -> list[Watched]:
    """The world of the cases so far, none where it is broken."""
    return []


@pytest.fixture
def watched(last: list[Watched], prepared: Callable[..., World]) -> Iterator[Watched]:
    """A stack with a release in service, whose calls are seen; another one after a case that broke it."""
    watched = last.pop() if last else Watched(prepared())
    yield watched
    if watched.is_well and watched.cases < CASES_A_STACK:
        last.append(watched)
    else:
        watched.world.cloud.stop()


@pytest.fixture(scope="module")
def usual() -> Counter[str]:
    """How often each call comes in a loop of two runs in which nothing fails, once one has been seen."""
    return Counter()


def test_each_function_and_each_kind_of_fault_has_its_turn() -> None:
    faults = [fault for case in cases() for fault in case]
    assert {fault.call.split()[0] for fault in faults} == set(CALLS)
    assert {fault.kind for fault in faults} == set(KINDS)


def test_the_table_names_every_call_of_a_loop(watched: Watched) -> None:
    watched.loop()
    watched.check()
    assert set(watched.injector.calls) <= set(NAMES)


@pytest.mark.parametrize("faults", cases(), ids=title)
def test_a_call_that_fails_costs_nothing(watched: Watched, usual: Counter[str], faults: tuple[Fault, ...]) -> None:
    if all(fault.occurrence == 1 for fault in faults):
        watched.loop(*faults)
    else:
        if not usual:
            watched.loop(runs="two")
            watched.check()
            usual.update(watched.injector.calls)
        if not any(fault.occurrence <= usual[fault.call] for fault in faults):
            times = ", ".join(f"{fault.call} comes {usual[fault.call]} times" for fault in faults)
            pytest.skip(f"There is none to fail: in two runs {times}.")
        watched.loop(*faults, runs="two")
    if watched.injector.pending and faults[0].call.startswith("Recommend"):
        # The case before may have come to it, and what it read is kept for a while.
        time.sleep(MAX_AGE_SECONDS)
        watched.ask("ann")
    if any(fault.occurrence == 1 for fault in watched.injector.pending) and len(faults) == 1:
        pytest.fail(f"the loop does not come to {title(faults)}")
    watched.check()
