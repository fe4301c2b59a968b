"""The request that starts a run's training job: SageMaker's TensorFlow container in script mode."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from retrain.compared_releases import ComparedReleases
from retrain.settings import RetrainSettings
from retrain.source import RECOMMEND_ALL, SCRIPT
from taproom import contract, images, metrics
from taproom.releases import ARTIFACT

_VOLUME_GIGABYTES = 30
# How often SageMaker starts a job of several hosts again, from its checkpoint, when it has lost one of them.
_MOST_LOST_HOSTS = 3


def training_request(
    settings: RetrainSettings,
    region: str,
    name: str,
    source_key: str,
    compared: ComparedReleases,
    *,
    has_catalogue: bool = False,
    has_served: bool = False,
) -> dict[str, Any]:
    """The arguments of CreateTrainingJob for a job called `name`, be it a run or one that a person starts.

    The code is in the bucket under `source_key`. `has_catalogue` says that there are beers of catalogue files to learn,
    `has_served` that there is a log of what was served.
    """
    bucket = f"s3://{settings.bucket}"
    channels = [_channel(contract.REVIEWS_CHANNEL, "ManifestFile", f"{bucket}/{manifest_key(name)}")]
    listed = {contract.CATALOGUE_CHANNEL: has_catalogue, contract.SERVED_CHANNEL: has_served}
    channels += [
        _channel(channel, "ManifestFile", f"{bucket}/{contract.RUNS}{name}/{channel}.json")
        for channel, is_there in listed.items()
        if is_there
    ]
    beside = {contract.SERVING_CHANNEL: compared.serving, contract.BEST_CHANNEL: compared.best}
    channels += [
        _channel(channel, "S3Prefix", f"{bucket}/{contract.RELEASES}{release}/{ARTIFACT}")
        for channel, release in beside.items()
        if release is not None
    ]
    script_mode = {
        "sagemaker_program": SCRIPT,
        "sagemaker_submit_directory": f"{bucket}/{source_key}",
        "sagemaker_region": region,
        "sagemaker_container_log_level": 20,
        "run": name,
    }
    asked: dict[str, Any] = {
        "TrainingJobName": name,
        "RoleArn": settings.role_arn,
        "AlgorithmSpecification": {
            "TrainingImage": images.training_image(
                region, settings.training_image_tag, settings.training_instance_type
            ),
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": metric.printed_name, "Regex": metric.pattern} for metric in metrics.PRINTED],
        },
        # The container decodes every value as JSON.
        "HyperParameters": {
            key: json.dumps(value) for key, value in {**settings.hyperparameters, **script_mode}.items()
        },
        "InputDataConfig": channels,
        "OutputDataConfig": {"S3OutputPath": f"{bucket}/{contract.ARTIFACTS.rstrip('/')}"},
        "TensorBoardOutputConfig": {"S3OutputPath": f"{bucket}/{contract.TENSORBOARD}{name}"},
        "ResourceConfig": {
            "InstanceType": settings.training_instance_type,
            "InstanceCount": settings.training_instance_count,
            "VolumeSizeInGB": _VOLUME_GIGABYTES,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": settings.training_maximum_runtime},
        "Tags": [{"Key": "taproom:stack", "Value": settings.stack}, {"Key": "taproom:run", "Value": name}],
    }
    if settings.training_spot:
        asked["EnableManagedSpotTraining"] = True
        asked["StoppingCondition"]["MaxWaitTimeInSeconds"] = 2 * settings.training_maximum_runtime
    has_several_hosts = settings.training_instance_count > 1
    if has_several_hosts:
        asked["RetryStrategy"] = {"MaximumRetryAttempts": _MOST_LOST_HOSTS}
    if settings.training_spot or has_several_hosts:
        asked["CheckpointConfig"] = {"S3Uri": f"{bucket}/{contract.CHECKPOINTS}{name}/"}
    return asked


def batch_request(
    settings: RetrainSettings, region: str, name: str, source_key: str, release: str, *, has_listings: bool
) -> dict[str, Any]:
    """The arguments of CreateTrainingJob for a job that recommends to everybody what `release` would.

    What it writes below its checkpoints SageMaker sends to batch/<release>/. `has_listings` says that catalogue files
    say anything of beers.
    """
    asked = training_request(settings, region, name, source_key, ComparedReleases(serving=release))
    bucket = f"s3://{settings.bucket}"
    if has_listings:
        asked["InputDataConfig"].append(
            _channel(contract.LISTINGS_CHANNEL, "S3Prefix", f"{bucket}/{contract.LISTINGS}")
        )
    asked["HyperParameters"] = {
        key: value for key, value in asked["HyperParameters"].items() if key.startswith("sagemaker_")
    } | {"sagemaker_program": json.dumps(RECOMMEND_ALL)}
    asked["CheckpointConfig"] = {"S3Uri": f"{bucket}/{contract.BATCH}{release}/"}
    asked["ResourceConfig"]["InstanceCount"] = 1
    del asked["TensorBoardOutputConfig"], asked["AlgorithmSpecification"]["MetricDefinitions"]
    asked["EnableManagedSpotTraining"] = False
    asked.pop("RetryStrategy", None)
    asked["StoppingCondition"].pop("MaxWaitTimeInSeconds", None)
    return asked


def manifest_key(run: str) -> str:
    """Where the list of the run's parts lies in the bucket."""
    return f"{contract.RUNS}{run}/manifest.json"


def catalogue_manifest_key(run: str) -> str:
    """Where the beers of catalogue files that the run learns are named in the bucket."""
    return f"{contract.RUNS}{run}/{contract.CATALOGUE_CHANNEL}.json"


def served_manifest_key(run: str) -> str:
    """Where the files of the served log that the run reads are listed in the bucket."""
    return f"{contract.RUNS}{run}/{contract.SERVED_CHANNEL}.json"


def catalogue_manifest(bucket: str, learnt: str) -> list[Any]:
    """SageMaker's manifest of the one file `learnt`."""
    return [{"prefix": f"s3://{bucket}/{contract.CATALOGUE_BEERS}"}, f"{learnt}.parquet"]


def served_manifest(bucket: str, files: Iterable[str]) -> list[Any]:
    """SageMaker's manifest of `files`, keys below served/."""
    return [{"prefix": f"s3://{bucket}/{contract.SERVED}"}, *files]


def manifest(bucket: str, parts: tuple[str, ...]) -> list[Any]:
    """SageMaker's manifest: where the parts lie, then each part's file, in order of time."""
    return [{"prefix": f"s3://{bucket}/{contract.REVIEWS}"}, *(f"{part}.parquet" for part in sorted(parts))]


def parts_of(manifest: list[Any]) -> frozenset[str]:
    """The parts, or the catalogue's beers, that a manifest lists."""
    return frozenset(str(file).removesuffix(".parquet") for file in manifest[1:])


def _channel(name: str, kind: str, uri: str) -> dict[str, Any]:
    place = {"S3DataType": kind, "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "InputMode": "File", "DataSource": {"S3DataSource": place}}
