"""Preparing a run's reviews on Spark before it trains: SageMaker's Spark container in a processing job of its name."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from retrain import job
from retrain.s3_bucket import Bucket
from retrain.sagemaker_jobs import Job, Jobs
from retrain.settings import RetrainSettings
from retrain.source import PREPARE, PREPARE_PACKAGES
from taproom import contract, images
from taproom.snapshots.stored import left_by

_FOLDER = "/opt/ml/processing"
_VOLUME_GIGABYTES = 100


class Preparations:
    """The processing jobs that prepare the stack's runs, through `sagemaker`, a boto3 client."""

    def __init__(self, sagemaker: Any, bucket: Bucket, prefix: str) -> None:
        self._sagemaker = sagemaker
        self._bucket = bucket
        self._prefix = prefix

    def pending(self, settings: RetrainSettings, code: str, parts: tuple[str, ...], jobs: Jobs) -> Job | None:
        """The one that runs, or that has ended and whose run is still to be trained.

        That is a run without a training job, of parts that are there and of the same code and hyper-parameters.
        """
        latest = self._latest()
        if latest is None or latest.runs:
            return latest
        prepared = self._bucket.parts_of(latest.run)
        named = settings.run_id(prepared, self._bucket.learnt_catalogue_of(latest.run), code)
        is_same = latest.run == named or latest.run.startswith(f"{named}-")
        return latest if is_same and prepared.issubset(parts) and not jobs.exists(latest.run) else None

    def is_needed(self, settings: RetrainSettings, parts: tuple[str, ...], serving: str | None) -> bool:
        """Whether the reviews in `parts` are so many that Spark prepares them; `serving` has learnt some of them."""
        if settings.preparation == "off" or not images.has_spark(self._sagemaker.meta.region_name):
            return False
        learnt = self._bucket.learnt_from(serving) if serving else 0
        new = frozenset(parts) - (self._bucket.parts_of(serving) if serving else frozenset())
        return self._bucket.hold(new, settings.preparation_minimum_reviews - learnt)

    def _latest(self) -> Job | None:
        """The one that began last, None before the first."""
        pages = self._sagemaker.get_paginator("list_processing_jobs").paginate(
            NameContains=f"{self._prefix}-", SortBy="CreationTime", SortOrder="Descending"
        )
        found = (
            Job(
                run=each["ProcessingJobName"],
                status=each["ProcessingJobStatus"],
                created=each["CreationTime"],
                ended=each.get("ProcessingEndTime"),
            )
            for page in pages
            for each in page["ProcessingJobSummaries"]
            if contract.is_run_id(each["ProcessingJobName"], self._prefix)
        )
        return next(found, None)

    def start(self, request: dict[str, Any]) -> bool:
        """Create the job; False where the account may not have such an instance, or it is there already."""
        try:
            self._sagemaker.create_processing_job(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("ResourceLimitExceeded", "ResourceInUse"):
                return False
            raise
        return True


def processing_request(
    settings: RetrainSettings, region: str, run: str, source_folder: str, *, has_snapshot: bool
) -> dict[str, Any]:
    """The arguments of CreateProcessingJob that prepares the parts that the manifest of `run` lists.

    The code is in the bucket below `source_folder`; `has_snapshot` is as in `training_request`. One instance: it reads
    and writes files of its own, and a larger one comes before several (docs/adr/0083-preparation-on-spark.md).
    """
    bucket = f"s3://{settings.bucket}"
    code = f"{_FOLDER}/input/code"
    arguments = ["--py-files", f"{code}/{PREPARE_PACKAGES}", f"{code}/{PREPARE}", "--run", run]
    if (share := settings.hyperparameters.get("held_out_share")) is not None:
        arguments += ["--held_out_share", str(share)]
    return {
        "ProcessingJobName": run,
        "RoleArn": settings.role_arn,
        "AppSpecification": {
            "ImageUri": images.spark_image(region, settings.preparation_image_tag),
            "ContainerEntrypoint": ["smspark-submit"],
            "ContainerArguments": arguments,
        },
        "ProcessingInputs": [
            _input("code", "S3Prefix", f"{bucket}/{source_folder}"),
            _input("reviews", "ManifestFile", f"{bucket}/{job.read_manifest_key(run, has_snapshot)}"),
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                _output("snapshot", f"{bucket}/{left_by(run)}"),
                _output("prepared", f"{bucket}/{contract.PREPARED}{run}/"),
            ]
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": settings.preparation_instance_type,
                "VolumeSizeInGB": _VOLUME_GIGABYTES,
            }
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": settings.preparation_maximum_runtime},
        "Tags": [{"Key": "taproom:stack", "Value": settings.stack}, {"Key": "taproom:run", "Value": run}],
    }


def _input(name: str, kind: str, uri: str) -> dict[str, Any]:
    place = {"S3Uri": uri, "LocalPath": f"{_FOLDER}/input/{name}", "S3DataType": kind, "S3InputMode": "File"}
    return {"InputName": name, "S3Input": {**place, "S3DataDistributionType": "FullyReplicated"}}


def _output(name: str, uri: str) -> dict[str, Any]:
    place = {"S3Uri": uri, "LocalPath": f"{_FOLDER}/output/{name}", "S3UploadMode": "EndOfJob"}
    return {"OutputName": name, "S3Output": place}
