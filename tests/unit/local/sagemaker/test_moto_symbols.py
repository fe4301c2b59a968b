"""What the SageMaker rooms replace in moto is there to be replaced, and comes back when the cloud stops."""

from __future__ import annotations

from pathlib import Path

import pytest
from moto.sagemaker.models import FakeEndpointConfig, Model, ModelPackage, SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse
from moto.sagemakerruntime.responses import SageMakerRuntimeResponse

from local.assembly import install_sagemaker
from local.sagemaker.serving.model_server_process import ModelServer
from tests.unit.local.sagemaker.cloud import SageMakerCloud


def test_everything_is_put_back_when_the_cloud_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelServer, "start", lambda _: None)
    before = [dict(vars(owner)) for owner in (SageMakerResponse, SageMakerRuntimeResponse)]
    cloud = SageMakerCloud(tmp_path)
    install_sagemaker(cloud)
    assert [dict(vars(owner)) for owner in (SageMakerResponse, SageMakerRuntimeResponse)] != before
    cloud.stop()
    assert [dict(vars(owner)) for owner in (SageMakerResponse, SageMakerRuntimeResponse)] == before


@pytest.mark.parametrize(
    "method",
    [
        "create_training_job",
        "describe_training_job",
        "list_training_jobs",
        "create_endpoint",
        "describe_endpoint",
        "delete_endpoint",
        "list_endpoints",
        "create_model",
        "create_endpoint_config",
        "list_models",
        "create_model_package",
        "update_model_package",
    ],
)
def test_moto_answers_the_operation_that_ours_takes_over(method: str) -> None:
    assert callable(getattr(SageMakerResponse, method))


def test_motos_backend_has_the_dictionaries_that_ours_live_in() -> None:
    backend = SageMakerModelBackend("us-east-1", "123456789012")
    for name in (
        "training_jobs",
        "endpoints",
        "endpoint_configs",
        "_models",
        "model_packages",
        "model_package_name_mapping",
    ):
        assert getattr(backend, name) == {}


def test_motos_objects_have_the_attributes_that_are_read() -> None:
    backend = SageMakerModelBackend("us-east-1", "123456789012")
    backend.create_model("m", "role", {"Image": "i"}, None, None, None)
    variant = {"VariantName": "v", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    backend.create_endpoint_config("c", [variant], {}, {}, [], "")
    model, config = backend._models["m"], backend.endpoint_configs["c"]
    assert isinstance(model, Model)
    assert isinstance(config, FakeEndpointConfig)
    assert {"model_name", "arn", "creation_time"} <= vars(model).keys()
    assert config.production_variants == [variant]
    assert model.response_object["PrimaryContainer"] == {"Image": "i"}
    assert callable(config.validate_instance_type)
    assert {"client_token", "model_package_name"} <= set(ModelPackage.__init__.__code__.co_varnames)
