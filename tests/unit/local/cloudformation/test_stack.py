"""Templates are deployed, changed and deleted as CloudFormation would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.cloudformation import parsing

from local import PROJECT
from local.assembly import Cloud
from local.cloudformation import stack
from local.cloudformation.stack import DeployError, deletion_order, generate_resource_name, parameter_faults, references
from tests.unit.local.conftest import STACK

PARAMETERS = {
    "Approval": {"Type": "String", "AllowedValues": ["automatic", "manual"]},
    "Kind": {"Type": "String", "AllowedPattern": r"serverless|ml\..+"},
    "Count": {"Type": "Number", "MinValue": 1, "MaxValue": 20},
}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Cloud]:
    """A cloud without a stack."""
    with Cloud(tmp_path) as cloud:
        yield cloud


def test_every_resource_type_of_the_real_template_is_known() -> None:
    translated = stack.translate(PROJECT / "template.yaml", "us-east-1")
    types = {resource["Type"] for resource in translated["Resources"].values()}
    for known in (parsing.get_model_list, parsing.get_model_map):
        known.cache_clear()

    unknown = {kind for kind in types if kind not in parsing.get_model_map() and not kind.startswith("Custom::")}

    assert unknown == set()


def test_code_is_referred_to_where_it_lies() -> None:
    translated = stack.translate(STACK, "us-east-1")

    code = translated["Resources"]["Echo"]["Properties"]["Code"]
    assert (code["S3Bucket"], f"/{code['S3Key']}") == ("local-code", str(STACK.parent / "functions"))


def test_a_resource_has_the_same_name_in_every_deployment_and_another_one_in_another_stack() -> None:
    names = [generate_resource_name("AWS::SQS::Queue", name, "Queue") for name in ("one", "one", "two")]

    assert names[0] == names[1] != names[2]
    assert names[0].startswith("one-Queue-")
    bucket = generate_resource_name("AWS::S3::Bucket", "x" * 80, "Bucket")
    assert len(bucket) == 63
    assert bucket == bucket.lower()


def test_references_are_found_in_every_intrinsic_function() -> None:
    template = {
        "A": {"Ref": "One"},
        "B": [{"Fn::GetAtt": ["Two", "Arn"]}, {"Fn::GetAtt": "Three.Arn"}],
        "C": {"Fn::Sub": "${Four.Arn}/${AWS::Region}"},
        "D": {"Fn::Sub": ["${Five}${Own}", {"Own": {"Ref": "Six"}}]},
    }

    assert references(template) == ["One", "Two", "Three", "Four", "AWS::Region", "Five", "Six"]


def test_what_depends_is_deleted_before_what_it_depends_on() -> None:
    resources = {
        "Bucket": {},
        "Function": {"Properties": {"Bucket": {"Ref": "Bucket"}}},
        "Custom": {"Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}}},
        "After": {"DependsOn": "Custom"},
        "Last": {"DependsOn": ["After"]},
    }

    assert deletion_order(resources) == ["Last", "After", "Custom", "Function", "Bucket"]


def test_in_the_real_template_nothing_that_the_endpoint_lifecycle_needs_is_deleted_before_it() -> None:
    order = deletion_order(stack.translate(PROJECT / "template.yaml", "us-east-1")["Resources"])

    assert order.index("RetrainFunction") < order.index("EndpointLifecycle") < order.index("PromoteFunction")
    assert order.index("EndpointLifecycle") < order.index("Releases")


@pytest.mark.parametrize(
    "given",
    [{}, {"Approval": "manual", "Kind": "ml.c6i.large", "Count": "20"}, {"Kind": "serverless", "Count": "1"}],
)
def test_parameters_within_their_bounds_are_taken(given: dict[str, str]) -> None:
    assert parameter_faults(PARAMETERS, given) == []


def test_every_parameter_out_of_its_bounds_is_named_with_what_it_may_be() -> None:
    given = {"Aproval": "manual", "Approval": "no", "Kind": "large", "Count": "21"}

    assert parameter_faults(PARAMETERS, given) == [
        "There is no parameter Aproval; there are: Approval, Count, Kind.",
        "Approval is 'no'; it must be one of automatic, manual.",
        r"Kind is 'large'; it must match serverless|ml\..+.",
        "Count is '21'; it must be a number from 1 to 20.",
    ]
    assert parameter_faults(PARAMETERS, {"Count": "many"}) == ["Count is 'many'; it must be a number from 1 to 20."]


def test_a_parameter_that_is_refused_deploys_nothing(empty: Cloud) -> None:
    with pytest.raises(DeployError, match=r"Colour is 'green'; it must be one of red, blue"):
        empty.deploy(STACK, {"Colour": "green"})

    assert empty.client("s3").list_buckets()["Buckets"] == []


def test_the_bucket_keeps_versions(empty: Cloud) -> None:
    bucket = empty.deploy(STACK)["BucketName"]

    assert empty.client("s3").get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


def test_a_custom_resource_is_created_updated_and_deleted_by_its_function(empty: Cloud) -> None:
    created = empty.deploy(STACK)
    unchanged = empty.deploy(STACK)
    updated = empty.deploy(STACK, {"Colour": "blue"})
    said: list[str] = []
    empty.watch(lambda _, text: said.append(text))

    empty.delete()

    assert created["Kind"] == unchanged["Kind"] == "Create"
    assert updated["Kind"] == "Update"
    assert json.loads(updated["Old"])["Colour"] == "red!"
    assert any(text.startswith("TapFunction") for text in said)
    assert empty.client("lambda").list_functions()["Functions"] == []
    assert empty.client("sqs").list_queues().get("QueueUrls", []) == []
    # Its template retains the bucket.
    assert created["BucketName"] in {bucket["Name"] for bucket in empty.client("s3").list_buckets()["Buckets"]}


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
def test_a_custom_resource_that_fails_fails_the_stack_with_its_reason(empty: Cloud, kind: str) -> None:
    with pytest.raises(DeployError, match=rf"{kind} of Tap \(Custom::Tap\) failed: the taps are closed"):
        empty.deploy(STACK, {"Refuse": kind})
        empty.deploy(STACK, {"Refuse": kind, "Colour": "blue"})
        empty.delete()


def test_a_changed_parameter_reaches_the_functions_environment(empty: Cloud) -> None:
    empty.deploy(STACK)
    empty.deploy(STACK, {"Colour": "blue"})

    answer = empty.functions.invoke(empty.functions.name_of("Echo"), {}).json()

    assert answer["environment"]["COLOUR"] == "blue"
