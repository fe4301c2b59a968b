"""The Model Registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from promote import gate, registry
from promote.registry import Registry
from tests.unit.promote.conftest import RUN, metrics

JOB: dict[str, Any] = {
    "HyperParameters": {"sagemaker_submit_directory": '"s3://reviews-of-beer/code/0a1b/sourcedir.tar.gz"'},
    "InputDataConfig": [
        {
            "ChannelName": "reviews",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "ManifestFile",
                    "S3Uri": f"s3://reviews-of-beer/runs/{RUN}/manifest.json",
                }
            },
        }
    ],
}


def arguments(verdict: gate.Verdict | None = None, status: str = registry.AUTOMATIC) -> dict[str, Any]:
    measured = metrics()
    return registry.request(
        verdict or gate.decide(measured, None),
        measured,
        JOB,
        group="taproom",
        image="image",
        archives={
            "retrieval": f"s3://reviews-of-beer/releases/{RUN}/retrieval.tar.gz",
            "ranking": f"s3://reviews-of-beer/releases/{RUN}/ranking.tar.gz",
        },
        metrics_uri=f"s3://reviews-of-beer/releases/{RUN}/metrics.json",
        status=status,
    )


@pytest.fixture
def packages(aws: Callable[[str], Any]) -> Registry:
    return Registry(aws("sagemaker"), "taproom")


def test_a_package_carries_both_servables_the_metrics_and_the_lineage(
    aws: Callable[[str], Any], packages: Registry
) -> None:
    package = aws("sagemaker").describe_model_package(ModelPackageName=packages.register(arguments()))
    containers = package["InferenceSpecification"]["Containers"]
    assert [container["ModelDataUrl"].rpartition("/")[2] for container in containers] == [
        "retrieval.tar.gz",
        "ranking.tar.gz",
    ]
    lineage = package["CustomerMetadataProperties"]
    assert lineage["run"] == RUN
    assert lineage["manifest"] == f"s3://reviews-of-beer/runs/{RUN}/manifest.json"
    assert lineage["code"] == "s3://reviews-of-beer/code/0a1b/sourcedir.tar.gz"
    assert lineage["recall_at_100"] == "0.4000"
    assert package["ModelApprovalStatus"] == "Approved"


def test_registering_a_run_twice_makes_one_package(packages: Registry) -> None:
    assert packages.register(arguments()) == packages.register(arguments())


def test_a_refused_run_is_registered_with_what_it_failed(aws: Callable[[str], Any], packages: Registry) -> None:
    verdict = gate.decide(metrics(recall=0.1), None)
    arn = packages.register(arguments(verdict, registry.REFUSED))
    package = aws("sagemaker").describe_model_package(ModelPackageName=arn)
    assert package["ModelApprovalStatus"] == "Rejected"
    assert package["CustomerMetadataProperties"]["failed_comparisons"] == "retrieval recall@100 against popularity"


def test_a_package_leads_back_to_its_run_and_can_be_rejected(aws: Callable[[str], Any], packages: Registry) -> None:
    arn = packages.register(arguments())
    assert packages.run_of(arn) == RUN
    packages.reject(RUN, "it answered otherwise than recorded")
    package = aws("sagemaker").describe_model_package(ModelPackageName=arn)
    assert package["ModelApprovalStatus"] == "Rejected"


def test_the_request_is_one_that_sagemaker_takes() -> None:
    shape = boto3.client("sagemaker", region_name="us-east-1").meta.service_model.operation_model("CreateModelPackage")
    from botocore.validate import ParamValidator

    report = ParamValidator().validate(arguments(), shape.input_shape)
    assert not report.has_errors(), report.generate_report()
