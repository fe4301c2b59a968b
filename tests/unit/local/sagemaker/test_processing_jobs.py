"""Processing jobs run the Spark container's program on this machine's Spark, with the request that retrain makes."""

from __future__ import annotations

import importlib.util
import json
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.sagemaker.processing_jobs import ProcessingJob, ProcessingJobs
from retrain import job, source
from retrain.preparation import processing_request
from retrain.settings import RetrainSettings
from taproom.snapshots.description import Snapshot
from tests.prerequisites import JAVA, PROJECT
from tests.unit.local.sagemaker.cloud import SageMakerCloud
from tests.unit.retrain.asking import FIRST
from tests.unit.training.jobs import review, write_part


@pytest.fixture
def run() -> str:
    """A name that no other test has."""
    return f"taproom-00000000-{uuid.uuid4().hex[:12]}"


def request(run: str) -> dict[str, Any]:
    """CreateProcessingJob's, as retrain asks for it."""
    settings = RetrainSettings.model_construct(
        stack="taproom",
        bucket="bucket",
        role_arn="arn:aws:iam::123456789012:role/role",
        preparation_image_tag="3.5-cpu-py312-v1.4",
        preparation_instance_type="ml.m5.4xlarge",
        preparation_maximum_runtime=3600,
        hyperparameters={},
    )
    return processing_request(settings, "us-east-1", run, "code/spark/", has_snapshot=False)


def arrange(cloud: SageMakerCloud, folder: Path, run: str) -> None:
    """Put the project's training code, a part and its manifest into the bucket."""
    s3 = cloud.client("s3")
    for name, content in source.read(PROJECT / "training").spark_files().items():
        s3.put_object(Bucket="bucket", Key=f"code/spark/{name}", Body=content)
    part = write_part(folder, [review("ann", "b1", 4), review("ann", "b1", 3, line=3), review("bob", "b2", 5)], FIRST)
    s3.upload_file(str(part), "bucket", f"reviews/{part.name}")
    manifest = json.dumps(job.manifest("bucket", (FIRST,)))
    s3.put_object(Bucket="bucket", Key=job.manifest_key(run), Body=manifest)


def ended(cloud: SageMakerCloud, run: str) -> dict[str, Any]:
    """What is described of the job once it has told that it ended."""
    sagemaker = cloud.client("sagemaker")
    sagemaker.create_processing_job(**request(run))
    # Spark alone takes longer than most jobs here.
    while (described := sagemaker.describe_processing_job(ProcessingJobName=run))[
        "ProcessingJobStatus"
    ] == "InProgress":
        time.sleep(0.1)
    assert (
        cloud.event("Processing Job", ProcessingJobName=run)["ProcessingJobStatus"] == described["ProcessingJobStatus"]
    )
    return dict(described)


@pytest.mark.timeout(900)
def test_retrains_request_leaves_snapshot_and_tables_in_the_bucket(
    cloud: SageMakerCloud, tmp_path: Path, run: str
) -> None:
    JAVA.required()
    arrange(cloud, tmp_path, run)
    described = ended(cloud, run)
    assert described["ProcessingJobStatus"] == "Completed", described
    s3 = cloud.client("s3")
    kept = [each["Key"] for each in s3.list_objects_v2(Bucket="bucket", Prefix=f"prepared/{run}/")["Contents"]]
    tables = ("beers-00000.parquet", "prepared.json", "ratings-00000.parquet", "users-00000.parquet")
    assert kept == [f"prepared/{run}/{name}" for name in tables]
    left = s3.get_object(Bucket="bucket", Key=f"checkpoints/{run}/snapshot/snapshot.json")["Body"].read()
    snapshot = Snapshot.from_json(left)
    assert (snapshot.run, list(snapshot.parts)) == (run, [FIRST])


def test_without_spark_the_job_fails_and_says_what_to_install(
    cloud: SageMakerCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: str
) -> None:
    arrange(cloud, tmp_path, run)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    described = ended(cloud, run)
    assert described["ProcessingJobStatus"] == "Failed"
    assert "make develop" in described["FailureReason"]


def test_an_input_that_is_not_there_is_the_reason(cloud: SageMakerCloud, run: str) -> None:
    described = ended(cloud, run)
    assert described["ProcessingJobStatus"] == "Failed"
    assert "Data download failed" in described["FailureReason"]


def test_a_name_is_taken_once_and_listed(cloud: SageMakerCloud, run: str) -> None:
    ended(cloud, run)
    sagemaker = cloud.client("sagemaker")
    with pytest.raises(ClientError, match="ResourceInUse"):
        sagemaker.create_processing_job(**request(run))
    listed = sagemaker.list_processing_jobs(NameContains=run)["ProcessingJobSummaries"]
    assert [each["ProcessingJobName"] for each in listed] == [run]
    with pytest.raises(ClientError, match="can't be stopped"):
        sagemaker.stop_processing_job(ProcessingJobName=run)
    with pytest.raises(ClientError, match="Could not find"):
        sagemaker.describe_processing_job(ProcessingJobName="other")


def test_what_ran_when_the_cloud_ended_has_failed_when_it_is_back(cloud: SageMakerCloud, run: str) -> None:
    jobs = ProcessingJobs(cloud)
    jobs._jobs[run] = ProcessingJob(request(run), "arn")
    back = ProcessingJobs(cloud)
    back.restore(json.loads(json.dumps(jobs.save())))
    assert back.describe({"ProcessingJobName": run})["ProcessingJobStatus"] == "Failed"
