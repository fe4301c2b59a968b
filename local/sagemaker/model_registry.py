"""The Model Registry: moto's own, with the events, idempotency token and deletion that it lacks."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import AWSValidationException
from moto.sagemaker.models import ModelPackage
from moto.sagemaker.responses import SageMakerResponse

from local.context import CloudContext
from local.sagemaker import api
from local.sagemaker.api import Request
from local.services import serialization


def install(cloud: CloudContext) -> None:
    """Emit state changes of model packages; create them once a token; let them be deleted; keep them."""
    backend = api.backend(cloud)
    moto_create = SageMakerResponse.create_model_package
    moto_update = SageMakerResponse.update_model_package

    def create(response: SageMakerResponse) -> ActionResult:
        token = response._get_param("ClientToken")
        before = [each for each in backend.model_packages.values() if token and each.client_token == token]
        if before:
            return ActionResult({"ModelPackageArn": before[0].arn})
        created: ActionResult = moto_create(response)
        _emit_state_change(cloud, backend.model_packages[created.result["ModelPackageArn"]])  # type: ignore[index]
        return created

    def update(response: SageMakerResponse) -> ActionResult:
        package = _find(response._get_param("ModelPackageArn"))
        # moto takes what a request leaves out as emptied; SageMaker leaves it as it is.
        before = vars(package).copy()
        updated: ActionResult = moto_update(response)
        for name, parameter in _UPDATABLE.items():
            if response._get_param(parameter) is None:
                setattr(package, name, before[name])
        if package.model_approval_status != before["model_approval_status"]:
            _emit_state_change(cloud, package)
        cloud.changed()
        return updated

    def delete(request: Request) -> None:
        package = _find(request["ModelPackageName"])
        del backend.model_packages[package.arn]
        cloud.changed()

    def _find(name: str) -> ModelPackage:
        arn = backend.model_package_name_mapping.get(name, name)
        if arn not in backend.model_packages:
            raise AWSValidationException(f"Model package {name} does not exist.")
        return backend.model_packages[arn]

    def save() -> Any:
        return [serialization.to_json(each) for each in backend.model_packages.values()]

    def restore(saved: Any) -> None:
        for each in saved:
            package = serialization.from_json(ModelPackage, each)
            backend.model_packages[package.arn] = package
            backend.model_package_name_mapping[package.model_package_name] = package.arn
            backend.model_package_name_mapping[package.arn] = package.arn

    cloud.replace(SageMakerResponse, "create_model_package", create)
    cloud.replace(SageMakerResponse, "update_model_package", update)
    api.replace_operation(cloud, "DeleteModelPackage", delete)
    cloud.keep("model packages", save, restore)


_UPDATABLE = {
    "model_approval_status": "ModelApprovalStatus",
    "approval_description": "ApprovalDescription",
    "customer_metadata_properties": "CustomerMetadataProperties",
}


def _emit_state_change(cloud: CloudContext, package: ModelPackage) -> None:
    detail = {
        "ModelPackageGroupName": package.model_package_group_name,
        "ModelPackageVersion": package.model_package_version,
        "ModelPackageArn": package.arn,
        "ModelPackageDescription": package.model_package_description,
        "ModelPackageStatus": package.model_package_status,
        "ModelApprovalStatus": package.model_approval_status,
        "CreationTime": package.creation_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    cloud.say("registry", f"{package.arn.rsplit('model-package/')[-1]} {package.model_approval_status}")
    cloud.emit("SageMaker Model Package State Change", "aws.sagemaker", detail, [package.arn])
    cloud.changed()
