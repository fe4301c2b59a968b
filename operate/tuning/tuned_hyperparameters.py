"""What tuning leaves in the stack's bucket for the runs to come, and what it is held against."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import boto3

from operate import next_run
from operate.deployed_stack import Stack
from operate.errors import CannotOperate
from operate.tuning.search_space import OBJECTIVES
from retrain.s3_bucket import Bucket
from retrain.sagemaker_jobs import Jobs
from taproom.contract import HYPERPARAMETERS as KEY


@dataclass(frozen=True)
class ValueNow:
    """What the hyper-parameters in use came to, and in which run."""

    run: str
    value: float


def model_of(job: Any, bucket: str) -> str:
    """Which model the tuning job `job` (the SDK's) tunes.

    Raises
    ------
    CannotOperate
        Where it is not a job of the stack that owns `bucket`.
    """
    metric = job.hyper_parameter_tuning_job_config.hyper_parameter_tuning_job_objective.metric_name
    output = job.training_job_definition.output_data_config.s3_output_path
    models = [model for model, objective in OBJECTIVES.items() if objective.metric == metric]
    if not models or not output.startswith(f"s3://{bucket}/"):
        raise CannotOperate(
            f"{job.hyper_parameter_tuning_job_name} was not started by `tune` for this stack: it tunes {metric} and "
            f"writes to {output}, and the stack's bucket is {bucket}. Name the stack that it belongs to with --stack."
        )
    return models[0]


def value_now(session: boto3.Session, stack: Stack, tuning_job: str, metric: str) -> ValueNow | None:
    """The last `metric` of the newest completed run, if it was fitted on the tuning job's reviews with its code."""
    sagemaker = session.client("sagemaker")
    run = next((job.run for job in Jobs(sagemaker, stack.name).latest() if job.completed), None)
    if run is None:
        return None
    bucket = Bucket(session.client("s3"), stack.bucket)
    described = sagemaker.describe_training_job(TrainingJobName=run)
    tuned_code = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning_job)[
        "TrainingJobDefinition"
    ]["StaticHyperParameters"][next_run.ARCHIVE]
    same = described["HyperParameters"][next_run.ARCHIVE] == tuned_code and bucket.parts_of(run) == bucket.parts_of(
        tuning_job
    )
    values = [each["Value"] for each in described.get("FinalMetricDataList", []) if each["MetricName"] == metric]
    return ValueNow(run, values[0]) if same and values else None


def write(session: boto3.Session, bucket: str, found: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put `found` over the tuned hyper-parameters in the bucket: those before, and those now."""
    s3 = session.client("s3")
    before = Bucket(s3, bucket).tuned_hyperparameters()
    after = {**before, **found}
    body = json.dumps(after, indent=1, sort_keys=True).encode()
    s3.put_object(Bucket=bucket, Key=KEY, Body=body, ContentType="application/json")
    return before, after
