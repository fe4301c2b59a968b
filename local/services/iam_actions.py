"""Which IAM actions on which resources a request to AWS needs, for the services that functions call.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, unquote_plus

_CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/\d+/[^/]+/(?P<service>[^/]+)/aws4_request")
_EVERYTHING = "*"
# The parameter of SageMaker's that names what an operation is about, and what that is in an ARN.
_SAGEMAKER_KINDS = {
    "TrainingJobName": "training-job",
    "ProcessingJobName": "processing-job",
    "ModelPackageGroupName": "model-package-group",
    "ModelPackageName": "model-package",
    "ModelPackageArn": "model-package",
    "EndpointName": "endpoint",
    "EndpointConfigName": "endpoint-config",
    "ModelName": "model",
}
_ROLES = ("RoleArn", "ExecutionRoleArn")
# What Application Auto Scaling asks that whoever calls it may do as well, beside describing the endpoint.
_SCALES = {
    "RegisterScalableTarget": ("sagemaker:DescribeEndpointConfig", "sagemaker:UpdateEndpointWeightsAndCapacities"),
    "PutScalingPolicy": ("cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"),
    "DeregisterScalableTarget": ("cloudwatch:DescribeAlarms", "cloudwatch:DeleteAlarms"),
}
_SCALING_ROLE = (
    "role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
)


@dataclass(frozen=True)
class Need:
    """One action on one resource, an ARN or `*`."""

    action: str
    resource: str


@dataclass(frozen=True)
class SignedRequest:
    """A request with SigV4's header: who signed it for which service; `headers` have lower-case names."""

    access_key: str
    service: str
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


def signed(environ: Mapping[str, Any]) -> tuple[str, str] | None:
    """The access key and the service that a WSGI request was signed with and for, None for one that is not signed."""
    found = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    return (found["key"], found["service"]) if found else None


def reads_body(service: str, environ: Mapping[str, Any]) -> bool:
    """Whether only the body says what the request is about; others may be large."""
    return "HTTP_X_AMZ_TARGET" in environ or service == "sns" or environ.get("QUERY_STRING") == "delete"


def parsed(environ: Mapping[str, Any], access_key: str, service: str, body: bytes) -> SignedRequest:
    """The request in WSGI's `environ`."""
    headers = {name[5:].lower().replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    return SignedRequest(access_key, service, environ["REQUEST_METHOD"], environ["PATH_INFO"], query, headers, body)


def needs(request: SignedRequest, account: str, region: str) -> list[Need]:
    """What the request needs; an action that no policy has heard of where it is not known."""
    target = request.headers.get("x-amz-target", "").rpartition(".")[2]
    match request.service:
        case "s3":
            return list(_of_s3(request))
        case "dynamodb":
            return list(_of_dynamodb(target, json.loads(request.body), account, region))
        case "sqs":
            queue = str(json.loads(request.body)["QueueUrl"]).rpartition("/")[2]
            return [Need(f"sqs:{_single(target)}", f"arn:aws:sqs:{region}:{account}:{queue}")]
        case "sns":
            form = parse_qs(request.body.decode())
            return [Need(f"sns:{form['Action'][0]}", form.get("TopicArn", [_EVERYTHING])[0])]
        case "lambda":
            name = unquote(request.path).split("/")[3].rpartition(":")[2]
            return [Need("lambda:InvokeFunction", f"arn:aws:lambda:{region}:{account}:function:{name}")]
        case "sagemaker" if not target:
            name = request.path.split("/")[2]
            return [Need("sagemaker:InvokeEndpoint", f"arn:aws:sagemaker:{region}:{account}:endpoint/{name}")]
        case "sagemaker":
            return list(_of_sagemaker(target, json.loads(request.body), f"arn:aws:sagemaker:{region}:{account}"))
        case "application-autoscaling":
            return list(_of_scaling(target, json.loads(request.body), f"{region}:{account}"))
    return [Need(f"{request.service}:{target or request.method}", _EVERYTHING)]


def _of_s3(request: SignedRequest) -> Iterator[Need]:
    bucket, _, key = unquote(request.path).lstrip("/").partition("/")
    place = f"arn:aws:s3:::{bucket}"
    version = "Version" if "versionId" in request.query else ""
    if not key:
        if request.method == "POST" and "delete" in request.query:
            for body in re.findall(rb"<Object>(.*?)</Object>", request.body, re.DOTALL):
                found = re.search(rb"<Key>(.*?)</Key>", body, re.DOTALL)
                old = "Version" if b"<VersionId>" in body else ""
                yield Need(f"s3:DeleteObject{old}", f"{place}/{found[1].decode() if found else ''}")
        elif request.method in ("GET", "HEAD"):
            yield Need("s3:ListBucketVersions" if "versions" in request.query else "s3:ListBucket", place)
        else:
            yield Need(f"s3:{request.method}", place)
        return
    match request.method:
        case "GET" | "HEAD":
            yield Need(f"s3:GetObject{version}", f"{place}/{key}")
        case "DELETE":
            action = "AbortMultipartUpload" if "uploadId" in request.query else f"DeleteObject{version}"
            yield Need(f"s3:{action}", f"{place}/{key}")
        case _:
            yield Need("s3:PutObject", f"{place}/{key}")
            source = unquote_plus(request.headers.get("x-amz-copy-source", "")).lstrip("/")
            if source:
                path, _, old = source.partition("?versionId=")
                yield Need("s3:GetObjectVersion" if old else "s3:GetObject", f"arn:aws:s3:::{path}")


def _of_dynamodb(operation: str, given: Mapping[str, Any], account: str, region: str) -> Iterator[Need]:
    writes = given.get("TransactItems", [])
    tables = [given["TableName"]] if "TableName" in given else list(given.get("RequestItems", {}))
    for item in writes:
        # Each part of a transaction needs the right to do it alone.
        ((kind, about),) = item.items()
        action = "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"
        yield Need(f"dynamodb:{action}", f"arn:aws:dynamodb:{region}:{account}:table/{about['TableName']}")
    for table in tables:
        yield Need(f"dynamodb:{operation}", f"arn:aws:dynamodb:{region}:{account}:table/{table}")


def _of_sagemaker(operation: str, given: Mapping[str, Any], place: str) -> Iterator[Need]:
    if operation.startswith("List"):
        yield Need(f"sagemaker:{operation}", _EVERYTHING)
        return
    named = [
        str(given[name]) if str(given[name]).startswith("arn:") else f"{place}:{kind}/{given[name]}"
        for name, kind in _SAGEMAKER_KINDS.items()
        if name in given
    ]
    for resource in named:
        yield Need(f"sagemaker:{operation}", resource)
    if given.get("Tags"):
        yield Need("sagemaker:AddTags", named[0])
    for role in _ROLES:
        if role in given:
            yield Need("iam:PassRole", str(given[role]))


def _of_scaling(operation: str, given: Mapping[str, Any], place: str) -> Iterator[Need]:
    # A target's id in its ARN is known to nobody before.
    yield Need(f"application-autoscaling:{operation}", f"arn:aws:application-autoscaling:{place}:scalable-target/id")
    endpoint = f"arn:aws:sagemaker:{place}:{given['ResourceId'].partition('/variant/')[0]}"
    yield Need("sagemaker:DescribeEndpoint", endpoint)
    for action in _SCALES[operation]:
        if action == "sagemaker:DescribeEndpointConfig":
            yield Need(action, endpoint.replace(":endpoint/", ":endpoint-config/"))
        elif action.startswith("sagemaker:"):
            yield Need(action, endpoint)
        else:
            alarm = f"arn:aws:cloudwatch:{place}:alarm:TargetTracking-{given['ResourceId']}-AlarmHigh-id"
            yield Need(action, _EVERYTHING if action == "cloudwatch:DescribeAlarms" else alarm)
    if operation == "RegisterScalableTarget":
        yield Need("iam:CreateServiceLinkedRole", f"arn:aws:iam::{place.partition(':')[2]}:{_SCALING_ROLE}")


def _single(operation: str) -> str:
    """SQS's batches need the right to what they are batches of."""
    return operation.removesuffix("Batch")
