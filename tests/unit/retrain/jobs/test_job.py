"""The request for a training job."""

from __future__ import annotations

import json
import re
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from retrain import job
from retrain.compared_releases import ComparedReleases
from retrain.settings import RetrainSettings
from taproom import metrics
from taproom.settings import SettingsError

RUN = "taproom-0123456789ab"
SOURCE = "code/aaaaaaaaaaaa/sourcedir.tar.gz"


@pytest.fixture
def settings(environment: dict[str, str]) -> RetrainSettings:
    return RetrainSettings.from_environment(environment)


def request(
    settings: RetrainSettings, serving: str | None = None, best: str | None = None, run: str = RUN
) -> dict[str, Any]:
    return job.training_request(settings, "eu-west-1", run, SOURCE, ComparedReleases(serving, best))


def channel(asked: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in asked["InputDataConfig"] if each["ChannelName"] == name]
    return dict(found["DataSource"]["S3DataSource"])


@pytest.mark.parametrize("hosts", [1, 2])
@pytest.mark.parametrize("spot", [False, True])
@pytest.mark.parametrize("serving", [None, "taproom-ba9876543210"])
def test_botocore_finds_nothing_wrong_with_the_request(
    settings: RetrainSettings, hosts: int, spot: bool, serving: str | None
) -> None:
    client = boto3.client("sagemaker", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="a")
    asked = request(settings.model_copy(update={"training_spot": spot, "training_instance_count": hosts}), serving)
    with Stubber(client) as stubber:
        stubber.add_response("create_training_job", {"TrainingJobArn": "arn:aws:sagemaker:eu-west-1:1:training-job/a"})
        client.create_training_job(**asked)


def test_the_container_finds_its_script(settings: RetrainSettings) -> None:
    hyperparameters = request(settings)["HyperParameters"]
    assert hyperparameters == {
        "sagemaker_program": '"train.py"',
        "sagemaker_submit_directory": '"s3://drops/code/aaaaaaaaaaaa/sourcedir.tar.gz"',
        "sagemaker_region": '"eu-west-1"',
        "sagemaker_container_log_level": "20",
        "run": '"taproom-0123456789ab"',
        "endpoint_layout": '"separate"',
    }


def test_a_change_of_layout_is_another_run_over_the_same_reviews(environment: dict[str, str]) -> None:
    before = RetrainSettings.from_environment(environment)
    after = RetrainSettings.from_environment({**environment, "ENDPOINT_LAYOUT": "fused"})
    assert request(after)["HyperParameters"]["endpoint_layout"] == '"fused"'
    assert after.run_id(["part"], "", "code") != before.run_id(["part"], "", "code")


def test_the_users_hyperparameters_travel_as_json(environment: dict[str, str]) -> None:
    environment["HYPERPARAMETERS"] = '{"deep_layer_sizes": [128, 64], "use_cross_layer": false, "seed": 7}'
    hyperparameters = request(RetrainSettings.from_environment(environment))["HyperParameters"]
    assert hyperparameters["deep_layer_sizes"] == "[128, 64]"
    assert hyperparameters["use_cross_layer"] == "false"
    assert hyperparameters["seed"] == "7"


@pytest.mark.parametrize("given", ["12", "[]", "seed=7", "null", '"{}"'])
def test_hyperparameters_that_are_no_object_are_refused_with_an_example(
    environment: dict[str, str], given: str
) -> None:
    environment["HYPERPARAMETERS"] = given
    with pytest.raises(SettingsError, match=r"HYPERPARAMETERS: .*JSON object such as") as refusal:
        RetrainSettings.from_environment(environment)
    assert repr(given) in str(refusal.value)


@pytest.mark.parametrize("name", ["run", "endpoint_layout", "sagemaker_program"])
def test_what_taproom_sets_can_not_be_chosen(environment: dict[str, str], name: str) -> None:
    environment["HYPERPARAMETERS"] = json.dumps({name: "mine"})
    with pytest.raises(SettingsError, match=f"{name} can't be chosen"):
        RetrainSettings.from_environment(environment)


def test_the_same_hyperparameters_written_otherwise_are_the_same(environment: dict[str, str]) -> None:
    written = []
    for text in ('{"seed": 7, "patience": 3}', '{ "patience":3,"seed":7 }'):
        environment["HYPERPARAMETERS"] = text
        written.append(RetrainSettings.from_environment(environment).canonical_hyperparameters)
    assert written == ['{"endpoint_layout":"separate","patience":3,"seed":7}'] * 2


def test_the_reviews_come_by_manifest(settings: RetrainSettings) -> None:
    assert channel(request(settings), "reviews") == {
        "S3DataType": "ManifestFile",
        "S3Uri": "s3://drops/runs/taproom-0123456789ab/manifest.json",
        "S3DataDistributionType": "FullyReplicated",
    }


def test_the_release_in_service_comes_along(settings: RetrainSettings) -> None:
    assert channel(request(settings, "taproom-ba9876543210"), "serving") == {
        "S3DataType": "S3Prefix",
        "S3Uri": "s3://drops/releases/taproom-ba9876543210/model.tar.gz",
        "S3DataDistributionType": "FullyReplicated",
    }


def test_the_best_of_the_last_ten_comes_along_in_a_channel_of_its_own(settings: RetrainSettings) -> None:
    asked = request(settings, "taproom-ba9876543210", "taproom-cccccccccccc")
    assert [each["ChannelName"] for each in asked["InputDataConfig"]] == ["reviews", "serving", "best"]
    assert channel(asked, "best")["S3Uri"] == "s3://drops/releases/taproom-cccccccccccc/model.tar.gz"


def test_without_a_release_in_service_there_is_no_such_channel(settings: RetrainSettings) -> None:
    assert [each["ChannelName"] for each in request(settings)["InputDataConfig"]] == ["reviews"]


def test_outputs_go_where_the_contracts_say(settings: RetrainSettings) -> None:
    asked = request(settings)
    assert asked["OutputDataConfig"] == {"S3OutputPath": "s3://drops/artifacts"}
    assert asked["TensorBoardOutputConfig"] == {"S3OutputPath": "s3://drops/tensorboard/taproom-0123456789ab"}


def test_on_demand_training_has_neither_checkpoints_nor_a_waiting_time(settings: RetrainSettings) -> None:
    asked = request(settings)
    assert asked["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    assert not {"EnableManagedSpotTraining", "CheckpointConfig", "RetryStrategy"} & asked.keys()


def test_several_hosts_keep_checkpoints_and_the_job_is_tried_again_when_one_is_lost(settings: RetrainSettings) -> None:
    asked = request(settings.model_copy(update={"training_instance_count": 2}))
    assert asked["ResourceConfig"]["InstanceCount"] == 2
    assert asked["CheckpointConfig"] == {"S3Uri": "s3://drops/checkpoints/taproom-0123456789ab/"}
    assert asked["RetryStrategy"] == {"MaximumRetryAttempts": 3}


def test_an_instance_with_gpus_trains_in_the_image_for_gpus(settings: RetrainSettings) -> None:
    asked = request(settings.model_copy(update={"training_instance_type": "ml.g5.xlarge"}))
    assert "-gpu-" in asked["AlgorithmSpecification"]["TrainingImage"]


def test_spot_training_keeps_checkpoints_and_waits_as_long_as_it_may_run(settings: RetrainSettings) -> None:
    asked = request(settings.model_copy(update={"training_spot": True}))
    assert asked["EnableManagedSpotTraining"] is True
    assert asked["CheckpointConfig"] == {"S3Uri": "s3://drops/checkpoints/taproom-0123456789ab/"}
    assert asked["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}


def test_sagemaker_is_told_of_every_metric_that_the_job_prints(settings: RetrainSettings) -> None:
    definitions = request(settings)["AlgorithmSpecification"]["MetricDefinitions"]
    assert [each["Name"] for each in definitions] == [metric.printed_name for metric in metrics.PRINTED]


def test_sagemaker_takes_no_more_than_40_metrics() -> None:
    assert len(metrics.PRINTED) <= 40


def test_a_metric_is_read_from_its_line_and_from_no_other(settings: RetrainSettings) -> None:
    definitions = request(settings)["AlgorithmSpecification"]["MetricDefinitions"]
    regexes = {each["Name"]: each["Regex"] for each in definitions}
    line = "metric retrieval_recall_at_100=3.81e-01"
    matches = {name: found[1] for name, regex in regexes.items() if (found := re.search(regex, line))}
    assert matches == {"retrieval_recall_at_100": "3.81e-01"}


def test_the_manifest_lists_the_parts_in_order_of_time_below_their_prefix() -> None:
    parts = ("20260102T000000Z-000000000002", "20260101T000000Z-000000000001")
    written = job.manifest("drops", parts)
    assert written == [
        {"prefix": "s3://drops/reviews/"},
        "20260101T000000Z-000000000001.parquet",
        "20260102T000000Z-000000000002.parquet",
    ]
    assert job.parts_of(written) == frozenset(parts)
