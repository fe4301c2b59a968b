"""With manual approval a release waits for a person; with a minimum, a retrain waits for reviews."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from taproom import audit
from tests.loop.conftest import World


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    return deployed(Approval="manual", MinimumNewReviews="10", EndpointLayout="fused")


def test_too_few_reviews_start_nothing_and_the_schedule_does_not_mind(world: World) -> None:
    world.loop.drop(world.csv(rows=9))
    world.quiet()
    assert world.jobs() == {}
    world.cloud.events.fire_schedules()
    assert world.loop.outcome().kind == "waiting for approval"


def test_a_release_waits_in_the_registry_and_approving_it_there_deploys_it(world: World) -> None:
    world.quiet()
    sagemaker = world.cloud.client("sagemaker")
    assert sagemaker.list_endpoints()["Endpoints"] == []
    world.loop.drop(world.csv(rows=10))
    outcome = world.loop.outcome()
    assert outcome.kind == "waiting for approval"

    packages = sagemaker.list_model_packages(ModelPackageGroupName=world.prefix)["ModelPackageSummaryList"]
    (package,) = (one for one in packages if one["ModelPackageDescription"] == outcome.run)
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert package["ModelPackageArn"] in outcome.body
    sagemaker.update_model_package(ModelPackageArn=package["ModelPackageArn"], ModelApprovalStatus="Approved")

    deployed = world.loop.outcome()
    assert (deployed.kind, deployed.run) == ("promoted", outcome.run)
    assert [one["EndpointName"] for one in sagemaker.list_endpoints()["Endpoints"]] == [f"{world.prefix}-fused"]
    assert world.loop.recommendations("ann", 3)["release"] == outcome.run
    (entry,) = audit.latest(world.cloud.client("s3"), world.bucket, 5)
    assert (entry.action, entry.what) == ("approval", outcome.run)
    assert entry.by.startswith("arn:aws:sagemaker:")


def test_a_refused_run_can_be_deployed_by_a_person_all_the_same(world: World) -> None:
    world.loop.drop(world.csv("ann,worse", rows=10))
    outcome = world.loop.outcome()
    assert outcome.kind == "refused"
    verdict = json.loads(world.objects("runs/")[f"{outcome.run}/verdict.json"])
    assert verdict["status"] == "refused"
    sagemaker = world.cloud.client("sagemaker")
    packages = sagemaker.list_model_packages(ModelPackageGroupName=world.prefix)["ModelPackageSummaryList"]
    (package,) = (one for one in packages if one["ModelPackageDescription"] == outcome.run)
    sagemaker.update_model_package(ModelPackageArn=package["ModelPackageArn"], ModelApprovalStatus="Approved")
    assert world.loop.outcome().kind == "promoted"
    assert world.loop.recommendations("ann", 3)["release"] == outcome.run
