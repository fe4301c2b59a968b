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
from taproom.snapshots.stored import StoredSnapshot, left_by

_VOLUME_GIGABYTES = 30
# What lies there SageMaker sends to the bucket while the job runs, as it does with checkpoints.
_SNAPSHOT_FOLDER = "/opt/ml/snapshot"
# How often SageMaker starts a job of several hosts again, from its checkpoint, when it has lost one of them.
_MOST_LOST_HOSTS = 3


def training_request(
    settings: RetrainSettings,
    region: str,
    name: str,
    source_key: str,
    compared: ComparedReleases,
    *,
    has_snapshot: bool = False,
    has_catalogue: bool = False,
    has_served: bool = False,
    is_prepared: bool = False,
    leaves_snapshot: bool = False,
) -> dict[str, Any]:
    """The arguments of CreateTrainingJob for a job called `name`, be it a run or one that a person starts.

    The code is in the bucket under `source_key`. `has_snapshot` says that some of the parts are read by a snapshot,
    `has_catalogue` that there are beers of catalogue files to learn, `has_served` that there is a log of what was
    served, `is_prepared` that Spark has read the parts and prepared the reviews; one that `leaves_snapshot` leaves what
    it read for runs to come.
    """
    bucket = f"s3://{settings.bucket}"
    if is_prepared:
        channels = [_channel(contract.PREPARED_CHANNEL, "S3Prefix", f"{bucket}/{contract.PREPARED}{name}/")]
    else:
        reviews = f"{bucket}/{read_manifest_key(name, has_snapshot)}"
        channels = [_channel(contract.REVIEWS_CHANNEL, "ManifestFile", reviews)]
    if has_catalogue:
        channels.append(
            _channel(contract.CATALOGUE_CHANNEL, "ManifestFile", f"{bucket}/{catalogue_manifest_key(name)}")
        )
    if has_served:
        channels.append(_channel(contract.SERVED_CHANNEL, "ManifestFile", f"{bucket}/{served_manifest_key(name)}"))
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
        "endpoint_layout": settings.endpoint_layout,
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
    if leaves_snapshot:
        asked["CheckpointConfig"] = {"S3Uri": f"{bucket}/{left_by(name)}", "LocalPath": _SNAPSHOT_FOLDER}
    if settings.training_spot:
        asked["EnableManagedSpotTraining"] = True
        asked["StoppingCondition"]["MaxWaitTimeInSeconds"] = 2 * settings.training_maximum_runtime
    has_several_hosts = settings.training_instance_count > 1
    if has_several_hosts:
        asked["RetryStrategy"] = {"MaximumRetryAttempts": _MOST_LOST_HOSTS}
    if settings.training_spot or has_several_hosts:
        # The snapshot is in a folder of theirs.
        asked["CheckpointConfig"] = {"S3Uri": f"{bucket}/{contract.CHECKPOINTS}{name}/"}
    return asked


def batch_request(
    settings: RetrainSettings,
    region: str,
    name: str,
    source_key: str,
    release: str,
    *,
    has_snapshot: bool,
    has_listings: bool,
) -> dict[str, Any]:
    """The arguments of CreateTrainingJob for a job that recommends to everybody what `release` would.

    What it writes below its checkpoints SageMaker sends to batch/<release>/. `has_snapshot` is as in
    `training_request`, `has_listings` says that catalogue files say anything of beers.
    """
    compared = ComparedReleases(serving=release)
    asked = training_request(settings, region, name, source_key, compared, has_snapshot=has_snapshot)
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


def reviews_manifest_key(run: str) -> str:
    """Where the files are listed that the run reads in the place of parts, where a snapshot covers some of them."""
    return f"{contract.RUNS}{run}/{contract.REVIEWS_CHANNEL}.json"


def read_manifest_key(run: str, has_snapshot: bool) -> str:
    """The manifest of what is read for the run: parts, or a snapshot and the parts that it does not cover."""
    return reviews_manifest_key(run) if has_snapshot else manifest_key(run)


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


def reviews_manifest(bucket: str, parts: Iterable[str], snapshot: StoredSnapshot) -> list[Any]:
    """The same for who reads the `snapshot`, and of the parts those that it does not cover."""
    newer = sorted(set(parts).difference(snapshot.snapshot.parts))
    return [{"prefix": f"s3://{bucket}/"}, *snapshot.keys, *(f"{contract.REVIEWS}{part}.parquet" for part in newer)]


def parts_of(manifest: list[Any]) -> frozenset[str]:
    """The parts, or the catalogue's beers, that a manifest lists."""
    return frozenset(str(file).removesuffix(".parquet") for file in manifest[1:])


def _channel(name: str, kind: str, uri: str) -> dict[str, Any]:
    place = {"S3DataType": kind, "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "InputMode": "File", "DataSource": {"S3DataSource": place}}
