"""What SageMaker keeps of a stack's releases: endpoint configs, models, packages of the registry; and how they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from taproom import names
from taproom.sagemaker_errors import is_absent


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
