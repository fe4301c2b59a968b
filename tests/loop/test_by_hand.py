"""What a person asks of the loop with `python -m operate`: a job beside it, a run, an earlier release."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from operate.__main__ import main
from taproom import audit
from tests.loop.conftest import World
from tests.unit.local.waiting import eventually


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    """A stack with a release in service."""
    world = deployed()
    assert world.drop().kind == "promoted"
    return world


def test_the_loop_takes_no_notice_of_a_job_started_by_hand(world: World) -> None:
    before, runs = world.serving(), set(world.jobs())
    main(["launch", f"--local={world.cloud.url}", "--retrieval_epochs", "3"])
    (name,) = set(world.jobs()) - runs
    eventually(lambda: world.jobs()[name] == "Completed")
    assert f"artifacts/{name}/output/model.tar.gz" in world.objects("")
    outcome = world.drop()
    assert outcome.kind == "promoted"
    assert outcome.run not in {name, *runs}
    assert world.serving() == {outcome.run} != before
    assert f"runs/{name}/verdict.json" not in world.objects("")


def test_tuned_hyperparameters_reach_the_run_that_tuning_asks_for(world: World) -> None:
    found = json.dumps({"patience": 3})
    world.cloud.client("s3").put_object(Bucket=world.bucket, Key="hyperparameters.json", Body=found.encode())
    world.cloud.client("sqs").send_message(
        QueueUrl=world.cloud.outputs["RetrainQueueUrl"], MessageBody='{"reason": "tune"}', MessageGroupId="retrain"
    )
    outcome = world.loop.outcome()
    assert outcome.kind == "promoted"
    job = world.cloud.client("sagemaker").describe_training_job(TrainingJobName=outcome.run)
    assert job["HyperParameters"]["patience"] == "3"


def test_an_earlier_release_and_a_run_are_asked_for_by_hand(world: World) -> None:
    (earlier,) = world.serving()
    newest = world.drop().run
    main(["rollback", earlier, f"--local={world.cloud.url}"])
    eventually(lambda: world.serving() == {earlier})
    (entry,) = audit.latest(world.cloud.client("s3"), world.bucket, 5)
    assert (entry.action, entry.what) == ("rollback", earlier)
    assert entry.by.startswith("arn:aws:sts::")
    main(["retrain", "--force", f"--local={world.cloud.url}"])
    eventually(lambda: f"{newest}-2" in world.jobs())
