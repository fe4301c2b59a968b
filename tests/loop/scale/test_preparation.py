"""A large run is prepared by a processing job, whose end starts its training job."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.loop.conftest import World
from tests.prerequisites import JAVA
from tests.unit.local.waiting import eventually


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    """A stack for which every run is large."""
    JAVA.required()
    return deployed(PreparationMinimumReviews="0")


def preparations(world: World) -> dict[str, str]:
    """The processing jobs and their status."""
    listed = world.cloud.client("sagemaker").list_processing_jobs()["ProcessingJobSummaries"]
    return {job["ProcessingJobName"]: job["ProcessingJobStatus"] for job in listed}


@pytest.mark.timeout(900)
def test_a_drop_is_prepared_trained_on_and_promoted(world: World) -> None:
    refused: list[str] = []
    world.cloud.watch(lambda kind, text: refused.append(text) if kind == "iam" else None)
    world.loop.drop(world.csv("ann,bob"))
    eventually(lambda: "Completed" in preparations(world).values(), 600)
    outcome = world.loop.outcome()
    assert (outcome.kind, preparations(world)) == ("promoted", {outcome.run: "Completed"}), outcome
    job = world.cloud.client("sagemaker").describe_training_job(TrainingJobName=outcome.run)
    assert [channel["ChannelName"] for channel in job["InputDataConfig"]] == ["prepared"]
    assert refused == []


@pytest.mark.timeout(900)
def test_a_stack_that_is_removed_stops_what_is_prepared(world: World) -> None:
    (world.cloud.directory / "hold").touch()
    world.loop.drop(world.csv("ann,cid"))
    eventually(lambda: "InProgress" in preparations(world).values(), 120)
    world.cloud.delete()
    eventually(lambda: "InProgress" not in preparations(world).values(), 300)
    assert set(preparations(world).values()) == {"Completed", "Stopped"}
