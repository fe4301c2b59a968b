"""Large runs are prepared on Spark before they train."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.sagemaker.models import sagemaker_backends

from retrain.decision import Prepare, Start, Wait
from retrain.requests import Request, parsed
from tests.unit.retrain.asking import FIRST, FORCED, SECOND, decide, started
from tests.unit.retrain.cloud import ACCOUNT, BUCKET, REGION, Cloud

ENDED = Request("preparation ended")
EVENTS = Path(__file__).parents[4] / "events"


@pytest.fixture
def large(cloud: Cloud, training: Path) -> Cloud:
    """A stack for which a thousand reviews are large, with a drop of as many."""
    (training / "prepare.py").write_text("import trainer\n")
    (training / "trainer").mkdir()
    (training / "trainer" / "__init__.py").write_text("")
    cloud.set(preparation_minimum_reviews=1000)
    cloud.drop(FIRST, rows=1000)
    return cloud


def prepared(cloud: Cloud) -> str:
    """The run that is being prepared now."""
    decision = decide(cloud)
    assert isinstance(decision, Prepare), decision.reason
    end(cloud, decision.run, "InProgress")
    return decision.run


def end(cloud: Cloud, run: str, status: str) -> None:
    """Put a processing job, which moto completes at once, into another state; a completed one has left its tables."""
    sagemaker_backends[ACCOUNT][REGION].processing_jobs[run].processing_job_status = status
    if status == "Completed":
        cloud.put(f"prepared/{run}/prepared.json", {})


def channels(cloud: Cloud, run: str) -> dict[str, str]:
    given = cloud.job(run)["InputDataConfig"]
    return {channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"] for channel in given}


def test_a_run_of_fewer_reviews_trains_at_once(large: Cloud) -> None:
    large.set(preparation_minimum_reviews=1001)
    run = started(large)
    assert "reviews" in channels(large, run)
    assert large.sagemaker.list_processing_jobs()["ProcessingJobSummaries"] == []


def test_a_large_run_is_prepared_and_trains_on_what_that_left(large: Cloud) -> None:
    run = prepared(large)
    assert large.runs() == []
    end(large, run, "Completed")
    assert started(large, ENDED) == run
    given = channels(large, run)
    assert given == {"prepared": f"s3://{BUCKET}/prepared/{run}/"}
    assert "CheckpointConfig" not in large.job(run), "the snapshot is Spark's"


def test_the_job_is_that_of_the_spark_container(large: Cloud) -> None:
    large.set(hyperparameters={"held_out_share": 0.2})
    run = prepared(large)
    job: dict[str, Any] = large.sagemaker.describe_processing_job(ProcessingJobName=run)
    container = job["AppSpecification"]
    assert container["ImageUri"] == (
        "571004829621.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-spark-processing:3.5-cpu-py312-v1.4"
    )
    code = "/opt/ml/processing/input/code"
    assert container["ContainerArguments"] == [
        *("--py-files", f"{code}/preparation.zip", f"{code}/prepare.py", "--run", run, "--held_out_share", "0.2")
    ]
    inputs = {each["InputName"]: each["S3Input"] for each in job["ProcessingInputs"]}
    assert inputs["reviews"]["S3Uri"] == f"s3://{BUCKET}/runs/{run}/manifest.json"
    assert large.read(f"runs/{run}/manifest.json")[1:] == [f"{FIRST}.parquet"]
    outputs = {each["OutputName"]: each["S3Output"]["S3Uri"] for each in job["ProcessingOutputConfig"]["Outputs"]}
    assert outputs == {
        "snapshot": f"s3://{BUCKET}/checkpoints/{run}/snapshot/",
        "prepared": f"s3://{BUCKET}/prepared/{run}/",
    }


def test_spark_finds_the_script_and_what_it_imports(large: Cloud) -> None:
    run = prepared(large)
    job = large.sagemaker.describe_processing_job(ProcessingJobName=run)
    folder = job["ProcessingInputs"][0]["S3Input"]["S3Uri"].removeprefix(f"s3://{BUCKET}/")
    assert large.keys(folder) == [f"{folder}preparation.zip", f"{folder}prepare.py"]
    packed = large.s3.get_object(Bucket=BUCKET, Key=f"{folder}preparation.zip")["Body"].read()
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert {"taproom/contract.py", "trainer/__init__.py"} <= set(names)


def test_while_it_is_prepared_nothing_else_starts(large: Cloud) -> None:
    run = prepared(large)
    large.drop(SECOND)
    decision = decide(large, FORCED)
    assert isinstance(decision, Wait)
    assert decision.reason == f"{run} is being prepared on Spark."


def test_what_came_meanwhile_is_for_the_next_run(large: Cloud) -> None:
    run = prepared(large)
    large.drop(SECOND)
    end(large, run, "Completed")
    assert started(large, ENDED) == run
    assert large.read(f"runs/{run}/manifest.json")[1:] == [f"{FIRST}.parquet"]


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_where_it_failed_the_training_job_reads_the_reviews_itself(large: Cloud, status: str) -> None:
    run = prepared(large)
    end(large, run, status)
    assert started(large, ENDED) == run
    assert set(channels(large, run)) == {"reviews"}


def test_where_somebody_was_forgotten_meanwhile_the_training_job_reads_the_reviews_itself(large: Cloud) -> None:
    run = prepared(large)
    end(large, run, "Completed")
    large.s3.delete_object(Bucket=BUCKET, Key=f"prepared/{run}/prepared.json")
    assert started(large, ENDED) == run
    assert set(channels(large, run)) == {"reviews"}


def test_what_was_prepared_of_a_part_that_is_gone_is_left_alone(large: Cloud) -> None:
    run = prepared(large)
    end(large, run, "Completed")
    large.drop(SECOND, rows=1000)
    large.withdraw(FIRST)
    decision = decide(large, ENDED)
    assert isinstance(decision, Prepare)
    assert decision.run != run


def test_a_run_that_trained_is_not_trained_again(large: Cloud) -> None:
    run = prepared(large)
    end(large, run, "Completed")
    assert started(large, ENDED) == run
    assert not isinstance(decide(large, ENDED), Start)


def test_an_account_without_such_an_instance_trains_at_once(large: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "ResourceLimitExceeded"}}, "CreateProcessingJob")

    monkeypatch.setattr(large.sagemaker, "create_processing_job", refuse)
    assert "reviews" in channels(large, started(large))


def test_switched_off_it_never_starts(large: Cloud) -> None:
    large.set(preparation="off")
    assert "reviews" in channels(large, started(large))


def test_the_end_of_a_preparation_asks_for_a_decision() -> None:
    event = (EVENTS / "processing_job_completed.json").read_text()
    assert parsed(event).cause == "preparation ended (taproom-0123456789ab: Completed)"
