"""The Model Registry tells what changes, and keeps what a request leaves out."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.sagemaker.cloud import SageMakerCloud


@pytest.fixture
def group(cloud: SageMakerCloud) -> str:
    name = f"group-{uuid.uuid4().hex[:8]}"
    cloud.client("sagemaker").create_model_package_group(ModelPackageGroupName=name)
    return name


def package(cloud: SageMakerCloud, group: str, **more: Any) -> str:
    made: str = cloud.client("sagemaker").create_model_package(
        ModelPackageGroupName=group,
        ModelPackageDescription="the run",
        ModelApprovalStatus="PendingManualApproval",
        CustomerMetadataProperties={"run": "the run"},
        **more,
    )["ModelPackageArn"]
    return made


def test_approving_a_package_is_an_event(cloud: SageMakerCloud, group: str) -> None:
    arn = package(cloud, group)
    assert cloud.event("Model Package")["ModelApprovalStatus"] == "PendingManualApproval"
    cloud.client("sagemaker").update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")

    event = cloud.event("Model Package")
    assert event["ModelApprovalStatus"] == "Approved"
    assert event["ModelPackageArn"] == arn
    assert event["ModelPackageGroupName"] == group
    assert event["ModelPackageVersion"] == 1
    assert json.loads(json.dumps(event)) == event


def test_an_update_leaves_what_it_does_not_name(cloud: SageMakerCloud, group: str) -> None:
    arn = package(cloud, group)
    cloud.client("sagemaker").update_model_package(ModelPackageArn=arn, ApprovalDescription="looks fine")
    described = cloud.client("sagemaker").describe_model_package(ModelPackageName=arn)
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
    assert described["ApprovalDescription"] == "looks fine"
    assert described["CustomerMetadataProperties"] == {"run": "the run"}


def test_a_token_makes_one_package(cloud: SageMakerCloud, group: str) -> None:
    assert package(cloud, group, ClientToken="once") == package(cloud, group, ClientToken="once")
    packages = cloud.client("sagemaker").list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    assert [each["ModelPackageVersion"] for each in packages] == [1]


def test_packages_are_listed_by_group_and_deleted(cloud: SageMakerCloud, group: str) -> None:
    sagemaker = cloud.client("sagemaker")
    first, second = package(cloud, group), package(cloud, group)
    listed = sagemaker.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    assert [each["ModelPackageArn"] for each in listed] == [first, second]
    assert listed[0]["ModelPackageDescription"] == "the run"

    sagemaker.delete_model_package(ModelPackageName=first)
    listed = sagemaker.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    assert [each["ModelPackageArn"] for each in listed] == [second]
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.delete_model_package(ModelPackageName=first)


def test_packages_come_back_after_a_restart(cloud: SageMakerCloud, group: str) -> None:
    sagemaker = cloud.client("sagemaker")
    arn = package(cloud, group)
    before = sagemaker.describe_model_package(ModelPackageName=arn)
    save, restore = cloud.kept["model packages"]
    saved = json.loads(json.dumps(save()))
    sagemaker.delete_model_package(ModelPackageName=arn)

    restore(saved)

    after = sagemaker.describe_model_package(ModelPackageName=arn)
    assert {**after, "ResponseMetadata": None} == {**before, "ResponseMetadata": None}
