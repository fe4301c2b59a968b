"""The stack as CloudFormation knows it, and as template.yaml alone describes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import yaml
from botocore.exceptions import ClientError

from operate import PROJECT
from operate.errors import CannotOperate

# Nothing of it is asked for: it stands in requests that are shown and never sent.
_PLACEHOLDER_REGION = "us-east-1"
_PLACEHOLDER_PREFIX = "taproom-00000000"
_QUEUE = "AWS::SQS::Queue"
_LOG_GROUP = "AWS::Logs::LogGroup"


@dataclass(frozen=True)
class Stack:
    """A deployed stack.

    Attributes
    ----------
    outputs
        By name.
    queues
        The URL of each queue by its name in the template.
    log_group
        The name of the one that all functions write to.
    retrain_environment
        The environment variables of the retrain function: the settings of its next run.
    """

    name: str
    region: str
    outputs: Mapping[str, str]
    queues: Mapping[str, str] = field(default_factory=dict)
    log_group: str | None = None
    retrain_environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def bucket(self) -> str:
        """Its name."""
        return self.outputs["BucketName"]

    @property
    def prefix(self) -> str:
        """What the names of its endpoints, runs and releases begin with."""
        return self.outputs["NamePrefix"]


def find(session: boto3.Session, name: str) -> Stack:
    """The deployed stack called `name`.

    Raises
    ------
    CannotOperate
        Where there is none.
    """
    cloudformation = session.client("cloudformation")
    try:
        described = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise CannotOperate(
            f"There is no stack {name!r} in {session.region_name}: name the one that `sam deploy` made with --stack, "
            "and its region with --region."
        ) from error
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    resources = [
        (resource["LogicalResourceId"], resource["ResourceType"], resource["PhysicalResourceId"])
        for page in pages
        for resource in page["StackResourceSummaries"]
    ]
    function = next(each for name, _, each in resources if name == "RetrainFunction")
    return Stack(
        name=name,
        region=str(session.region_name),
        outputs={each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]},
        queues={name: each for name, kind, each in resources if kind == _QUEUE},
        log_group=next((each for _, kind, each in resources if kind == _LOG_GROUP), None),
        retrain_environment=_environment(session, function),
    )


def described_by_template(session: boto3.Session, name: str) -> Stack:
    """The stack as template.yaml alone describes it: its defaults, and names that speak of what they stand for."""

    class Template(yaml.SafeLoader):
        """Leaves out what CloudFormation would work out."""

    Template.add_multi_constructor("!", lambda *_: None)
    template = yaml.load((PROJECT / "template.yaml").read_text(), Template)
    defaults = {
        re.sub(r"(?<!^)(?=[A-Z])", "_", parameter).upper(): str(each["Default"])
        for parameter, each in template["Parameters"].items()
    }
    bucket = f"the-bucket-of-{name}"
    region = session.region_name or _PLACEHOLDER_REGION
    return Stack(
        name=name,
        region=region,
        outputs={each: f"the-{each}-of-{name}" for each in template["Outputs"]}
        | {"BucketName": bucket, "NamePrefix": _PLACEHOLDER_PREFIX},
        retrain_environment={
            **defaults,
            "STACK": name,
            "PREFIX": _PLACEHOLDER_PREFIX,
            "BUCKET": bucket,
            "ROLE_ARN": f"arn:aws:iam::123456789012:role/the-role-of-{name}",
            "RETRAIN_QUEUE_URL": f"the-RetrainQueueUrl-of-{name}",
            "DEFERRED_QUEUE_URL": f"the-deferred-queue-of-{name}",
            "OUTCOMES_TOPIC": f"the-OutcomesTopic-of-{name}",
            "TRAINING_SOURCE": str(PROJECT / "training"),
        },
    )


def _environment(session: boto3.Session, function: str) -> dict[str, str]:
    found: Any = session.client("lambda").get_function_configuration(FunctionName=function)
    variables: dict[str, str] = found["Environment"]["Variables"]
    return variables
