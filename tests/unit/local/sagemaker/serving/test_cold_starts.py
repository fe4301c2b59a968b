"""Serverless endpoints sleep after a pause, and wake once for all who ask meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local.sagemaker.serving import production_variants
from local.sagemaker.serving.cold_starts import ColdStarts
from local.sagemaker.serving.deployments import Deployment

SERVERLESS = Deployment("AllTraffic", {}, "retrieval", Path("1"), sleeps=True)


class Clock:
    """Time that passes where a test says so alone; `slept` are the seconds of each sleep."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cold_starts(clock: Clock) -> ColdStarts:
    return ColdStarts(20, 300, clock, clock.sleep)


def test_the_first_request_waits_and_those_that_come_meanwhile_wait_with_it(
    cold_starts: ColdStarts, clock: Clock
) -> None:
    cold_starts.wait(SERVERLESS)
    clock.now += 8
    cold_starts.wait(SERVERLESS)
    clock.now += 12
    cold_starts.wait(SERVERLESS)
    assert clock.slept == [20, 12]


def test_a_pause_makes_it_sleep_again_and_requests_keep_it_awake(cold_starts: ColdStarts, clock: Clock) -> None:
    cold_starts.wait(SERVERLESS)
    for _ in range(3):
        clock.now += 299
        cold_starts.wait(SERVERLESS)
    assert clock.slept == [20]
    clock.now += 300
    cold_starts.wait(SERVERLESS)
    assert clock.slept == [20, 20]


def test_each_endpoint_wakes_for_itself(cold_starts: ColdStarts, clock: Clock) -> None:
    cold_starts.wait(SERVERLESS)
    cold_starts.wait(Deployment("AllTraffic", {}, "ranking", Path("2"), sleeps=True))
    assert clock.slept == [20, 20]


def test_what_always_runs_does_not_sleep(cold_starts: ColdStarts, clock: Clock) -> None:
    cold_starts.wait(Deployment("AllTraffic", {}, "retrieval", Path("3"), sleeps=False))
    ColdStarts(0, 300, clock, clock.sleep).wait(SERVERLESS)
    assert clock.slept == []


@pytest.mark.parametrize(
    ("capacity", "sleeps"),
    [
        ({"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5}}, True),
        ({"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5, "ProvisionedConcurrency": 1}}, False),
        ({"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}, False),
    ],
    ids=["serverless", "provisioned", "instances"],
)
def test_a_serverless_endpoint_sleeps_unless_some_of_it_is_provisioned(capacity: dict[str, Any], sleeps: bool) -> None:
    assert production_variants.sleeps({"VariantName": "AllTraffic", **capacity}) == sleeps
