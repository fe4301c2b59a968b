"""What a person asks of the loop with `python -m operate`: a job beside it, a run, an earlier release."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable

import pytest

from operate.__main__ import main
from taproom import audit
from taproom.names import release_of_config
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
    assert [world.loop.outcome().run for _ in range(2)] == [earlier, f"{newest}-2"]


def test_the_last_releases_are_kept_and_an_older_one_is_retired_and_can_be_restored(world: World) -> None:
    world.quiet()
    s3, sagemaker = world.cloud.client("s3"), world.cloud.client("sagemaker")
    (copied,) = world.serving()
    # But the second attempt at a run: the stand-in can't write its longer name into the prepared pair.
    releases = {key.partition("/")[0] for key in world.keys("releases/")} - {copied}
    older = min(release for release in releases if len(release) == len(copied))
    refused: list[str] = []
    world.cloud.watch(lambda kind, text: refused.append(text) if kind == "iam" else None)
    # As many as are kept, one of them yet to come.
    for number in range(11):
        name = f"{world.prefix}-{number:012}"
        for file, content in world.objects(f"releases/{copied}/").items():
            body = content.replace(copied.encode(), name.encode()) if file.endswith(".json") else content
            s3.put_object(Bucket=world.bucket, Key=f"releases/{name}/{file}", Body=body)
    newest = world.drop()
    assert newest.kind == "promoted"

    def left() -> set[str]:
        listed = s3.list_objects_v2(Bucket=world.bucket, Prefix=f"releases/{older}/")["Contents"]
        return {found["Key"].rpartition("/")[2] for found in listed}

    eventually(lambda: left() == {"metrics.json", "report.html", "rollout.json"})
    world.quiet()
    configs = sagemaker.list_endpoint_configs(NameContains=older, MaxResults=100)["EndpointConfigs"]
    models = sagemaker.list_models(NameContains=older, MaxResults=100)["Models"]
    names = [one["EndpointConfigName"] for one in configs] + [one["ModelName"] for one in models]
    assert [name for name in names if release_of_config(name) == older] == []
    assert world.serving() == {newest.run}
    assert refused == []

    with pytest.raises(SystemExit, match=f"has retired .* the release '{older}'"):
        main(["rollback", older, f"--local={world.cloud.url}"])
    with urllib.request.urlopen(f"{world.cloud.outputs['ApiUrl']}/releases") as answer:
        retired = {one["release"]: one["retired"] for one in json.load(answer)["releases"]}
    assert (retired[older], retired[newest.run]) == (True, False)

    key = f"releases/{older}/model.tar.gz"
    (mark,) = s3.list_object_versions(Bucket=world.bucket, Prefix=key)["DeleteMarkers"]
    s3.delete_object(Bucket=world.bucket, Key=key, VersionId=mark["VersionId"])
    main(["rollback", older, f"--local={world.cloud.url}"])
    eventually(lambda: world.serving() == {older})
