"""Any name that CloudFormation takes is one that the stack can be made under, used and deleted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import PROJECT
from local.assembly import Cloud
from local.cloudformation.stack import DeployError
from taproom.names import LONGEST_PREFIX, Layout, endpoint_name
from taproom.sagemaker_endpoints import described

NAMES = ["t", "Taproom", "TAPROOM-Staging", "taproom-of-the-whole-of-the-east-coast", "Z" + "a-9" * 42 + "z"]


@pytest.fixture(params=NAMES, ids=lambda name: f"{len(name)}-characters")
def cloud(request: pytest.FixtureRequest) -> Iterator[Cloud]:
    with Cloud(stack_name=request.param) as cloud:
        yield cloud


def refused_names(cloud: Cloud) -> list[str]:
    """Physical names of the stack's resources that are longer than the 64 characters of a function or role."""
    resources = cloud.client("cloudformation").describe_stack_resources(StackName=cloud.stack_name)["StackResources"]
    names = [
        resource.get("PhysicalResourceId", "")
        for resource in resources
        if not resource.get("ResourceType", "").startswith("Custom::")
    ]
    return [name for name in names if not name.startswith(("arn:", "http")) and len(name) > 64]


def left_behind(cloud: Cloud) -> dict[str, list[str]]:
    sagemaker, functions = cloud.client("sagemaker"), cloud.client("lambda")
    return {
        "endpoints": [one["EndpointName"] for one in sagemaker.list_endpoints()["Endpoints"]],
        "configs": [one["EndpointConfigName"] for one in sagemaker.list_endpoint_configs()["EndpointConfigs"]],
        "models": [one["ModelName"] for one in sagemaker.list_models()["Models"]],
        "groups": [
            one["ModelPackageGroupName"]
            for one in sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
        ],
        "functions": [one["FunctionName"] for one in functions.list_functions()["Functions"]],
        "queues": cloud.client("sqs").list_queues().get("QueueUrls", []),
        "stacks": [one["StackName"] for one in cloud.client("cloudformation").describe_stacks()["Stacks"]],
    }


def serve(cloud: Cloud) -> str:
    """An endpoint under the stack's prefix, with its config and model; its name."""
    prefix = cloud.outputs["NamePrefix"]
    sagemaker = cloud.client("sagemaker")
    name = f"{prefix}-0123456789ab-retrieval-0123"
    sagemaker.create_model_package(ModelPackageGroupName=prefix, ModelPackageDescription="a run")
    role = "arn:aws:iam::123456789012:role/any"
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer={"Image": "image"})
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InstanceType": "ml.t2.medium",
        "InitialInstanceCount": 1,
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    endpoint = endpoint_name(prefix, Layout.SEPARATE.servable_of("retrieval"))
    sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=name)
    return endpoint


def test_a_stack_of_any_legal_name_is_made_and_deleted_with_all_that_it_made_at_run_time(cloud: Cloud) -> None:
    outputs = cloud.deploy()

    assert re.fullmatch(r"taproom-[0-9a-f]{8}", outputs["NamePrefix"])
    assert len(outputs["NamePrefix"]) <= LONGEST_PREFIX
    assert refused_names(cloud) == []
    endpoint = serve(cloud)
    cloud.delete()
    assert described(cloud.client("sagemaker"), endpoint) is None
    assert {kind: names for kind, names in left_behind(cloud).items() if names} == {}


def test_a_stack_whose_settings_are_refused_at_its_creation_can_be_deleted_and_made_again(tmp_path: Path) -> None:
    for name in ("functions", "layers", "training", "local"):
        (tmp_path / name).symlink_to(PROJECT / name)
    template = tmp_path / "template.yaml"
    good = (PROJECT / "template.yaml").read_text()
    template.write_text(good.replace("APPROVAL: !Ref Approval", "APPROVAL: perhaps"))
    with Cloud(tmp_path / "cloud", project=tmp_path, stack_name="Taproom") as cloud:
        with pytest.raises(DeployError, match=r"APPROVAL.*'perhaps'"):
            cloud.deploy()
        cloud.delete()
        assert {kind: names for kind, names in left_behind(cloud).items() if names} == {}
        template.write_text(good)
        assert cloud.deploy()["NamePrefix"].startswith("taproom-")


@pytest.mark.parametrize("cloud", ["taproom"], indirect=True)
def test_a_stack_that_is_made_again_under_its_old_name_is_another_one(cloud: Cloud) -> None:
    first = cloud.deploy()["NamePrefix"]
    cloud.delete()
    assert cloud.deploy()["NamePrefix"] != first
