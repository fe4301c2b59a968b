"""moto's inside is not promised: each symbol that the cloud replaces is still what it was written for."""

from __future__ import annotations

import inspect
import socket
from pathlib import Path
from typing import Any

import pytest
from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.awslambda import models as awslambda_models
from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.cloudformation import models, parsing
from moto.cloudformation.models import Stack
from moto.cloudformation.parsing import ResourceMap
from moto.dynamodb.models.table import Table
from moto.events.models import Rule
from moto.moto_server import threaded_moto_server, werkzeug_app
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler
from moto.rekognition.responses import RekognitionResponse
from moto.s3 import notifications
from moto.s3.models import FakeDeleteMarker, FakeKey, S3Backend, s3_backends
from moto.sqs.models import Queue, SQSBackend

from local.assembly import Cloud

# What is replaced, and the parameters that moto calls it with.
CALLABLES: list[tuple[Any, str, list[str]]] = [
    (LambdaFunction, "invoke", ["self", "body", "request_headers", "response_headers"]),
    (awslambda_models, "do_validate_s3", []),
    (LambdaBackend, "create_event_source_mapping", ["self", "spec"]),
    (Rule, "send_to_targets", ["self", "original_event", "transform_input"]),
    (notifications, "_send_event_bridge_message", ["account_id", "bucket", "event_name", "key"]),
    (S3Backend, "delete_object", ["self", "bucket_name", "key_name", "version_id", "bypass"]),
    (Queue, "add_message", ["self", "message"]),
    (SQSBackend, "delete_message", ["self", "queue_name", "receipt_handle"]),
    (SQSBackend, "change_message_visibility", ["self", "queue_name", "receipt_handle", "visibility_timeout"]),
    (SQSBackend, "purge_queue", ["self", "queue_name"]),
    (
        SQSBackend,
        "receive_message",
        ["self", "queue_name", "count", "wait_seconds_timeout", "visibility_timeout", "message_attribute_names"],
    ),
    (
        ApplicationAutoscalingBackend,
        "register_scalable_target",
        ["self", "namespace", "r_id", "dimension", "min_capacity", "max_capacity", "role_arn", "suspended_state"],
    ),
    (ApplicationAutoscalingBackend, "deregister_scalable_target", ["self", "namespace", "r_id", "dimension"]),
    (
        ApplicationAutoscalingBackend,
        "put_scaling_policy",
        [
            "self",
            "policy_name",
            "service_namespace",
            "resource_id",
            "scalable_dimension",
            "policy_body",
            "policy_type",
        ],
    ),
    (SQSBackend, "is_message_valid_based_on_retention_period", ["self", "queue_name", "message"]),
    (Stack, "parse_template", ["template"]),
    (models, "generate_stack_id", ["stack_name", "region", "account"]),
    (parsing, "generate_resource_name", ["resource_type", "stack_name", "logical_id"]),
    (parsing, "get_references_from_template", ["template"]),
    (parsing, "parse_output", ["output_logical_id", "output_json", "resources_map"]),
    (ResourceMap, "delete", ["self"]),
    (ResourceMap, "build_resource_diff", ["self", "other_template", "parameters"]),
    (DomainDispatcherApplication, "__call__", ["self", "environ", "start_response"]),
    (threaded_moto_server, "DomainDispatcherApplication", ["create_app"]),
    (MotoRequestHandler, "log_request", ["self", "code", "size"]),
    (RekognitionResponse, "detect_text", ["self"]),
    (
        Table,
        "query",
        [
            "self",
            "hash_key",
            "range_comparison",
            "range_objs",
            "limit",
            "exclusive_start_key",
            "scan_index_forward",
            "projection_expressions",
            "index_name",
            "consistent_read",
            "filter_expression",
            "hash_key_conditions",
            "range_key_conditions",
            "filter_kwargs",
        ],
    ),
]
OTHERS: list[tuple[Any, str]] = [
    (parsing, "CustomModel"),
    (MotoRequestHandler, "disable_nagle_algorithm"),
    (werkzeug_app, "DISABLE_GLOBAL_CORS"),
]


@pytest.mark.parametrize(
    ("owner", "name", "parameters"), CALLABLES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_motos_own_takes_the_parameters_that_the_replacement_does(owner: Any, name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


def test_nothing_is_replaced_but_what_is_listed_here(tmp_path: Path) -> None:
    listed = {(owner, name) for owner, name, _ in CALLABLES} | set(OTHERS)

    with Cloud(tmp_path) as cloud:
        ours = {(owner, name) for owner, name in cloud.replaced if "sagemaker" not in _module(owner)}

    assert ours == listed


def test_everything_is_as_it_was_once_the_cloud_has_stopped(tmp_path: Path) -> None:
    symbols = [(owner, name) for owner, name, _ in CALLABLES] + OTHERS
    before = [getattr(owner, name) for owner, name in symbols]

    with Cloud(tmp_path):
        during = [getattr(owner, name) for owner, name in symbols]

    assert [getattr(owner, name) for owner, name in symbols] == before
    assert all(one != other for one, other in zip(during, before, strict=True))


def test_a_symbol_that_moto_no_longer_has_stops_the_start(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path)

    with pytest.raises(AttributeError, match="deliver_to_the_moon"):
        cloud.replace(Rule, "deliver_to_the_moon", None)


def test_a_second_cloud_in_one_process_is_refused_and_leaves_the_first_alone(tmp_path: Path) -> None:
    with Cloud(tmp_path / "one") as first:
        with pytest.raises(RuntimeError, match="A cloud runs in this process already"), Cloud(tmp_path / "two"):
            pass

        assert first.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_port_that_is_taken_is_an_error_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(OSError, match="in use"), Cloud(tmp_path, port=port):
            pass


def test_a_key_has_the_attributes_that_a_snapshot_brings_back() -> None:
    key = FakeKey(name="key", value=b"", account_id="123456789012", region_name="us-east-1", bucket_name="bucket")

    key._version_id = "one"
    key._etag = "two"

    assert (key.version_id, key.etag) == ("one", '"two"')
    assert key.last_modified.tzinfo is None
    key.dispose()


def test_a_buckets_own_lists_hold_the_versions_of_each_object_in_order(tmp_path: Path) -> None:
    with Cloud(tmp_path) as cloud:
        client = cloud.client("s3")
        client.create_bucket(Bucket="bucket")
        client.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
        versions = [client.put_object(Bucket="bucket", Key="a", Body=b"")["VersionId"] for _ in range(2)]
        marker = client.delete_object(Bucket="bucket", Key="a")["VersionId"]

        ((name, kept),) = s3_backends[cloud.account]["aws"].get_bucket("bucket").keys.iterlists()

        assert (name, [version.version_id for version in kept]) == ("a", [*versions, marker])
        assert [type(version) for version in kept] == [FakeKey, FakeKey, FakeDeleteMarker]


def _module(owner: Any) -> str:
    return str(getattr(owner, "__module__", None) or owner.__name__)
