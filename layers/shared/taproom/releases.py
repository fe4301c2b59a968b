"""What there is of releases: objects in the bucket, and endpoint configs, models and packages in SageMaker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from taproom import names
from taproom.contract import METRICS, RELEASES, REPORT
from taproom.sagemaker_errors import is_absent

ARTIFACT = "model.tar.gz"
ROLLOUT = "rollout.json"
# What is left of a release that is retired: small, and looked back at.
RECORDS = frozenset({METRICS, REPORT, ROLLOUT})


@dataclass(frozen=True)
class StoredRelease:
    """`files` are names below `releases/<release>/`; `at` is when it was rolled out last, or made if it never was."""

    release: str
    files: frozenset[str]
    at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether it can be put in service: all that this takes is made of its artifact. If not, it is retired."""
        return ARTIFACT in self.files


def stored_releases(s3: Any, bucket: str) -> list[StoredRelease]:
    """Every release in `bucket`, retired ones too, the last rolled out first; `s3` is a boto3 client."""
    written: dict[str, dict[str, datetime]] = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=RELEASES):
        for found in page.get("Contents", []):
            release, _, file = found["Key"].removeprefix(RELEASES).partition("/")
            written.setdefault(release, {})[file] = found["LastModified"]
    releases = [
        StoredRelease(release, frozenset(files), files.get(ROLLOUT) or max(files.values()))
        for release, files in written.items()
    ]
    return sorted(releases, key=lambda each: (each.at, each.release), reverse=True)


def delete_configs_and_models(sagemaker: Any, containing: str, goes: Callable[[str], bool]) -> dict[str, int]:
    """Delete the endpoint configs and the models of each release that `goes`; how many of both. May run again.

    Looked at are those with `containing` in their names, a release or a stack's prefix; `sagemaker` is a boto3 client.
    """

    def listed(operation: str, kind: str, name: str) -> list[str]:
        pages = sagemaker.get_paginator(operation).paginate(NameContains=containing)
        found = (str(each[name]) for page in pages for each in page[kind])
        return [each for each in found if (release := names.release_of_config(each)) is not None and goes(release)]

    configs = listed("list_endpoint_configs", "EndpointConfigs", "EndpointConfigName")
    for config in configs:
        _delete(sagemaker.delete_endpoint_config, EndpointConfigName=config)
    models = listed("list_models", "Models", "ModelName")
    for model in models:
        _delete(sagemaker.delete_model, ModelName=model)
    return {"configs": len(configs), "models": len(models)}


def packages(sagemaker: Any, group: str) -> list[Mapping[str, Any]]:
    """The model packages of `group` as SageMaker lists them; each one's ModelPackageDescription is its run."""
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=group)
    return [package for page in pages for package in page["ModelPackageSummaryList"]]


def delete_package(sagemaker: Any, package: Mapping[str, Any]) -> None:
    """Delete one of `packages`. May run again."""
    _delete(sagemaker.delete_model_package, ModelPackageName=package["ModelPackageArn"])


def _delete(delete: Callable[..., Any], **which: str) -> None:
    try:
        delete(**which)
    except ClientError as error:
        # Somebody who does the same may have been faster.
        if not is_absent(error):
            raise
