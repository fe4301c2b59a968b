"""SageMaker models and endpoint configs: moto's own, refusing names twice and listed by name as AWS does.

moto knows the instance types of some years ago; here they are those that boto3 knows.
"""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import AWSValidationException
from moto.sagemaker.models import FakeEndpointConfig, Model

from local.context import CloudContext
from local.sagemaker import api
from local.sagemaker.api import Request
from local.services import serialization


def install(cloud: CloudContext) -> None:
    """Check names before moto's CreateModel and CreateEndpointConfig; list models by name; keep both."""
    backend = api.backend(cloud)

    def check_model(request: Request) -> None:
        if request["ModelName"] in backend._models:
            arn = api.arn(cloud, "model", request["ModelName"])
            raise AWSValidationException(f'Cannot create already existing model "{arn}".')

    def check_config(request: Request) -> None:
        if request["EndpointConfigName"] in backend.endpoint_configs:
            arn = api.arn(cloud, "endpoint-config", request["EndpointConfigName"])
            raise AWSValidationException(f'Cannot create already existing endpoint configuration "{arn}".')

    def validate_instance_type(_: FakeEndpointConfig, instance_type: str) -> None:
        known = cloud.client("sagemaker").meta.service_model.shape_for("ProductionVariantInstanceType").enum
        if instance_type not in known:
            raise AWSValidationException(
                f"Value '{instance_type}' at 'instanceType' failed to satisfy constraint: Member must satisfy enum "
                f"value set: {known}"
            )

    def list_models(request: Request) -> dict[str, Any]:
        summaries = [
            {"ModelName": each.model_name, "ModelArn": each.arn, "CreationTime": each.creation_time}
            for each in list(backend._models.values())
        ]
        return api.list_page(request, summaries, "Models", "Model", "Descending")

    def save() -> Any:
        return {
            "models": [serialization.to_json(each) for each in backend._models.values()],
            "configs": [serialization.to_json(each) for each in backend.endpoint_configs.values()],
        }

    def restore(saved: Any) -> None:
        for each in saved["models"]:
            backend._models[each["model_name"]] = serialization.from_json(Model, each)
        for each in saved["configs"]:
            backend.endpoint_configs[each["endpoint_config_name"]] = serialization.from_json(FakeEndpointConfig, each)

    cloud.replace(FakeEndpointConfig, "validate_instance_type", validate_instance_type)
    api.check_before(cloud, "CreateModel", check_model)
    api.check_before(cloud, "CreateEndpointConfig", check_config)
    api.replace_operation(cloud, "ListModels", list_models)
    cloud.keep("models and configs", save, restore)
