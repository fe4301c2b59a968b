"""The stack whose jobs are started: what the retrain function knows, asked of AWS or read off the template."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
import yaml
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
)

from operate import PROJECT
from retrain import source
from retrain.s3_bucket import Bucket
from retrain.sagemaker_jobs import Jobs
from retrain.settings import RetrainSettings
from taproom.sagemaker_endpoints import release_in_service

# Without credentials, a region or a network there is nobody to ask.
UNREACHABLE = (NoCredentialsError, NoRegionError, EndpointConnectionError, ConnectTimeoutError)
# The hyper-parameter that says where the code lies.
ARCHIVE = "sagemaker_submit_directory"
BUILT = Path(".aws-sam") / "build" / "TrainingLayer" / "training"


class CannotStart(Exception):
    """No job can be started; the message says what to do."""


@dataclass(frozen=True)
class Deployed:
    """What the next job of a stack is made of.

    Attributes
    ----------
    settings
        The retrain function's own, with the hyper-parameters that its next run would have.
    parameter
        Those of them that the template's parameter sets.
    parts
        All there are.
    code
        The key of the training code's archive in the bucket, and `code_from` whose it is.
    serving
        The release in service.
    """

    settings: RetrainSettings
    parameter: dict[str, Any]
    region: str
    retrain_queue_url: str
    parts: tuple[str, ...]
    code: str
    code_from: str
    serving: str | None


def ask(session: boto3.Session, stack: str, own: source.Source | None) -> Deployed:
    """The deployed `stack`; its code is that of its newest run, or `own`.

    Raises
    ------
    CannotStart
        Where there is no such stack, no review or no code.
    """
    try:
        described = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise CannotStart(
            f"There is no stack {stack!r} in {session.region_name}: name the one that `sam deploy` made with --stack, "
            "and its region with AWS_DEFAULT_REGION."
        ) from error
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}
    settings = RetrainSettings.from_environment(_environment(session, stack))
    sagemaker = session.client("sagemaker")
    bucket = Bucket(session.client("s3"), settings.bucket)
    parts = bucket.parts()
    if not parts:
        raise CannotStart(
            f"{stack} has no reviews yet: drop a CSV of reviews under incoming/ ({outputs['DropCommand']})."
        )
    code, code_from = (own.key, "--source") if own else _newest_code(sagemaker, stack, settings.bucket)
    return Deployed(
        settings=settings.over(bucket.tuned_hyperparameters()),
        parameter=settings.hyperparameters,
        region=str(session.region_name),
        retrain_queue_url=outputs["RetrainQueueUrl"],
        parts=parts,
        code=code,
        code_from=code_from,
        serving=release_in_service(sagemaker, stack),
    )


def imagined(stack: str, region: str, own: source.Source | None) -> Deployed:
    """The stack as template.yaml alone describes it: its defaults, and names that speak of what they stand for."""

    class Template(yaml.SafeLoader):
        """Leaves out what CloudFormation would work out."""

    Template.add_multi_constructor("!", lambda *_: None)
    parameters = yaml.load((PROJECT / "template.yaml").read_text(), Template)["Parameters"]
    defaults = {
        re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper(): str(each["Default"]) for name, each in parameters.items()
    }
    settings = RetrainSettings.from_environment(
        {
            **defaults,
            "STACK": stack,
            "BUCKET": f"the-bucket-of-{stack}",
            "ROLE_ARN": f"arn:aws:iam::123456789012:role/the-role-of-{stack}",
            "TRAINING_SOURCE": str(PROJECT / "training"),
        }
    )
    code = own.key if own else "code/the-code-of-the-newest-run/sourcedir.tar.gz"
    code_from = "--source" if own else "a placeholder"
    return Deployed(settings, settings.hyperparameters, region, "", (), code, code_from, serving=None)


def source_in(folder: Path | None) -> source.Source | None:
    """The training code in `folder`, None where none was named.

    Raises
    ------
    CannotStart
        For a folder that `sam build` did not fill: the container lacks what it brings.
    """
    if folder is None:
        return None
    if not (folder / source.PACKAGES).is_dir():
        raise CannotStart(
            f"{folder} has no folder {source.PACKAGES}/, without which the job fails in its container: "
            f"run `sam build` and give --source {BUILT}."
        )
    return source.read(folder)


def with_hyperparameters(stack: Deployed, chosen: dict[str, Any]) -> Deployed:
    """The same with `chosen` over its hyper-parameters."""
    settings = stack.settings
    return replace(
        stack, settings=settings.model_copy(update={"hyperparameters": {**settings.hyperparameters, **chosen}})
    )


def _environment(session: boto3.Session, stack: str) -> dict[str, str]:
    pages = session.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = (resource for page in pages for resource in page["StackResourceSummaries"])
    function = next(each["PhysicalResourceId"] for each in resources if each["LogicalResourceId"] == "RetrainFunction")
    found = session.client("lambda").get_function_configuration(FunctionName=function)
    variables: dict[str, str] = found["Environment"]["Variables"]
    return variables


def _newest_code(sagemaker: Any, stack: str, bucket: str) -> tuple[str, str]:
    latest = Jobs(sagemaker, stack).latest()
    if not latest:
        raise CannotStart(
            f"{stack} has not trained yet, and so has no code in its bucket: wait for its first run, or run "
            f"`sam build` and give --source {BUILT}."
        )
    run = latest[0].run
    archive = json.loads(sagemaker.describe_training_job(TrainingJobName=run)["HyperParameters"][ARCHIVE])
    return str(archive).removeprefix(f"s3://{bucket}/"), run
