"""Which release SageMaker's endpoints answer with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.sagemaker.models import sagemaker_backends

from taproom import sagemaker_endpoints
from taproom.names import Layout, config_name
from taproom.sagemaker_endpoints import Endpoint
from taproom.sagemaker_errors import is_absent

OLD = "taproom-000000000001"
NEW = "taproom-000000000002"
Serve = Callable[..., None]


@pytest.fixture(scope="module")
def client() -> Any:
    return boto3.Session("none", "none", region_name="eu-west-1").client("sagemaker")


@pytest.fixture(autouse=True)
def account() -> Iterator[None]:
    """An account of its own for each test."""
    with mock_aws():
        yield


@pytest.fixture
def serve(client: Any) -> Serve:
    """Create an endpoint with the config of a release, in a state of its life."""

    def create(name: str, config: str, status: str = "InService") -> None:
        client.create_model(
            ModelName=config,
            ExecutionRoleArn="arn:aws:iam::123456789012:role/sagemaker",
            PrimaryContainer={"Image": "image"},
        )
        variant = {"VariantName": "all", "ModelName": config, "InitialVariantWeight": 1.0}
        client.create_endpoint_config(
            EndpointConfigName=config,
            ProductionVariants=[{**variant, "InitialInstanceCount": 1, "InstanceType": "ml.t2.medium"}],
        )
        client.create_endpoint(EndpointName=name, EndpointConfigName=config)
        sagemaker_backends["123456789012"]["eu-west-1"].endpoints[name].endpoint_status = status

    return create


def config(release: str, servable: str) -> str:
    return config_name(release, servable, "0a1b")


def test_without_endpoints_nothing_is_in_service(client: Any) -> None:
    assert sagemaker_endpoints.release_in_service(client, "taproom") is None
    assert sagemaker_endpoints.of_layout(client, "taproom", Layout.FUSED) == {"fused": None}


def test_an_endpoint_is_described_with_its_release(client: Any, serve: Serve) -> None:
    serve("taproom-fused", config(OLD, "fused"))
    endpoint = sagemaker_endpoints.described(client, "taproom-fused")
    assert endpoint == Endpoint("taproom-fused", "InService", config(OLD, "fused"), None, instances=1)
    assert endpoint.release == OLD


def test_a_serverless_endpoint_has_no_instances(client: Any, serve: Serve) -> None:
    serve("taproom-fused", config(OLD, "fused"))
    backend: Any = sagemaker_backends["123456789012"]["eu-west-1"]
    # As SageMaker describes one.
    (variant,) = backend.endpoints["taproom-fused"].production_variants
    variant |= {"CurrentInstanceCount": 0, "CurrentServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5}}
    endpoint = sagemaker_endpoints.described(client, "taproom-fused")
    assert endpoint is not None
    assert endpoint.instances is None


def test_both_endpoints_of_the_separate_layout_make_a_release(client: Any, serve: Serve) -> None:
    serve("taproom-retrieval", config(OLD, "retrieval"))
    assert sagemaker_endpoints.release_in_service(client, "taproom") is None
    serve("taproom-ranking", config(OLD, "ranking"))
    assert sagemaker_endpoints.release_in_service(client, "taproom") == OLD


def test_the_one_endpoint_of_the_fused_layout_makes_a_release(client: Any, serve: Serve) -> None:
    serve("taproom-fused", config(OLD, "fused"))
    assert sagemaker_endpoints.release_in_service(client, "taproom") == OLD


@pytest.mark.parametrize(
    ("status", "answers"),
    [
        ("InService", True),
        ("Updating", True),
        ("SystemUpdating", True),
        ("RollingBack", True),
        ("Creating", False),
        ("Failed", False),
        ("Deleting", False),
        ("OutOfService", False),
    ],
)
def test_an_endpoint_answers_from_its_creation_to_its_end(
    client: Any, serve: Serve, status: str, answers: bool
) -> None:
    serve("taproom-fused", config(OLD, "fused"), status)
    found = sagemaker_endpoints.release_in_service(client, "taproom")
    assert found == (OLD if answers else None)


def test_between_two_releases_it_is_the_one_that_retrieves(client: Any, serve: Serve) -> None:
    serve("taproom-retrieval", config(NEW, "retrieval"))
    serve("taproom-ranking", config(OLD, "ranking"), "Updating")
    assert sagemaker_endpoints.release_in_service(client, "taproom") == NEW


@pytest.mark.parametrize("layouts", [(Layout.SEPARATE, Layout.FUSED), (Layout.FUSED, Layout.SEPARATE)])
def test_of_two_layouts_the_one_whose_endpoints_came_later_is_in_service(
    client: Any, serve: Serve, layouts: tuple[Layout, Layout]
) -> None:
    created = {OLD: "2026-01-31 12:00:00", NEW: "2026-01-31 12:00:01"}
    for layout, release in zip(layouts, created, strict=True):
        for servable in layout.servables:
            serve(f"taproom-{servable}", config(release, servable))
            endpoint: Any = sagemaker_backends["123456789012"]["eu-west-1"].endpoints[f"taproom-{servable}"]
            endpoint.creation_time = created[release]
        assert sagemaker_endpoints.release_in_service(client, "taproom") == release


def test_an_endpoint_with_a_strange_config_is_no_release_of_ours(client: Any, serve: Serve) -> None:
    serve("taproom-fused", "by-hand")
    assert sagemaker_endpoints.release_in_service(client, "taproom") is None


def test_another_error_than_a_missing_endpoint_is_not_hidden() -> None:
    client = boto3.Session("none", "none", region_name="eu-west-1").client("sagemaker")

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "DescribeEndpoint")

    client.meta.events.register("before-call.sagemaker.DescribeEndpoint", refuse)
    with pytest.raises(ClientError, match="AccessDenied"):
        sagemaker_endpoints.described(client, "taproom-fused")


@pytest.mark.parametrize(
    ("code", "message", "absent"),
    [
        ("ValidationException", 'Could not find endpoint "arn:aws:sagemaker:eu-west-1:1:endpoint/a".', True),
        ("ValidationException", "Requested resource not found.", True),
        ("ValidationError", "Endpoint a of account 1 not found.", True),
        ("ValidationException", "ModelPackageGroup arn:a does not exist.", True),
        ("ResourceNotFound", "no", True),
        ("ValidationException", "1 validation error detected: value at 'endpointName' failed", False),
        ("AccessDeniedException", "not found", False),
        ("ThrottlingException", "Rate exceeded", False),
    ],
)
def test_sagemakers_words_for_absence_are_told_from_its_other_errors(code: str, message: str, absent: bool) -> None:
    assert is_absent(ClientError({"Error": {"Code": code, "Message": message}}, "Describe")) is absent


def test_an_endpoint_that_is_being_updated_names_the_release_on_its_way() -> None:
    pending = config_name(NEW, "retrieval", "0a1b")
    assert Endpoint("taproom-retrieval", "Updating", config(OLD, "retrieval"), pending=pending).next_release == NEW
    assert Endpoint("taproom-retrieval", "InService", config(OLD, "retrieval")).next_release is None
