"""Making endpoints, updating and asking them, as a client of SageMaker does."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.sagemaker.cloud import SageMakerCloud

COLUMNS = {"inputs": {"name": ["Ada"], "number": [1]}}


def config(
    cloud: SageMakerCloud, archive: bytes, environment: dict[str, str] | None = None, instances: str | None = None
) -> str:
    """A model over `archive` and a config for it, both under the name that is returned.

    It is serverless, or has one instance of the type `instances`.
    """
    name = f"config-{uuid.uuid4().hex[:12]}"
    cloud.client("s3").put_object(Bucket="bucket", Key=f"{name}.tar.gz", Body=archive)
    sagemaker = cloud.client("sagemaker")
    container = {"Image": "i", "ModelDataUrl": f"s3://bucket/{name}.tar.gz", "Environment": environment or {}}
    sagemaker.create_model(
        ModelName=name, ExecutionRoleArn="arn:aws:iam::123456789012:role/r", PrimaryContainer=container
    )
    capacity = (
        {"InstanceType": instances, "InitialInstanceCount": 1}
        if instances
        else {"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5}}
    )
    variant = {"VariantName": "AllTraffic", "ModelName": name, **capacity}
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    return name


def endpoint(cloud: SageMakerCloud, config: str) -> str:
    """An endpoint in service."""
    name = f"endpoint-{uuid.uuid4().hex[:12]}"
    cloud.client("sagemaker").create_endpoint(EndpointName=name, EndpointConfigName=config)
    cloud.event("Endpoint", EndpointName=name, EndpointStatus="IN_SERVICE")
    return name


def update(cloud: SageMakerCloud, name: str, config: str, **more: Any) -> dict[str, Any]:
    """Update and wait for the end; what describe says then."""
    sagemaker = cloud.client("sagemaker")
    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config, **more)
    cloud.event("Endpoint", EndpointName=name, EndpointStatus="IN_SERVICE")
    described: dict[str, Any] = sagemaker.describe_endpoint(EndpointName=name)
    return described


def ask(cloud: SageMakerCloud, name: str, body: Any = COLUMNS, **more: Any) -> Any:
    answer = cloud.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=name, Body=json.dumps(body), **{"ContentType": "application/json", **more}
    )
    assert answer["InvokedProductionVariant"] == "AllTraffic"
    assert answer["ContentType"] == "application/json"
    return json.loads(answer["Body"].read())


def refused(cloud: SageMakerCloud, name: str, body: Any, **more: Any) -> dict[str, Any]:
    """The whole error answer of a request that must be refused."""
    with pytest.raises(ClientError) as refusal:
        ask(cloud, name, body, **more)
    return dict(refusal.value.response)


def release(cloud: SageMakerCloud, name: str, **more: Any) -> str:
    """The release that answers."""
    return str(ask(cloud, name, **more)["outputs"]["release"][0])
