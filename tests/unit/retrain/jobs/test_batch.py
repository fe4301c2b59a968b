"""Recommendations for everybody are a job beside the loop."""

from __future__ import annotations

from retrain.handler import handler
from tests.unit.retrain.asking import FIRST, Context, batch, started
from tests.unit.retrain.cloud import BUCKET, Cloud

ASKED = batch('{"reason": "batch"}')


def batch_jobs(cloud: Cloud) -> list[str]:
    listed = cloud.sagemaker.list_training_jobs()["TrainingJobSummaries"]
    return [job["TrainingJobName"] for job in listed if "-batch-" in job["TrainingJobName"]]


def test_it_gets_the_release_in_service_and_all_reviews_and_writes_below_the_releases_name(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    run = started(cloud)
    cloud.give_verdict(run)
    cloud.serve(run)
    handler(ASKED, Context())
    (name,) = batch_jobs(cloud)
    job = cloud.job(name)
    assert job["HyperParameters"]["sagemaker_program"] == '"recommend_all.py"'
    assert "run" not in job["HyperParameters"]
    assert job["CheckpointConfig"]["S3Uri"] == f"s3://{BUCKET}/batch/{run}/"
    channels = {each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"] for each in job["InputDataConfig"]}
    assert channels == {
        "reviews": f"s3://{BUCKET}/runs/{name}/manifest.json",
        "serving": f"s3://{BUCKET}/releases/{run}/model.tar.gz",
    }
    assert cloud.read(f"runs/{name}/manifest.json") == cloud.read(f"runs/{run}/manifest.json")


def test_what_catalogue_files_retire_is_told_to_it(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    cloud.list_beers("")
    run = started(cloud)
    cloud.give_verdict(run)
    cloud.serve(run)
    handler(ASKED, Context())
    (name,) = batch_jobs(cloud)
    channels = {each["ChannelName"]: each["DataSource"]["S3DataSource"] for each in cloud.job(name)["InputDataConfig"]}
    assert channels["listings"]["S3Uri"] == f"s3://{BUCKET}/catalogue/current.json"


def test_while_nothing_serves_there_is_nothing_to_recommend(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    handler(ASKED, Context())
    assert batch_jobs(cloud) == []
