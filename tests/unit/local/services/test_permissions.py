"""A function may call what its role allows; a refusal is what each service answers in AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.assembly import Cloud
from local.services import iam_actions
from local.services.iam_actions import Need, needs

PLACE = "arn:aws:sagemaker:us-east-1:123456789012"


def as_function(cloud: Cloud, logical_id: str) -> Callable[[str], Any]:
    """Clients with the credentials that the function's workers have."""
    name = cloud.functions.name_of(logical_id)
    answer = json.loads(cloud.client("lambda").invoke(FunctionName=name, Payload=b"{}")["Payload"].read())
    key = answer["environment"]["AWS_ACCESS_KEY_ID"]
    return lambda service: boto3.client(  # type: ignore[call-overload]
        service, "us-east-1", endpoint_url=cloud.url, aws_access_key_id=key, aws_secret_access_key="local"
    )


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code"),
    [
        ("s3", "put_object", {"Bucket": "b", "Key": "k", "Body": b""}, "AccessDenied"),
        ("sns", "publish", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": "m"}, "AuthorizationError"),
        ("sqs", "send_message", {"QueueUrl": "http://q/1/q", "MessageBody": "m"}, "AccessDeniedException"),
        ("dynamodb", "get_item", {"TableName": "t", "Key": {"username": {"S": "ann"}}}, "AccessDeniedException"),
        ("sagemaker", "list_models", {}, "AccessDeniedException"),
        ("sagemaker-runtime", "invoke_endpoint", {"EndpointName": "e", "Body": b"{}"}, "AccessDeniedException"),
        ("lambda", "invoke", {"FunctionName": "f"}, "AccessDeniedException"),
    ],
)
def test_what_no_policy_allows_is_refused(
    cloud: Cloud, service: str, operation: str, arguments: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError, match="is not authorized to perform") as refused:
        getattr(as_function(cloud, "Echo")(service), operation)(**arguments)
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_the_laptops_user_may_do_everything(cloud: Cloud) -> None:
    cloud.client("s3").put_object(Bucket=cloud.outputs["BucketName"], Key="mine", Body=b"")


def request(service: str, method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> list[Need]:
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return needs(iam_actions.parsed(environ, "key", service, body), "123456789012", "us-east-1")


def test_what_scales_an_endpoint_needs_the_right_to_do_what_scaling_does() -> None:
    body = json.dumps({"ResourceId": "endpoint/taproom-retrieval/variant/AllTraffic"}).encode()

    def needed(operation: str) -> dict[str, str]:
        target = f"AnyScaleFrontendService.{operation}"
        found = request("application-autoscaling", "POST", "/", body=body, x_amz_target=target)
        return {need.action: need.resource for need in found}

    registering = needed("RegisterScalableTarget")
    assert registering.keys() == {
        "application-autoscaling:RegisterScalableTarget",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeEndpointConfig",
        "sagemaker:UpdateEndpointWeightsAndCapacities",
        "iam:CreateServiceLinkedRole",
    }
    assert registering["sagemaker:UpdateEndpointWeightsAndCapacities"] == f"{PLACE}:endpoint/taproom-retrieval"
    alarm = needed("PutScalingPolicy")["cloudwatch:PutMetricAlarm"]
    assert alarm.partition(":alarm:")[2] == "TargetTracking-endpoint/taproom-retrieval/variant/AllTraffic-AlarmHigh-id"
    assert "cloudwatch:DeleteAlarms" in needed("DeregisterScalableTarget")


def test_a_copy_needs_the_right_to_read_its_source() -> None:
    assert request("s3", "PUT", "/b/new", x_amz_copy_source="b/old%20one") == [
        Need("s3:PutObject", "arn:aws:s3:::b/new"),
        Need("s3:GetObject", "arn:aws:s3:::b/old one"),
    ]


def test_an_old_version_needs_a_right_of_its_own() -> None:
    assert request("s3", "GET", "/b/key", "versionId=1") == [Need("s3:GetObjectVersion", "arn:aws:s3:::b/key")]
    assert request("s3", "DELETE", "/b/key", "versionId=1") == [Need("s3:DeleteObjectVersion", "arn:aws:s3:::b/key")]


def test_creating_with_tags_and_a_role_needs_three_rights() -> None:
    given = {"TrainingJobName": "run", "RoleArn": "arn:role", "Tags": [{"Key": "a", "Value": "b"}]}
    found = request(
        "sagemaker", "POST", "/", body=json.dumps(given).encode(), x_amz_target="SageMaker.CreateTrainingJob"
    )
    assert found == [
        Need("sagemaker:CreateTrainingJob", f"{PLACE}:training-job/run"),
        Need("sagemaker:AddTags", f"{PLACE}:training-job/run"),
        Need("iam:PassRole", "arn:role"),
    ]


def test_many_deletions_need_the_right_to_each() -> None:
    body = b"<Delete><Object><Key>a</Key></Object><Object><Key>b</Key><VersionId>1</VersionId></Object></Delete>"
    assert request("s3", "POST", "/bucket", "delete", body) == [
        Need("s3:DeleteObject", "arn:aws:s3:::bucket/a"),
        Need("s3:DeleteObjectVersion", "arn:aws:s3:::bucket/b"),
    ]
