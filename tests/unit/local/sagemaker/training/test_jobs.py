"""Training jobs run real programs under SageMaker's contract."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.sagemaker.training.container import TrainingContainer
from local.sagemaker.training.job import TrainingJob
from local.sagemaker.training.jobs import TrainingJobs
from tests.unit.local.sagemaker.cloud import SageMakerCloud
from tests.unit.local.sagemaker.training.requests import SAYS_WHAT_IT_GOT, channel, request, run, what_it_got


def test_a_job_that_exits_with_zero_leaves_its_artifact_where_it_was_told(cloud: SageMakerCloud) -> None:
    job = run(cloud, request(cloud, SAYS_WHAT_IT_GOT))

    assert job["TrainingJobStatus"] == "Completed"
    name = job["TrainingJobName"]
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == f"s3://bucket/artifacts/{name}/output/model.tar.gz"
    assert [each["Status"] for each in job["SecondaryStatusTransitions"]] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    assert job["CreationTime"] <= job["TrainingStartTime"] <= job["TrainingEndTime"]


def test_the_program_gets_its_hyper_parameters_as_arguments_and_in_the_environment(cloud: SageMakerCloud) -> None:
    asked = request(cloud, SAYS_WHAT_IT_GOT, Environment={"EXTRA": "yes"})
    got = what_it_got(cloud, run(cloud, asked))

    assert got["arguments"] == ["--epochs", "3", "--run", "the-run", "--sizes", "[128,64]"]
    assert json.loads(got["environment"]["SM_HPS"]) == {"epochs": 3, "run": "the-run", "sizes": [128, 64]}
    assert got["environment"]["SM_HP_EPOCHS"] == "3"
    assert got["environment"]["TRAINING_JOB_NAME"] == asked["TrainingJobName"]
    assert got["environment"]["EXTRA"] == "yes"
    assert got["environment"]["AWS_ENDPOINT_URL"] == cloud.url
    assert got["configuration"]["hyperparameters.json"] == asked["HyperParameters"]
    assert got["here"] == ["beside.py", "train.py"]


def test_the_program_does_not_see_this_projects_own_modules(
    cloud: SageMakerCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(cloud.project))
    assert "PYTHONPATH" not in what_it_got(cloud, run(cloud, request(cloud, SAYS_WHAT_IT_GOT)))["environment"]


def test_channels_hold_what_a_manifest_lists_and_what_lies_under_a_prefix(cloud: SageMakerCloud) -> None:
    s3 = cloud.client("s3")
    for key, body in {"in/a": "A", "in/deep/b": "B", "in/c": "C", "kept/model.tar.gz": "M", "kept/more/x": "X"}.items():
        s3.put_object(Bucket="bucket", Key=key, Body=body)
    manifest = [{"prefix": "s3://bucket/in/"}, "a", "deep/b"]
    s3.put_object(Bucket="bucket", Key="manifest.json", Body=json.dumps(manifest))

    channels = [
        channel("reviews", "ManifestFile", "s3://bucket/manifest.json"),
        channel("serving", "S3Prefix", "s3://bucket/kept/model.tar.gz"),
        channel("folder", "S3Prefix", "s3://bucket/kept/"),
    ]
    got = what_it_got(cloud, run(cloud, request(cloud, SAYS_WHAT_IT_GOT, InputDataConfig=channels)))

    assert got["files"] == {
        "reviews/a": "A",
        "reviews/deep/b": "B",
        "serving/model.tar.gz": "M",
        "folder/model.tar.gz": "M",
        "folder/more/x": "X",
    }
    assert json.loads(got["environment"]["SM_CHANNELS"]) == ["folder", "reviews", "serving"]
    assert got["environment"]["SM_CHANNEL_REVIEWS"].endswith("/input/data/reviews")


def test_checkpoints_are_brought_and_tensorboard_logs_are_kept(cloud: SageMakerCloud) -> None:
    s3 = cloud.client("s3")
    s3.put_object(Bucket="bucket", Key="checkpoints/run/epoch-1", Body="one")
    job = run(
        cloud,
        request(
            cloud,
            SAYS_WHAT_IT_GOT,
            CheckpointConfig={"S3Uri": "s3://bucket/checkpoints/run/"},
            TensorBoardOutputConfig={"S3OutputPath": "s3://bucket/tensorboard"},
        ),
    )

    assert what_it_got(cloud, job)["checkpoints"] == {"epoch-1": "one"}
    key = f"tensorboard/{job['TrainingJobName']}/tensorboard-output/train/events"
    assert s3.get_object(Bucket="bucket", Key=key)["Body"].read() == b"board"


def test_metrics_are_the_last_values_that_the_program_printed(cloud: SageMakerCloud) -> None:
    job = run(cloud, request(cloud, SAYS_WHAT_IT_GOT))

    assert [(each["MetricName"], each["Value"]) for each in job["FinalMetricDataList"]] == [("rmse", 0.5)]
    assert ("training", "metric rmse=0.5") in cloud.said


def test_a_program_that_fails_is_quoted_from_its_failure_file(cloud: SageMakerCloud) -> None:
    program = """
import os, pathlib, sys
pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "output", "failure").write_text("There are no reviews.")
sys.exit(3)
"""
    job = run(cloud, request(cloud, program))

    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: There are no reviews., exit code: 3"


def test_a_program_that_leaves_no_failure_file_is_quoted_from_its_errors(cloud: SageMakerCloud) -> None:
    job = run(cloud, request(cloud, "raise ValueError('not a number')"))
    assert job["FailureReason"].startswith("AlgorithmError: Traceback")
    assert job["FailureReason"].endswith("ValueError: not a number, exit code: 1")


def test_a_job_without_its_input_fails_before_it_starts(cloud: SageMakerCloud) -> None:
    channels = [channel("reviews", "S3Prefix", "s3://bucket/nothing-here/")]
    job = run(cloud, request(cloud, "", InputDataConfig=channels))
    assert job["TrainingJobStatus"] == "Failed"
    assert "No S3 objects found under S3 URL 's3://bucket/nothing-here/'" in job["FailureReason"]


def test_a_fault_of_the_laptop_cloud_is_not_blamed_on_the_job(
    cloud: SageMakerCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_container: TrainingContainer, _s3: Any) -> None:
        raise TypeError("unexpected keyword argument 'filter'")

    monkeypatch.setattr(TrainingContainer, "upload", fails)
    job = run(cloud, request(cloud, "print('well done')"))
    assert job["FailureReason"].startswith(
        "InternalServerError: this is a fault of the laptop cloud, not of the job: "
        "TypeError: unexpected keyword argument 'filter'"
    )


def test_a_name_is_taken_once(cloud: SageMakerCloud) -> None:
    asked = request(cloud, "")
    run(cloud, asked)
    with pytest.raises(ClientError) as refused:
        cloud.client("sagemaker").create_training_job(**asked)
    assert refused.value.response["Error"]["Code"] == "ResourceInUse"


def test_an_unknown_job_is_not_found(cloud: SageMakerCloud) -> None:
    with pytest.raises(ClientError) as refused:
        cloud.client("sagemaker").describe_training_job(TrainingJobName="nobody")
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert "Could not find" in refused.value.response["Error"]["Message"]


ENDLESS = """
import signal, sys, time
print("at work", flush=True)
while True:
    time.sleep(60)
"""


def test_a_job_that_takes_too_long_is_stopped(cloud: SageMakerCloud) -> None:
    job = run(cloud, request(cloud, ENDLESS, StoppingCondition={"MaxRuntimeInSeconds": 1}))
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


def test_a_job_is_stopped_on_request_and_only_once(cloud: SageMakerCloud) -> None:
    sagemaker = cloud.client("sagemaker")
    asked = request(cloud, ENDLESS)
    sagemaker.create_training_job(**asked)
    sagemaker.stop_training_job(TrainingJobName=asked["TrainingJobName"])
    cloud.event("Training Job", TrainingJobName=asked["TrainingJobName"], TrainingJobStatus="Stopped")

    with pytest.raises(ClientError, match="in status Stopped"):
        sagemaker.stop_training_job(TrainingJobName=asked["TrainingJobName"])


def test_jobs_are_listed_by_name_status_and_age_page_by_page(cloud: SageMakerCloud) -> None:
    sagemaker = cloud.client("sagemaker")
    prefix = f"listed-{uuid.uuid4().hex[:8]}"
    for number, program in enumerate(["", "raise SystemExit(1)", ""]):
        run(cloud, request(cloud, program) | {"TrainingJobName": f"{prefix}-{number}"})
    run(cloud, request(cloud, ""))

    newest_first = [
        job["TrainingJobName"]
        for page in sagemaker.get_paginator("list_training_jobs").paginate(
            NameContains=prefix, SortBy="CreationTime", SortOrder="Descending", PaginationConfig={"PageSize": 2}
        )
        for job in page["TrainingJobSummaries"]
    ]
    assert newest_first == [f"{prefix}-2", f"{prefix}-1", f"{prefix}-0"]
    failed = sagemaker.list_training_jobs(NameContains=prefix, StatusEquals="Failed")["TrainingJobSummaries"]
    assert [job["TrainingJobName"] for job in failed] == [f"{prefix}-1"]


def test_the_event_has_what_describe_has_but_for_the_artifact(cloud: SageMakerCloud) -> None:
    asked = request(cloud, "", Tags=[{"Key": "of", "Value": "the stack"}])
    cloud.client("sagemaker").create_training_job(**asked)
    started = cloud.event("Training Job", TrainingJobName=asked["TrainingJobName"])
    ended = cloud.event("Training Job", TrainingJobName=asked["TrainingJobName"], TrainingJobStatus="Completed")

    assert started["TrainingJobStatus"] == "InProgress"
    assert ended["SecondaryStatus"] == "Completed"
    assert ended["Tags"] == {"of": "the stack"}
    assert ended["HyperParameters"]["epochs"] == "3"
    assert "ModelArtifacts" not in ended
    assert json.loads(json.dumps(ended)) == ended


def test_jobs_survive_a_restart_and_one_that_ran_has_failed(cloud: SageMakerCloud) -> None:
    sagemaker = cloud.client("sagemaker")
    done = run(cloud, request(cloud, SAYS_WHAT_IT_GOT))
    running = request(cloud, ENDLESS)
    sagemaker.create_training_job(**running)
    save, _ = cloud.kept["training jobs"]
    saved = json.loads(json.dumps(save()))
    sagemaker.stop_training_job(TrainingJobName=running["TrainingJobName"])
    cloud.event("Training Job", TrainingJobName=running["TrainingJobName"], TrainingJobStatus="Stopped")

    later = TrainingJobs(cloud, lambda: None)
    later.restore(saved)

    again = sagemaker.describe_training_job(TrainingJobName=done["TrainingJobName"])
    assert {name: value for name, value in again.items() if name != "ResponseMetadata"} == {
        name: value for name, value in done.items() if name != "ResponseMetadata"
    }
    cut_off = sagemaker.describe_training_job(TrainingJobName=running["TrainingJobName"])
    assert cut_off["TrainingJobStatus"] == "Failed"
    assert "laptop cloud was stopped" in cut_off["FailureReason"]
    cloud.event("Training Job", TrainingJobName=running["TrainingJobName"], TrainingJobStatus="Failed")
    assert isinstance(later._find(done["TrainingJobName"]), TrainingJob)
